import { contour } from '$lib/charts/contour';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

/** Samples a function of the unit square (y down) at the centers of a grid's cells. */
function sample(size: number, value: (x: number, y: number) => number): Float64Array {
	return Float64Array.from({ length: size * size }, (_, index) =>
		value(((index % size) + 0.5) / size, (Math.floor(index / size) + 0.5) / size)
	);
}

function piecesOf(flat: readonly number[]): [x0: number, y0: number, x1: number, y1: number][] {
	return Array.from({ length: flat.length / 4 }, (_, index) => [
		flat[4 * index]!,
		flat[4 * index + 1]!,
		flat[4 * index + 2]!,
		flat[4 * index + 3]!
	]);
}

function lengthOf(flat: readonly number[]): number {
	return piecesOf(flat).reduce((sum, [x0, y0, x1, y1]) => sum + Math.hypot(x1 - x0, y1 - y0), 0);
}

describe('the contour', () => {
	it('of a linear function is its line, from border to border', () => {
		const slope = fc.double({ min: -2, max: 2, noNaN: true });
		fc.assert(
			fc.property(slope, fc.integer({ min: 2, max: 30 }), (a, size) => {
				// Through the center at an angle: y - 0.5 = a (x - 0.5).
				const line = (x: number, y: number) => y - 0.5 - a * (x - 0.5);
				const flat = contour(sample(size, line), size);
				for (const [x0, y0, x1, y1] of piecesOf(flat)) {
					expect(line(x0, y0)).toBeCloseTo(0, 9);
					expect(line(x1, y1)).toBeCloseTo(0, 9);
				}
				expect(lengthOf(flat)).toBeCloseTo(Math.hypot(1, a) / Math.max(1, Math.abs(a)), 6);
			}),
			{ examples: [[7e-323, 3]] }
		);
	});

	it('of a disk is its circle', () => {
		const flat = contour(
			sample(100, (x, y) => 0.3 - Math.hypot(x - 0.4, y - 0.5)),
			100
		);
		expect(lengthOf(flat)).toBeCloseTo(2 * Math.PI * 0.3, 3);
		for (const [x, y] of piecesOf(flat)) expect(Math.hypot(x - 0.4, y - 0.5)).toBeCloseTo(0.3, 3);
	});

	it('never ends inside the square', () => {
		const grids = fc.integer({ min: 1, max: 7 }).chain((size) =>
			fc.array(fc.double({ min: -1, max: 1, noNaN: true }), {
				minLength: size * size,
				maxLength: size * size
			})
		);
		fc.assert(
			fc.property(grids, (grid) => {
				const ends = new Map<string, number>();
				for (const [x0, y0, x1, y1] of piecesOf(contour(grid, Math.sqrt(grid.length)))) {
					for (const [x, y] of [
						[x0, y0],
						[x1, y1]
					] as const) {
						if (x <= 0 || x >= 1 || y <= 0 || y >= 1) continue;
						const key = `${x} ${y}`;
						ends.set(key, (ends.get(key) ?? 0) + 1);
					}
				}
				for (const [key, count] of ends) expect(count % 2, key).toBe(0);
			})
		);
	});

	it('joins a saddle by what its center holds', () => {
		const inside = piecesOf(contour([3, -1, -1, 3], 2));
		expect(inside).toContainEqual([0.625, 0.25, 0.75, 0.375]);
		const outside = piecesOf(contour([1, -3, -3, 1], 2));
		expect(outside).toContainEqual([0.375, 0.25, 0.25, 0.375]);
	});

	it('is at another level if asked', () => {
		const xs = piecesOf(
			contour(
				sample(10, (x) => x),
				10,
				0.3
			)
		).map(([x]) => x);
		for (const x of xs) expect(x).toBeCloseTo(0.3, 12);
		expect(xs).toHaveLength(11);
	});

	it('is empty where all is on one side, zero or not finite', () => {
		expect(contour(new Float32Array(16), 4)).toEqual([]);
		expect(contour(new Float32Array(16).fill(1), 4)).toEqual([]);
		expect(contour([NaN, 1, -1, Infinity], 2)).toEqual([]);
		expect(contour([], 0)).toEqual([]);
		expect(contour([1], 1)).toEqual([]);
	});
});
