import type { ActivationName } from '../nn/activations';
import type { LossName } from '../nn/losses';
import type { OptimizerChoice } from '../optim/optimizers';
import type { Sample } from './sampleGraph';

/** What a network on the workbench begins with: copies of what a run has. */
export interface BenchSetup {
	/** Neurons per layer, the inputs first and the output last. */
	readonly sizes: readonly number[];
	readonly activation: ActivationName;
	readonly loss: LossName;
	/** In the order of `MLP.parameters()`. */
	readonly parameters: Float64Array;
	readonly l2: number;
	readonly learningRate: number;
	/** Plain gradient descent if left out. */
	readonly optimizer?: OptimizerChoice;
	/** What the optimizer remembers, as `stateLength` has it; left out for nothing yet. */
	readonly optimizerState?: Float64Array;
	/** The training points. */
	readonly samples: readonly Sample[];
}

/** What a training step is made with: one sample, or all training points. */
export type StepData = Sample | 'batch';

/** How well a network does on all training points; null where there are none. */
export interface Measure {
	/** Mean data loss plus L2. */
	readonly loss: number | null;
	/** The fraction on their side of the boundary. */
	readonly accuracy: number | null;
}

/** One training step, with its numbers; arrays in the order of `MLP.parameters()`. */
export interface StepReport {
	readonly data: StepData;
	readonly learningRate: number;
	readonly before: Float64Array;
	readonly after: Float64Array;
	/** The gradients that the update used. */
	readonly grad: Float64Array;
	/** What they should have been at these parameters. */
	readonly trueGrad: Float64Array;
	/** What the step minimizes, before and after it. */
	readonly lossBefore: number;
	readonly lossAfter: number;
}
