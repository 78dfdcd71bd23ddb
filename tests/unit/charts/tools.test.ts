import type { Place } from '$lib/charts/plane';
import { tools, type Sketch, type Tool } from '$lib/charts/tools';
import { latticeStep } from '$lib/data/lattice';
import type { Point } from '$lib/data/point';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

/** A sketch that does what it is told. */
function sketchOf(initial: readonly Point[], random = () => 0) {
	let points = initial;
	const sketch: Sketch = {
		points: () => points,
		add: (added) => (points = [...points, ...added.map((point) => ({ ...point, rank: 0 }))]),
		erase: (indexes) => (points = points.filter((_, index) => !indexes.includes(index))),
		move: (index, x, y) => (points = points.with(index, { ...points[index]!, x, y })),
		inspect: () => expect.unreachable(),
		random
	};
	return sketch;
}

function draw(sketch: Sketch, tool: Tool, [first, ...rest]: Place[]): readonly Point[] {
	const stroke = tools[tool].begin(sketch, first!);
	for (const place of rest) stroke(place);
	return sketch.points();
}

function pointsAt(...places: [x: number, y: number][]): Point[] {
	return places.map(([x, y]) => ({ x, y, target: -1, rank: 3 }));
}

describe('the class brushes', () => {
	it('place one point of their class where they are tapped', () => {
		expect(draw(sketchOf([]), 'a', [{ x: 0.5, y: -1.25 }])).toMatchObject([
			{ x: 0.5, y: -1.25, target: -1 }
		]);
		expect(draw(sketchOf([]), 'b', [{ x: 0, y: 0 }])).toMatchObject([{ target: 1 }]);
	});

	it('place points on the lattice', () => {
		const [point] = draw(sketchOf([]), 'a', [{ x: 1 / 3, y: Math.SQRT2 }]);
		expect(point!.x / latticeStep).toBe(341);
		expect(point!.y / latticeStep).toBe(1448);
	});

	it('spray by distance, however the way is cut into pieces', () => {
		const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 });
		fc.assert(
			fc.property(cuts, (shares) => {
				const places = [0, ...shares.sort((a, b) => a - b), 1].map((share) => ({
					x: -1 + 2.1 * share,
					y: 0.5
				}));
				const points = draw(sketchOf([]), 'b', places);
				expect(points).toHaveLength(18);
				for (const [index, { x, y }] of points.entries()) {
					expect(Math.abs(x - (-1 + 0.12 * index))).toBeLessThan(latticeStep);
					expect(y).toBe(0.5);
				}
			})
		);
	});

	it('stray a little from the way, never far', () => {
		const points = draw(sketchOf([], Math.random), 'a', [
			{ x: -2, y: 0 },
			{ x: 2, y: 0 }
		]);
		const strays = points.slice(1).map(({ y }) => Math.abs(y));
		expect(Math.max(...strays)).toBeLessThanOrEqual(0.061);
		expect(new Set(strays).size).toBeGreaterThan(5);
	});

	it('leave out what is outside the domain', () => {
		const points = draw(sketchOf([]), 'a', [
			{ x: 2.5, y: 0 },
			{ x: 5, y: 0 },
			{ x: 5, y: 1 },
			{ x: 2.5, y: 1 }
		]);
		expect(points.length).toBeGreaterThan(6);
		for (const { x } of points) expect(x).toBeLessThanOrEqual(3);
		expect(points.filter(({ x }) => x === 3)).toHaveLength(0);
	});
});

describe('the eraser', () => {
	const points = pointsAt([-1, 0], [0, 0.1], [1, 0], [0, 1]);

	it('takes what it touches, at once and along its way', () => {
		expect(draw(sketchOf(points), 'erase', [{ x: 1.1, y: 0 }])).toEqual([
			points[0],
			points[1],
			points[3]
		]);
		expect(
			draw(sketchOf(points), 'erase', [
				{ x: -2, y: 0 },
				{ x: 2, y: 0 }
			])
		).toEqual([points[3]]);
	});

	it('does nothing where there is nothing', () => {
		const sketch = { ...sketchOf(points), erase: () => expect.unreachable() };
		draw(sketch, 'erase', [
			{ x: -3, y: -3 },
			{ x: 3, y: -3 }
		]);
	});
});

describe('the move tool', () => {
	it('drags the nearest point as it was grabbed, and nothing else of it changes', () => {
		const moved = draw(sketchOf(pointsAt([0, 0], [1, 1])), 'move', [
			{ x: 1.125, y: 1 },
			{ x: 0, y: 0 },
			{ x: 2.125, y: -1 }
		]);
		expect(moved).toEqual(pointsAt([0, 0], [2, -1]));
	});

	it('stops at the border', () => {
		const moved = draw(sketchOf(pointsAt([0, 0])), 'move', [
			{ x: 0, y: 0 },
			{ x: 9, y: -9 }
		]);
		expect(moved).toEqual(pointsAt([3, -3]));
	});

	it('does nothing on empty ground, nor with a point that went away', () => {
		const points = pointsAt([0, 0]);
		expect(
			draw(sketchOf(points), 'move', [
				{ x: 1, y: 1 },
				{ x: 2, y: 2 }
			])
		).toEqual(points);
		const sketch = sketchOf(points);
		const stroke = tools.move.begin(sketch, { x: 0, y: 0 });
		sketch.erase([0]);
		stroke({ x: 1, y: 1 });
		expect(sketch.points()).toEqual([]);
	});
});

describe('the inspect tool', () => {
	it('looks at places on the lattice, and holds on to points that are near', () => {
		const seen: unknown[] = [];
		const points = pointsAt([0.2, 0]);
		const sketch: Sketch = {
			...sketchOf(points),
			inspect: ({ x, y }, point) => seen.push([x, y, point])
		};
		draw(sketch, 'inspect', [
			{ x: 1 / 3, y: 2 },
			{ x: 0.3, y: 0.1 },
			{ x: 9, y: -9 }
		]);
		expect(seen).toEqual([
			[341 / 1024, 2, null],
			[0.2, 0, points[0]],
			[3, -3, null]
		]);
	});
});
