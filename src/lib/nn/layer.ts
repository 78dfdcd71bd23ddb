import type { Value } from '../engine/value';
import type { Activation } from './activations';
import type { WeightInitializer } from './initialization';
import { Module } from './module';
import { Neuron } from './neuron';

/** Neurons side by side that read the same inputs. */
export class Layer extends Module {
	readonly neurons: readonly Neuron[];
	private outputs: readonly Float64Array[] = [];

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

	/**
	 * The numbers of {@link forward} for `count` samples at once, a column for each neuron, from a column for each input.
	 * The columns are the layer's own: its next `predict` overwrites them.
	 */
	predict(inputs: readonly Float64Array[], count: number): readonly Float64Array[] {
		const { neurons } = this;
		if (this.outputs[0]?.length !== count) {
			this.outputs = neurons.map(() => new Float64Array(count));
		}
		for (let index = 0; index < neurons.length; index++) {
			neurons[index]!.predict(inputs, this.outputs[index]!);
		}
		return this.outputs;
	}
}
