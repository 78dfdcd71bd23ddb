import { expect, it } from 'vitest';
import { loadNotebook } from '../../../src/lib/data/notebook';
import { trains } from '../../../src/lib/data/point';
import demo from '../../fixtures/micrograd-demo.json';

it("holds the published points, bit for bit and in the notebook's order", async () => {
	const { points } = await loadNotebook();
	expect(points.map(({ x, y, target }) => [x, y, target])).toStrictEqual(demo.points);
});

it('holds the published initial parameters, bit for bit', async () => {
	const { parameters } = await loadNotebook();
	expect(parameters).toStrictEqual(demo.parameters);
});

it('has no test points at any share', async () => {
	const { points } = await loadNotebook();
	expect(points.every((point) => trains(point, 50))).toBe(true);
});
