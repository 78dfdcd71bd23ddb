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

	/**
	 * Fills `outputs` with the numbers that {@link forward} would hold, to the last bit, for many samples at once:
	 * `inputs` has a column for each weight, and all columns are as long as `outputs`.
	 */
	predict(inputs: readonly Float64Array[], outputs: Float64Array): void {
		const { weights, activation } = this;
		const count = outputs.length;
		const b = this.bias.data;
		for (let sample = 0; sample < count; sample++) outputs[sample] = b;
		for (let index = 0; index < weights.length; index++) {
			const w = weights[index]!.data;
			const x = inputs[index]!;
			for (let sample = 0; sample < count; sample++) outputs[sample]! += w * x[sample]!;
		}
		if (activation === null) return;
		for (let sample = 0; sample < count; sample++) {
			outputs[sample] = activation.predict(outputs[sample]!);
		}
	}
}
