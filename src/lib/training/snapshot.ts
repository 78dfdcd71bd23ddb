import type { OptimizerState } from '../optim/optimizers';

/** Why and where a run could not go on; the parameters shown are the last finite ones. */
export interface Divergence {
	/** The step that could not be completed. */
	readonly step: number;
	/** What was no longer finite, as a sentence's end: "the loss became infinite". */
	readonly reason: string;
}

/** All that is needed to go on from a step with the same bits as an unbroken run. */
export interface Checkpoint {
	/** Optimizer updates made so far. */
	readonly step: number;
	/** Passes over the training points completed so far. */
	readonly epoch: number;
	/** Training points of the present pass already used. */
	readonly cursor: number;
	/** The parameters in `MLP.parameters()` order. */
	readonly parameters: Float64Array;
	/** What the optimizer of the last step remembers; left out where that is nothing. */
	readonly optimizer?: OptimizerState;
}

/** The read-outs, all at the parameters of one step; null where there is no point to measure on. */
export interface Evaluation {
	/** What is optimized: mean data loss over the training points plus L2. */
	readonly trainLoss: number | null;
	/** Mean data loss over the test points. */
	readonly testLoss: number | null;
	/** Fraction of the training points on their side of the boundary. */
	readonly accuracy: number | null;
	/** Fraction of the test points on their side of the boundary. */
	readonly testAccuracy: number | null;
}

/** What a neuron passes on over the domain, row by row from the top (y falling), at the centers of the cells. */
export interface Heatmap {
	/** Cells along a side. */
	readonly size: number;
	readonly outputs: Float32Array;
}

/** Which heatmaps a page shows, and how often. */
export interface HeatmapRequest {
	/** Cells along a side. */
	readonly size: number;
	/** The hidden neurons wanted beside the output, counted layer by layer from 0. */
	readonly hidden: readonly number[];
	/** Milliseconds between two rounds, at least. */
	readonly interval: number;
}

/** The heatmaps of one step, found in one pass. */
export interface Heatmaps {
	readonly output: Heatmap;
	/** In the order of the request. */
	readonly hidden: readonly Heatmap[];
}

/** The state of a run at one step. */
export interface Snapshot extends Checkpoint, Evaluation {
	/** The learning rate of the next update. */
	readonly learningRate: number;
	readonly diverged: Divergence | null;
	/** What made the steps: the machine, or the interpreter where WebAssembly SIMD is missing. */
	readonly executor: 'wasm' | 'interpreter';
	/** The heatmaps of this step; null when none were due. */
	readonly heatmaps: Heatmaps | null;
}

/** The part of a snapshot that a run can go on from. */
export function checkpointOf({ step, epoch, cursor, parameters, optimizer }: Snapshot): Checkpoint {
	return { step, epoch, cursor, parameters, ...(optimizer && { optimizer }) };
}
