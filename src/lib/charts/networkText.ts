import { formatNumber } from './format';
import type { Place } from './plane';
import type { EdgeId } from './networkLayout';
import type { NeuronId } from '../nn/places';

const subscripts = '₀₁₂₃₄₅₆₇₈₉';

/** A letter with its number, counted from 1: w₁, w₂, … */
export function numbered(letter: string, index: number): string {
	return letter + [...String(index + 1)].map((digit) => subscripts[Number(digit)]).join('');
}

/** The name of an input: x₁, x₂, … */
export function inputName(index: number): string {
	return numbered('x', index);
}

/** A place as the network's inputs: "x₁ 0.50, x₂ −0.30". */
export function placeText({ x, y }: Place): string {
	return `${inputName(0)} ${formatNumber(x)}, ${inputName(1)} ${formatNumber(y)}`;
}

/** A neuron's name as it stands alone: "Input x₁", "Layer 1, neuron 3", "Output". */
export function neuronName(sizes: readonly number[], { layer, neuron }: NeuronId): string {
	if (layer === 0) return `Input ${inputName(neuron)}`;
	if (layer < sizes.length - 1) return `Layer ${layer}, neuron ${neuron + 1}`;
	return sizes[layer]! > 1 ? `Output ${neuron + 1}` : 'Output';
}

/** A neuron's name inside a sentence: "x₁", "neuron 3 of layer 1", "output". */
function nameInside(sizes: readonly number[], id: NeuronId): string {
	if (id.layer === 0) return inputName(id.neuron);
	if (id.layer < sizes.length - 1) return `neuron ${id.neuron + 1} of layer ${id.layer}`;
	return neuronName(sizes, id).toLowerCase();
}

/** A connection's name: "weight x₁ → neuron 3 of layer 1". */
export function edgeName(sizes: readonly number[], edge: EdgeId): string {
	const from = nameInside(sizes, { layer: edge.layer - 1, neuron: edge.input });
	return `weight ${from} → ${nameInside(sizes, edge)}`;
}

/** A parameter with four decimals; a dash where there is none yet. */
export function formatParameter(value: number | undefined): string {
	return value === undefined ? '–' : formatNumber(value, 4);
}
