import { numbersFormula, symbolsFormula, type Formula } from '$lib/explain/formula';
import { describe, expect, it } from 'vitest';

const written = ({ open, terms, close }: Formula) =>
	`${open}${terms.map(({ sign, text }) => (sign ? `${sign} ${text}` : text)).join(' ')}${close}`;

const write = (value: number) => value.toFixed(2).replace('-', '−');

const neuron = {
	weights: [0.31, -0.88],
	inputs: [1.2, 0.4],
	bias: 0.05,
	sum: 0.07,
	activation: 'tanh',
	result: 0.07
} as const;

describe('the formula with numbers', () => {
	it('merges signs and ends with the bias', () => {
		const formula = numbersFormula(neuron, write);
		expect(written(formula)).toBe('tanh(0.31·1.20 − 0.88·0.40 + 0.05)');
		expect(formula.terms.map(({ part }) => part)).toEqual(['product', 'product', 'bias']);
	});

	it('writes negative inputs in brackets, and a sign before the first term only if it is negative', () => {
		const other = { ...neuron, weights: [-0.5, 2], inputs: [-1, -3], bias: -1 };
		expect(written(numbersFormula({ ...other, activation: 'relu' }, write))).toBe(
			'ReLU(− 0.50·(−1.00) + 2.00·(−3.00) − 1.00)'
		);
	});

	it('has no function for the output', () => {
		expect(written(numbersFormula({ ...neuron, activation: null }, write))).toBe(
			'0.31·1.20 − 0.88·0.40 + 0.05'
		);
	});
});

describe('the formula with symbols', () => {
	it('names every term', () => {
		expect(written(symbolsFormula('tanh', ['w₁', 'w₂'], ['x₁', 'x₂']))).toBe(
			'tanh(w₁·x₁ + w₂·x₂ + b)'
		);
	});

	it('leaves out the middle of many', () => {
		const names = (letter: string) => Array.from({ length: 8 }, (_, index) => `${letter}${index}`);
		expect(written(symbolsFormula(null, names('w'), names('h')))).toBe(
			'w0·h0 + w1·h1 + … + w7·h7 + b'
		);
	});
});
