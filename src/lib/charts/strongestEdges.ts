import type { EdgeId } from './networkLayout';

/** A connection with its weight. */
export interface WeightedEdge extends EdgeId {
	readonly weight: number;
}

/** How many connections a diagram draws: more are slow to draw, and no eye can tell them apart. */
const edgeBudget = 320;

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
	let start = 0;
	for (let layer = 1; layer < sizes.length; layer++) {
		const stride = sizes[layer - 1]! + 1;
		const end = start + sizes[layer]! * stride;
		const strengths = new Float64Array(end - start);
		for (let index = start; index < end; index++) {
			const isWeight = (index - start) % stride < stride - 1;
			if (isWeight) strengths[index - start] = strengthOf(parameters[index]!);
		}
		const least = leastOf(strengths, limit);
		let left = limit;
		for (let index = 0; index < strengths.length && left > 0; index++) {
			if (strengths[index]! < least) continue;
			const weight = parameters[start + index]!;
			chosen.push({ layer, neuron: Math.floor(index / stride), input: index % stride, weight });
			left--;
		}
		start = end;
	}
	return chosen.sort(byStrength);
}

/** What a weight is chosen by: its size; 0 if it is not to be drawn. */
function strengthOf(weight: number): number {
	return Number.isFinite(weight) ? Math.abs(weight) : 0;
}

/** The least strength among the `limit` largest; above 0 in any case. */
function leastOf(strengths: Float64Array, limit: number): number {
	const rank = strengths.length - limit;
	const least = rank > 0 ? strengths.toSorted()[rank]! : 0;
	return Math.max(least, Number.MIN_VALUE);
}

function byStrength(one: WeightedEdge, other: WeightedEdge): number {
	return Math.abs(one.weight) - Math.abs(other.weight);
}

/** How many connections a network of these layer sizes has. */
export function edgeCount(sizes: readonly number[]): number {
	return edgeCounts(sizes).reduce((sum, count) => sum + count, 0);
}
