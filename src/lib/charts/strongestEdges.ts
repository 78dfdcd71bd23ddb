import type { EdgeId } from './networkLayout';

/** A connection with its weight. */
export interface WeightedEdge extends EdgeId {
	readonly weight: number;
}

/** How many connections a diagram draws: more are slow to draw, and no eye can tell them apart. */
export const edgeBudget = 480;

/** How many connections lie before each layer but the first. */
function edgeCounts(sizes: readonly number[]): number[] {
	return sizes.slice(1).map((size, index) => size * sizes[index]!);
}

/** How many of its connections each gap may show, so that small gaps show all and the others share what is left. */
function share(counts: readonly number[], budget: number): number {
	let left = budget;
	const rising = [...counts].sort((a, b) => a - b);
	for (const [index, count] of rising.entries()) {
		const each = left / (rising.length - index);
		if (count > each) return Math.floor(each);
		left -= count;
	}
	return Infinity;
}

/**
 * The connections worth drawing, the weakest first: all of them if the budget allows, else the strongest of each gap
 * between layers. Parameters stand layer by layer, neuron by neuron, weights, then bias. A weight that is not finite,
 * or zero, is left out.
 */
export function strongestEdges(
	sizes: readonly number[],
	parameters: ArrayLike<number>,
	budget = edgeBudget
): WeightedEdge[] {
	const limit = share(edgeCounts(sizes), budget);
	const chosen: WeightedEdge[] = [];
	let index = 0;
	for (let layer = 1; layer < sizes.length; layer++) {
		const edges: WeightedEdge[] = [];
		for (let neuron = 0; neuron < sizes[layer]!; neuron++, index++) {
			for (let input = 0; input < sizes[layer - 1]!; input++, index++) {
				const weight = parameters[index]!;
				if (weight !== 0 && Number.isFinite(weight)) edges.push({ layer, neuron, input, weight });
			}
		}
		edges.sort(byStrength);
		chosen.push(...edges.slice(Math.max(0, edges.length - limit)));
	}
	return chosen.sort(byStrength);
}

function byStrength(one: WeightedEdge, other: WeightedEdge): number {
	return Math.abs(one.weight) - Math.abs(other.weight);
}

/** How many connections a network of these layer sizes has. */
export function edgeCount(sizes: readonly number[]): number {
	return edgeCounts(sizes).reduce((sum, count) => sum + count, 0);
}
