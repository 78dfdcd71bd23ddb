import { domain } from '../data/lattice';
import type { MLP } from '../nn/mlp';
import type { Heatmap } from './snapshot';

/** The network's output at the centers of `size` by `size` cells of the domain, from the top row down. */
export function heatmap(network: MLP, size: number): Heatmap {
	const outputs = new Float32Array(size * size);
	const cell = (domain.max - domain.min) / size;
	for (let row = 0, i = 0; row < size; row++) {
		const y = domain.max - (row + 0.5) * cell;
		for (let column = 0; column < size; column++, i++) {
			outputs[i] = network.predict([domain.min + (column + 0.5) * cell, y])[0]!;
		}
	}
	return { size, outputs };
}
