import { formatNumber } from '$lib/charts/format';
import { expect, it } from 'vitest';

it.each([
	[0.5, '0.50'],
	[-1.2, '−1.20'],
	[-0.001, '0.00'],
	[-0, '0.00'],
	[99999, '99999.00'],
	[-123456, '−1.23e+5'],
	[Infinity, '∞'],
	[-Infinity, '−∞'],
	[NaN, 'not a number']
])('writes %d as %s', (value, text) => {
	expect(formatNumber(value)).toBe(text);
});

it('writes as many decimals as asked', () => {
	expect(formatNumber(0.42134, 4)).toBe('0.4213');
	expect(formatNumber(7, 0)).toBe('7');
});
