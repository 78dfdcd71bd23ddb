import { colorize, colorTable, css, divergingColor, mix, parseHex } from '$lib/charts/color';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const orange = parseHex('#e8772e');
const blue = parseHex('#2563eb');
const white = parseHex('#fff');

/** The pixels' channels that a canvas would show. */
function painted(...outputs: number[]): number[][] {
	const pixels = new Uint32Array(outputs.length);
	colorize(outputs, colorTable(orange, white, blue), pixels);
	const bytes = new Uint8Array(pixels.buffer);
	return outputs.map((_, index) => [...bytes.subarray(4 * index, 4 * index + 4)]);
}

describe('colors', () => {
	it('reads hexadecimal colors and no others', () => {
		expect(parseHex(' #0f8 ')).toEqual([0, 255, 136]);
		expect(orange).toEqual([232, 119, 46]);
		expect(() => parseHex('red')).toThrow(TypeError);
		expect(() => parseHex('#12345')).toThrow(TypeError);
	});

	it('mixes and writes colors', () => {
		expect(mix([0, 100, 255], [255, 0, 255], 0.2)).toEqual([51, 80, 255]);
		expect(css([1, 2, 3])).toBe('rgb(1 2 3 / 1)');
	});
});

describe('the diverging scale', () => {
	it('is the middle at zero and symmetric in strength, orange below and blue above', () => {
		expect(painted(0, -0)).toEqual([
			[255, 255, 255, 255],
			[255, 255, 255, 255]
		]);
		const [[, , below], [above]] = painted(-1, 1) as [number[], number[]];
		expect(below).toBe(Math.round(255 + (46 - 255) * 0.62));
		expect(above).toBe(Math.round(255 + (37 - 255) * 0.62));
	});

	it('clamps, and shows the middle where there is no number', () => {
		expect(painted(5, Infinity, -5, -Infinity, NaN)).toEqual(painted(1, 1, -1, -1, 0));
	});

	it('is within one table entry of the exact color everywhere', () => {
		fc.assert(
			fc.property(fc.double({ min: -2, max: 2, noNaN: true }), (output) => {
				const exact = divergingColor(output, orange, white, blue);
				const [shown] = painted(output);
				for (const [index, channel] of exact.entries()) {
					expect(Math.abs(shown![index]! - channel)).toBeLessThanOrEqual(1);
				}
			})
		);
	});
});
