import type { ActivationName } from '../../src/lib/nn/activations';
import { Random } from '../../src/lib/random/random';

/** One thing to train, the same for all contenders. */
export interface Case {
	readonly name: string;
	readonly sizes: readonly number[];
	readonly activation: ActivationName;
	readonly xs: Float64Array;
	readonly ys: Float64Array;
	readonly targets: Float64Array;
	readonly batchSize: number;
	readonly learningRate: number;
	readonly l2: number;
}

/** Something that trains a case. A step is one update from one batch; the batches go through the points in their order. */
export interface Contender {
	/** Makes so many steps. */
	run(steps: number): void;
	/** Draws 100 x 100 outputs; left out by who is not measured at that. */
	draw?(): void;
	/** Samples that one step uses, if it is not a batch. */
	readonly samplesPerStep?: number;
	/** The loss of the first batch, to see that all do the same. */
	loss?(): number;
}

function newCase(
	sizes: readonly number[],
	activation: ActivationName,
	points: number,
	batchSize: number
): Case {
	const random = new Random(7, 'bench');
	const draw = (pick: () => number) => Float64Array.from({ length: points }, pick);
	const xs = draw(() => random.uniform(-3, 3));
	const ys = draw(() => random.uniform(-3, 3));
	const targets = xs.map((x, i) => (x * ys[i]! > 0 ? 1 : -1));
	const batch = batchSize === points ? 'full' : `${batchSize}`;
	const name = `${sizes.join('-')} ${activation}, ${points} points, batch ${batch}`;
	return { name, sizes, activation, xs, ys, targets, batchSize, learningRate: 0.01, l2: 1e-4 };
}

const deep = [2, 32, 32, 32, 32, 32, 32, 1];

/** All cases, the one with the aims first. */
export const cases: readonly Case[] = [
	newCase([2, 16, 16, 1], 'tanh', 100, 100),
	newCase([2, 16, 16, 1], 'relu', 100, 100),
	newCase([2, 16, 16, 1], 'tanh', 500, 500),
	newCase([2, 16, 16, 1], 'relu', 500, 500),
	newCase([2, 16, 16, 1], 'tanh', 100, 10),
	newCase([2, 8, 8, 1], 'tanh', 100, 100),
	newCase([2, 8, 8, 1], 'tanh', 100, 10),
	newCase([2, 64, 64, 1], 'tanh', 100, 100),
	newCase([2, 64, 64, 1], 'tanh', 100, 10),
	newCase(deep, 'tanh', 100, 100),
	newCase(deep, 'tanh', 100, 10)
];
