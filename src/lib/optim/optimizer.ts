import type { Value } from '../engine/value';

/**
 * A rule that moves parameters against their gradients. What it remembers between steps is one flat array of numbers,
 * made by `init` and handed to each `update`, so that a checkpoint can hold it.
 */
export interface Optimizer {
	/** The memory before the first step, for so many parameters. */
	init(parameterCount: number): Float64Array;
	/** Reads each parameter's `grad`, changes its `data`, and brings `state` up to date; gradients stay as they are. */
	update(parameters: readonly Value[], learningRate: number, state: Float64Array): void;
}
