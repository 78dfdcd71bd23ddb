import type { Point } from '../data/point';
import { Value } from '../engine/value';
import { losses, type LossName } from '../nn/losses';
import type { MLP } from '../nn/mlp';

/** Mean data loss and the fraction of the points on their side of the boundary. */
export interface Score {
	readonly loss: number;
	readonly accuracy: number;
}

/** How well the network does on `points`, summed left to right; null for no points. */
export function score(network: MLP, points: readonly Point[], loss: LossName): Score | null {
	if (points.length === 0) return null;
	const xs = Float64Array.from(points, ({ x }) => x);
	const ys = Float64Array.from(points, ({ y }) => y);
	const outputs = network.predictColumns([xs, ys])[0]!;
	let sum = 0;
	let right = 0;
	for (const [index, { target }] of points.entries()) {
		const output = outputs[index]!;
		sum += losses[loss](new Value(output), target).data;
		if (output > 0 === target > 0) right++;
	}
	return { loss: sum * (1 / points.length), accuracy: right / points.length };
}
