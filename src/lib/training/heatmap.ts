import type { Executor } from '../compile/executor';
import { domain } from '../data/lattice';
import type { Heatmap, HeatmapRequest, Heatmaps } from './snapshot';

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

/** The network's output alone, as often as there is time. */
export const outputHeatmap: HeatmapRequest = { size: 100, hidden: [], interval: 0 };

/**
 * The output and the wanted hidden neurons at the centers of `size` by `size` cells of the domain, in one pass.
 * @throws RangeError when there is no such neuron
 */
export function heatmaps(executor: Executor, { size, hidden }: HeatmapRequest): Heatmaps {
	const wanted = [0, ...hidden.map((neuron) => neuron + 1)];
	const columns = executor.picture(cellCenters(size), wanted);
	const [output, ...rest] = columns.map((outputs): Heatmap => ({ size, outputs }));
	return { output: output!, hidden: rest };
}
