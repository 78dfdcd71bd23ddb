import type { Value } from '../engine/value';
import type { Activation } from './activations';
import type { WeightInitializer } from './initialization';
import { Module } from './module';
import { Neuron } from './neuron';

/** Neurons side by side that read the same inputs. */
export class Layer extends Module {
	readonly neurons: readonly Neuron[];

	/** `outputCount` neurons of `inputCount` weights each; `activation` null makes the layer linear. */
	constructor(
		inputCount: number,
		outputCount: number,
		activation: Activation | null,
		initialWeight: WeightInitializer
	) {
		super();
		this.neurons = Array.from(
			{ length: outputCount },
			() => new Neuron(inputCount, activation, initialWeight)
		);
	}

	override parameters(): Value[] {
		return this.neurons.flatMap((neuron) => neuron.parameters());
	}

	/** One output for each neuron, as graphs over `inputs`. */
	forward(inputs: readonly Value[]): Value[] {
		return this.neurons.map((neuron) => neuron.forward(inputs));
	}

	/** The numbers that {@link forward} would hold, to the last bit. */
	predict(inputs: readonly number[]): number[] {
		return this.neurons.map((neuron) => neuron.predict(inputs));
	}
}
