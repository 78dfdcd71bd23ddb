import type { Value } from '../engine/value';
import { activations, type ActivationName } from './activations';
import type { WeightInitializer } from './initialization';
import { Layer } from './layer';
import { Module } from './module';

/** A multilayer perceptron: fully connected layers, an activation on all but the last, which is linear. */
export class MLP extends Module {
	/** Neurons per layer, the inputs first and the outputs last. */
	readonly sizes: readonly number[];
	readonly layers: readonly Layer[];

	/**
	 * `sizes` lists the inputs, the hidden layers' neurons if any, and the outputs: `[2, 16, 16, 1]` has 337 parameters.
	 * `activation` null makes the hidden layers linear, too. `initialWeight` is asked once for each weight in parameter order; biases start at 0.
	 * @throws RangeError when there are fewer than two sizes or one is not a positive integer.
	 */
	constructor(
		sizes: readonly number[],
		activation: ActivationName | null,
		initialWeight: WeightInitializer
	) {
		super();
		if (sizes.length < 2 || !sizes.every((size) => Number.isInteger(size) && size > 0)) {
			throw new RangeError(`No network has the layer sizes [${sizes.join(', ')}]`);
		}
		this.sizes = [...sizes];
		this.layers = sizes.slice(1).map((outputCount, index) => {
			const linear = activation === null || index === sizes.length - 2;
			return new Layer(
				sizes[index]!,
				outputCount,
				linear ? null : activations[activation],
				initialWeight
			);
		});
	}

	override parameters(): Value[] {
		return this.layers.flatMap((layer) => layer.parameters());
	}

	/**
	 * The outputs as graphs over `inputs`.
	 * @throws RangeError when there are not as many inputs as the first size says.
	 */
	forward(inputs: readonly Value[]): Value[] {
		this.checkCount(inputs.length);
		let values = inputs;
		for (const layer of this.layers) values = layer.forward(values);
		return [...values];
	}

	/**
	 * The numbers {@link forward} would hold, to the last bit, without building a graph: the plain reference for all that
	 * runs the network in another way.
	 * @throws RangeError when there are not as many inputs as the first size says.
	 */
	predict(inputs: readonly number[]): number[] {
		this.checkCount(inputs.length);
		let values = [...inputs];
		for (const layer of this.layers) values = layer.predict(values);
		return values;
	}

	private checkCount(count: number): void {
		if (count !== this.sizes[0]) {
			throw new RangeError(`The network takes ${this.sizes[0]} inputs, not ${count}`);
		}
	}
}
