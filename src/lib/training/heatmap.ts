import type { Executor } from '../compile/executor';
import { domain } from '../data/lattice';
import type { Heatmap } from './snapshot';

/** The cell centers of the last size asked for, so that they are worked out once. */
let centers: { size: number; columns: readonly [Float32Array, Float32Array] } | null = null;

/** x and y of the centers of `size` by `size` cells of the domain, from the top row down. */
function cellCenters(size: number): readonly [Float32Array, Float32Array] {
	if (centers?.size === size) return centers.columns;
	const cell = (domain.max - domain.min) / size;
	const xs = Float32Array.from(
		{ length: size * size },
		(_, i) => domain.min + ((i % size) + 0.5) * cell
	);
	const ys = Float32Array.from(
		{ length: size * size },
		(_, i) => domain.max - (Math.floor(i / size) + 0.5) * cell
	);
	centers = { size, columns: [xs, ys] };
	return centers.columns;
}

/** The network's output at the centers of `size` by `size` cells of the domain, from the top row down. */
export function heatmap(executor: Executor, size: number): Heatmap {
	return { size, outputs: executor.picture(cellCenters(size))[0]! };
}

/** The same for every hidden neuron, layer by layer. */
export function hiddenHeatmaps(executor: Executor, size: number, neurons: number): Heatmap[] {
	const outputs = Array.from({ length: neurons }, (_, neuron) => neuron + 1);
	return executor.picture(cellCenters(size), outputs).map((column) => ({ size, outputs: column }));
}
