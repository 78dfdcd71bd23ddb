import { typeset } from '$lib/charts/graphText';
import { expect, it } from 'vitest';

it('prints a rule of the table of operations', () => {
	expect(typeset('1 - tanh(a)^2')).toBe('1 − tanh(a)²');
	expect(typeset('s * (1 - s), s = sigmoid(a)')).toBe('s · (1 − s), s = sigmoid(a)');
});
