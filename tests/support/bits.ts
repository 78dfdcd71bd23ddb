import { expect } from 'vitest';

/** The bits of each number, all NaNs being one. */
function bitsOf(values: ArrayLike<number>): string[] {
	const view = new DataView(new ArrayBuffer(8));
	return Array.from(values, (value) => {
		if (Number.isNaN(value)) return 'NaN';
		view.setFloat64(0, value);
		return view.getBigUint64(0).toString(16);
	});
}

/** Expects the same bits, and shows the numbers if they differ. */
export function expectSameBits(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
	const [a, b] = [bitsOf(actual), bitsOf(expected)];
	const place = a.findIndex((bits, i) => bits !== b[i]);
	if (place >= 0 || a.length !== b.length) {
		expect([a.length, place, actual[place]]).toEqual([b.length, place, expected[place]]);
		expect(a[place]).toBe(b[place]);
	}
}
