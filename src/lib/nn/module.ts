import type { Value } from '../engine/value';

/** Anything with trainable parameters: a neuron, a layer, a network. */
export abstract class Module {
	/** The trainable leaves in micrograd's order: neuron by neuron, weights first, then the bias. A new array at each call. */
	abstract parameters(): Value[];

	/** Sets the gradient of every parameter to 0, as must happen before each step since `backward` adds to leaves. */
	zeroGrad(): void {
		for (const parameter of this.parameters()) parameter.grad = 0;
	}

	/** A copy of the parameters' numbers, in the order of {@link parameters}. */
	getParameters(): Float64Array {
		return Float64Array.from(this.parameters(), (parameter) => parameter.data);
	}

	/**
	 * Overwrites the parameters' numbers, in the order of {@link parameters}; gradients stay.
	 * @throws RangeError when there are not exactly as many values as parameters; nothing is changed then.
	 */
	setParameters(values: ArrayLike<number>): void {
		const parameters = this.parameters();
		if (values.length !== parameters.length) {
			throw new RangeError(`${parameters.length} parameters cannot take ${values.length} values`);
		}
		for (const [index, parameter] of parameters.entries()) parameter.data = values[index]!;
	}
}
