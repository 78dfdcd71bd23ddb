import type { Point } from '$lib/data/point';
import { Inside } from '$lib/state/inside.svelte';
import { beforeEach, describe, expect, it } from 'vitest';

const points: Point[] = [
	{ x: 1, y: 1, target: 1, rank: 19 },
	{ x: -1, y: 0.5, target: -1, rank: 3 },
	{ x: -1, y: 0.5, target: 1, rank: 4 }
];

let lab: { sizes: readonly number[]; points: readonly Point[]; trainShare: number };
let inside: Inside;

beforeEach(() => {
	lab = { sizes: [2, 3, 4, 1], points, trainShare: 80 };
	inside = new Inside(lab);
});

describe('the probe', () => {
	it('is the first training point, until it is put somewhere', () => {
		expect(inside.probe).toMatchObject({ x: -1, y: 0.5, target: -1 });
		expect(inside.membership).toBe('training');
		inside.probe = { x: 0.25, y: -2, target: 1 };
		expect(inside.probe).toEqual({ x: 0.25, y: -2, target: 1 });
	});

	it('is the center as class B where nothing trains', () => {
		lab.points = [points[0]!];
		expect(inside.probe).toEqual({ x: 0, y: 0, target: 1 });
		expect(inside.membership).toBeNull();
	});

	it('is a point where one of its class stands exactly there', () => {
		inside.probe = points[0]!;
		expect(inside.membership).toBe('test');
		expect(inside.point).toBe(points[0]);
		inside.probe = { x: -1, y: 0.5, target: 1 };
		expect(inside.point).toBe(points[2]);
		inside.probe = { x: 1, y: 1, target: -1 };
		expect(inside.membership).toBeNull();
	});
});

describe('the neuron', () => {
	it('is one that exists, whatever the layers become', () => {
		expect(inside.neuron).toEqual({ layer: 1, neuron: 0 });
		inside.neuron = { layer: 2, neuron: 3 };
		expect(inside.neuron).toEqual({ layer: 2, neuron: 3 });
		lab = { ...lab, sizes: [2, 1] };
		inside = new Inside(lab);
		inside.neuron = { layer: 2, neuron: 3 };
		expect(inside.neuron).toEqual({ layer: 1, neuron: 0 });
	});

	it('is never an input', () => {
		inside.neuron = { layer: 0, neuron: 1 };
		expect(inside.neuron).toEqual({ layer: 1, neuron: 1 });
	});
});

it('opens and closes the groups of a graph', () => {
	expect(inside.unfolded).toEqual([]);
	inside.toggle('L2');
	inside.toggle('Output');
	expect(inside.unfolded).toEqual(['L2', 'Output']);
	inside.toggle('L2');
	expect(inside.unfolded).toEqual(['Output']);
});
