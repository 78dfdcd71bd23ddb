import type { Value } from '../engine/value';
import type { Optimizer } from './optimizer';

/** Stochastic gradient descent without momentum: each parameter moves by -learningRate * grad. Remembers nothing. */
export const sgd = {
	init: (_parameterCount: number) => new Float64Array(0),
	update(parameters: readonly Value[], learningRate: number): void {
		for (const parameter of parameters) parameter.data -= learningRate * parameter.grad;
	}
} satisfies Optimizer;
