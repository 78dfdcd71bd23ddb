import { Value } from '../engine/value';
import type { Activation } from './activations';
import type { WeightInitializer } from './initialization';
import { Module } from './module';

/**
 * One neuron: a weighted sum of its inputs and, unless it is linear, an activation.
 *
 * The order of the sum is a named rule, because floating-point bits depend on it: it **starts at the bias and adds left
 * to right**, `((b + w0*x0) + w1*x1) + ...`, as micrograd does. `forward`, `predict` and every compiled form keep it.
 */
export class Neuron extends Module {
	readonly weights: readonly Value[];
	readonly bias: Value;

	/** `activation` null makes the neuron linear. The bias starts at 0. */
	constructor(
		inputCount: number,
		readonly activation: Activation | null,
		initialWeight: WeightInitializer
	) {
		super();
		this.weights = Array.from({ length: inputCount }, () => new Value(initialWeight(inputCount)));
		this.bias = new Value(0);
	}

	override parameters(): Value[] {
		return [...this.weights, this.bias];
	}

	/** The neuron's output as a graph over `inputs`, one for each weight. */
	forward(inputs: readonly Value[]): Value {
		let sum = this.bias;
		for (const [index, w] of this.weights.entries()) sum = sum.add(w.mul(inputs[index]!));
		return this.activation === null ? sum : this.activation.forward(sum);
	}

	/** The number that {@link forward} would hold, to the last bit, without building a graph. */
	predict(inputs: readonly number[]): number {
		const { weights, activation } = this;
		let sum = this.bias.data;
		for (let index = 0; index < weights.length; index++)
			sum += weights[index]!.data * inputs[index]!;
		return activation === null ? sum : activation.predict(sum);
	}
}
