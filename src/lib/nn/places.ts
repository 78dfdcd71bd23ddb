/** A neuron by its layer (0 holds the inputs) and its place in it, both from 0. */
export interface NeuronId {
	readonly layer: number;
	readonly neuron: number;
}

/** How many parameters a network of these layer sizes has. */
export function parameterCount(sizes: readonly number[]): number {
	return firstParameter(sizes, sizes.length);
}

function firstParameter(sizes: readonly number[], layer: number): number {
	let first = 0;
	for (let before = 1; before < layer; before++) first += sizes[before]! * (sizes[before - 1]! + 1);
	return first;
}

/** Where a neuron's weights start among the parameters (neuron by neuron, weights, then bias). */
export function weightsStart(sizes: readonly number[], { layer, neuron }: NeuronId): number {
	return firstParameter(sizes, layer) + neuron * (sizes[layer - 1]! + 1);
}

/** Where a neuron's bias stands among the parameters. */
export function biasIndex(sizes: readonly number[], id: NeuronId): number {
	return weightsStart(sizes, id) + sizes[id.layer - 1]!;
}
