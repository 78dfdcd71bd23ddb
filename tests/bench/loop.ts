import { tanh } from '../../src/lib/math/tanh';
import type { Case, Contender } from './cases';

/**
 * The same network by hand: typed arrays, a loop over layers and neurons, one sample at a time, all scratch made once. The
 * loss is max-margin and the penalty L2, as for everyone.
 * @param skips - whether a sample without a loss is spared its backward pass, whose results would be zeros. With this loss
 * that is nearly all samples once the network has learned them, and a third of the work is left: so a loop that skips is as
 * fast as its network is good, and does not do the same work as the others, who go through every sample.
 */
export function loopContender(problem: Case, initial: Float64Array, skips: boolean): Contender {
	const { sizes, xs, ys, targets, batchSize, learningRate, l2 } = problem;
	const smooth = problem.activation === 'tanh';
	const parameters = initial.slice();
	const gradient = new Float64Array(parameters.length);
	const layers = sizes.length - 1;
	const values = sizes.map((size) => new Float64Array(size));
	const deltas = sizes.map((size) => new Float64Array(size));
	const offsets: number[] = [];
	for (let layer = 0, offset = 0; layer < layers; layer++) {
		offsets.push(offset);
		offset += sizes[layer + 1]! * (sizes[layer]! + 1);
	}
	let start = 0;

	function forward(x: number, y: number): number {
		values[0]![0] = x;
		values[0]![1] = y;
		for (let layer = 0; layer < layers; layer++) {
			const from = values[layer]!;
			const to = values[layer + 1]!;
			const inputs = from.length;
			const last = layer === layers - 1;
			let p = offsets[layer]!;
			for (let i = 0; i < to.length; i++) {
				let sum = parameters[p + inputs]!;
				for (let j = 0; j < inputs; j++) sum += parameters[p + j]! * from[j]!;
				p += inputs + 1;
				to[i] = last ? sum : smooth ? tanh(sum) : sum < 0 ? 0 : sum;
			}
		}
		return values[layers]![0]!;
	}

	function backward(slope: number): void {
		deltas[layers]![0] = slope;
		for (let layer = layers - 1; layer >= 0; layer--) {
			const from = values[layer]!;
			const delta = deltas[layer + 1]!;
			const below = deltas[layer]!;
			const inputs = from.length;
			let p = offsets[layer]!;
			if (layer > 0) below.fill(0);
			const outputs = delta.length;
			// Engines walk a typed array by index up to half as fast again as by its iterator.
			for (let i = 0; i < outputs; i++) {
				const d = delta[i]!;
				if (layer > 0) {
					for (let j = 0; j < inputs; j++) {
						gradient[p + j]! += d * from[j]!;
						below[j]! += d * parameters[p + j]!;
					}
				} else {
					for (let j = 0; j < inputs; j++) gradient[p + j]! += d * from[j]!;
				}
				gradient[p + inputs]! += d;
				p += inputs + 1;
			}
			if (layer === 0) continue;
			if (smooth) for (let j = 0; j < inputs; j++) below[j]! *= 1 - from[j]! * from[j]!;
			else for (let j = 0; j < inputs; j++) if (from[j]! <= 0) below[j] = 0;
		}
	}

	function step(): number {
		const end = Math.min(start + batchSize, xs.length);
		const share = 1 / (end - start);
		let loss = 0;
		gradient.fill(0);
		for (let s = start; s < end; s++) {
			const target = targets[s]!;
			const margin = 1 - target * forward(xs[s]!, ys[s]!);
			if (margin > 0) loss += share * margin;
			if (margin > 0) backward(-target * share);
			else if (!skips) backward(0);
		}
		start = end === xs.length ? 0 : end;
		for (let p = 0; p < parameters.length; p++) {
			loss += l2 * parameters[p]! * parameters[p]!;
			parameters[p]! -= learningRate * (gradient[p]! + 2 * l2 * parameters[p]!);
		}
		return loss;
	}

	const outputs = new Float32Array(10_000);
	return {
		run(steps) {
			for (let i = 0; i < steps; i++) step();
		},
		...(!skips && {
			draw() {
				for (let i = 0; i < outputs.length; i++) {
					outputs[i] = forward(
						-3 + ((i % 100) + 0.5) * 0.06,
						3 - (Math.floor(i / 100) + 0.5) * 0.06
					);
				}
			}
		}),
		loss: step
	};
}
