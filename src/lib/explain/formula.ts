import type { ActivationName } from '../nn/activations';
import type { NeuronNumbers } from './activations';

/** One term of a weighted sum. */
export interface Term {
	/** What stands before it; nothing before the first one, unless it is negative. */
	readonly sign: '' | '+' | '−';
	/** A product, the bias, or the dots that stand for products left out. */
	readonly part: 'product' | 'bias' | 'rest';
	readonly text: string;
}

/** A neuron's formula in pieces: `open`, the terms, `close`. */
export interface Formula {
	/** "tanh(", "ReLU(" or nothing. */
	readonly open: string;
	readonly terms: readonly Term[];
	readonly close: string;
}

/** How a formula calls an activation. */
export const activationLabels: Readonly<Record<ActivationName, string>> = {
	tanh: 'tanh',
	relu: 'ReLU'
};

/** More products than these are left out of a formula of symbols. */
const mostSymbols = 4;

function enclosed(activation: ActivationName | null, terms: readonly Term[]): Formula {
	return activation
		? { open: `${activationLabels[activation]}(`, terms, close: ')' }
		: { open: '', terms, close: '' };
}

function signOf(value: number, first: boolean): Term['sign'] {
	if (value < 0) return '−';
	return first ? '' : '+';
}

/**
 * The formula with its numbers: tanh(0.31·1.20 − 0.88·0.40 + 0.05). A weight's sign becomes the operation before it; a
 * negative input stands in brackets.
 * @param write - a number as text
 */
export function numbersFormula(
	{ weights, inputs, bias, activation }: NeuronNumbers,
	write: (value: number) => string
): Formula {
	const products = weights.map((weight, index): Term => {
		const input = inputs[index]!;
		const factor = input < 0 ? `(${write(input)})` : write(input);
		return {
			sign: signOf(weight, index === 0),
			part: 'product',
			text: `${write(Math.abs(weight))}·${factor}`
		};
	});
	return enclosed(activation, [
		...products,
		{ sign: signOf(bias, false), part: 'bias', text: write(Math.abs(bias)) }
	]);
}

/**
 * The formula with names: tanh(w₁·x₁ + w₂·x₂ + b). Of many products only the first two and the last one are named.
 * @param inputs - the inputs' names, in order
 * @param weights - the weights' names, in order
 */
export function symbolsFormula(
	activation: ActivationName | null,
	weights: readonly string[],
	inputs: readonly string[]
): Formula {
	const products = inputs.map((input, index): Term => ({
		sign: index === 0 ? '' : '+',
		part: 'product',
		text: `${weights[index]!}·${input}`
	}));
	const named =
		products.length > mostSymbols
			? [...products.slice(0, 2), { sign: '+', part: 'rest', text: '…' } as const, products.at(-1)!]
			: products;
	return enclosed(activation, [...named, { sign: '+', part: 'bias', text: 'b' }]);
}
