import { domain } from '../data/lattice';
import type { MLP } from '../nn/mlp';
import type { Heatmap } from './snapshot';

/** The network's output at the centers of `size` by `size` cells of the domain, from the top row down. */
export function heatmap(network: MLP, size: number): Heatmap {
	const cell = (domain.max - domain.min) / size;
	const xs = Float64Array.from({ length: size }, (_, column) => domain.min + (column + 0.5) * cell);
	const ys = new Float64Array(size);
	const outputs = new Float32Array(size * size);
	for (let row = 0; row < size; row++) {
		ys.fill(domain.max - (row + 0.5) * cell);
		outputs.set(network.predictColumns([xs, ys])[0]!, row * size);
	}
	return { size, outputs };
}
