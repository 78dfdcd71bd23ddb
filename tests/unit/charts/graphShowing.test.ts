import { showing } from '$lib/charts/graphGeometry';
import { describe, expect, it } from 'vitest';

const screen = { width: 400, height: 300 };
const box = (x: number, y: number) => ({ x, y, width: 40, height: 20 });

describe('showing boxes', () => {
	const view = { k: 1, x: 0, y: 0 };

	it('leaves a view that has them all', () => {
		expect(showing(view, [box(100, 100), box(300, 200)], screen)).toBe(view);
	});

	it('moves as little as needed where they fit', () => {
		expect(showing(view, [box(500, 100), box(300, 100)], screen)).toEqual({ k: 1, x: -144, y: 0 });
	});

	it('shrinks where they do not fit, with all of them in the middle', () => {
		const { k, x, y } = showing(view, [box(0, 0), box(1000, 0)], screen);
		expect(k).toBeCloseTo((400 - 48) / 1040);
		expect(k * 500 + x).toBeCloseTo(200);
		expect(y).toBeCloseTo(150);
	});
});
