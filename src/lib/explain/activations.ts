import { activations, type ActivationName } from '../nn/activations';
import { biasIndex, weightsStart, type NeuronId } from '../nn/places';

/** What one sample makes of every neuron, by layer and place: layer 0 holds the inputs, the last one the output. */
export interface Forward {
	/** The weighted sums; those of layer 0 are the inputs themselves. */
	readonly sums: readonly (readonly number[])[];
	/** The sums after the activation. */
	readonly values: readonly (readonly number[])[];
}

/** One neuron with the numbers of a sample. */
export interface NeuronNumbers {
	readonly inputs: readonly number[];
	readonly weights: readonly number[];
	readonly bias: number;
	/** The bias plus all products, added in this order. */
	readonly sum: number;
	/** Null for the output, which is linear. */
	readonly activation: ActivationName | null;
	readonly result: number;
}

/**
 * Runs a network on plain numbers and keeps what every neuron gives: the bits of `MLP.predict`.
 * @param sizes - neurons per layer, the inputs first and the output last
 * @param activation - of the hidden layers
 * @param parameters - layer by layer, neuron by neuron: weights, then bias
 */
export function forward(
	sizes: readonly number[],
	activation: ActivationName,
	parameters: ArrayLike<number>,
	inputs: readonly number[]
): Forward {
	const sums: (readonly number[])[] = [inputs];
	const values: (readonly number[])[] = [inputs];
	let place = 0;
	for (let layer = 1; layer < sizes.length; layer++) {
		const before = values[layer - 1]!;
		const layerSums = Array.from({ length: sizes[layer]! }, () => {
			const bias = place + before.length;
			let sum = parameters[bias]!;
			for (const input of before) sum += parameters[place++]! * input;
			place = bias + 1;
			return sum;
		});
		const last = layer === sizes.length - 1;
		sums.push(layerSums);
		values.push(last ? layerSums : layerSums.map(activations[activation].predict));
	}
	return { sums, values };
}

/** A neuron's part of {@link forward}; it is in layer 1 or later. */
export function neuronNumbers(
	sizes: readonly number[],
	activation: ActivationName,
	parameters: ArrayLike<number>,
	{ sums, values }: Forward,
	id: NeuronId
): NeuronNumbers {
	const { layer, neuron } = id;
	const start = weightsStart(sizes, id);
	const inputs = values[layer - 1]!;
	return {
		inputs,
		weights: inputs.map((_, input) => parameters[start + input]!),
		bias: parameters[biasIndex(sizes, id)]!,
		sum: sums[layer]![neuron]!,
		activation: layer === sizes.length - 1 ? null : activation,
		result: values[layer]![neuron]!
	};
}
