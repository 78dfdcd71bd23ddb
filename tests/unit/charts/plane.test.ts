import {
	describePlace,
	fractions,
	isInside,
	nearestPoint,
	placeAt,
	pointsAlong
} from '$lib/charts/plane';
import type { Point } from '$lib/data/point';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const box = { left: 100, top: 50, width: 300, height: 300 };

function pointsAt(...places: [x: number, y: number][]): Point[] {
	return places.map(([x, y]) => ({ x, y, target: 1, rank: 0 }));
}

describe('the map between screen and domain', () => {
	it('has the corners of the box at the corners of the domain, y up', () => {
		expect(placeAt(100, 50, box)).toEqual({ x: -3, y: 3 });
		expect(placeAt(400, 350, box)).toEqual({ x: 3, y: -3 });
		expect(fractions({ x: 0, y: 3 })).toEqual({ left: 0.5, top: 0 });
	});

	it('is undone by its inverse', () => {
		const coordinate = fc.double({ min: -3, max: 3, noNaN: true });
		fc.assert(
			fc.property(coordinate, coordinate, (x, y) => {
				const { left, top } = fractions({ x, y });
				const back = placeAt(box.left + left * box.width, box.top + top * box.height, box);
				expect(back.x).toBeCloseTo(x, 9);
				expect(back.y).toBeCloseTo(y, 9);
			})
		);
	});

	it('knows what is outside', () => {
		expect(isInside({ x: 3, y: -3 })).toBe(true);
		expect(isInside({ x: 3.01, y: 0 })).toBe(false);
		expect(isInside({ x: 0, y: NaN })).toBe(false);
	});
});

describe('points near a place', () => {
	const points = pointsAt([0, 0], [1, 0], [1, 0.1], [2, 2]);

	it('are found along the way, not only at its ends', () => {
		expect(pointsAlong(points, { x: -1, y: 0.1 }, { x: 3, y: 0.1 })).toEqual([0, 1, 2]);
		expect(pointsAlong(points, { x: 0.5, y: 0 }, { x: 0.5, y: 0 })).toEqual([]);
		expect(pointsAlong(points, { x: 1.1, y: 0 }, { x: 1.1, y: 0 }, 0.12)).toEqual([1]);
	});

	it('the nearest is chosen, of equals the one on top', () => {
		expect(nearestPoint(points, { x: 1, y: 0.09 })).toBe(2);
		expect(nearestPoint(points, { x: 1, y: 0.05 }, 1)).toBe(2);
		expect(nearestPoint(points, { x: -1, y: -1 })).toBeNull();
		expect(nearestPoint([], { x: 0, y: 0 })).toBeNull();
	});
});

describe('a place in words', () => {
	it('has its output and side', () => {
		expect(describePlace({ x: 0.5, y: -1.2 }, 0.83)).toBe('x 0.50, y −1.20, output 0.83, class B');
		expect(describePlace({ x: 0, y: 0 }, -2)).toBe('x 0.00, y 0.00, output −2.00, class A');
		expect(describePlace({ x: 0, y: 0 }, 0)).toContain('on the boundary');
		expect(describePlace({ x: 0, y: 0 }, null)).toBe('x 0.00, y 0.00');
	});
});
