import type { Point } from '$lib/data/point';
import { Inside } from '$lib/state/inside.svelte';
import type { Lab } from '$lib/state/lab.svelte';
import { beforeEach, describe, expect, it } from 'vitest';
import { openLab } from '../../support/labs';

const points: Point[] = [
	{ x: 1, y: 1, target: 1, rank: 19 },
	{ x: -1, y: 0.5, target: -1, rank: 3 },
	{ x: -1, y: 0.5, target: 1, rank: 4 }
];

let lab: ConstructorParameters<typeof Inside>[0] & {
	points: readonly Point[];
	outputAt: (x: number, y: number) => number | null;
};
let inside: Inside;

beforeEach(() => {
	lab = {
		sizes: [2, 3, 4, 1],
		points,
		trainShare: 80,
		experiment: { loss: 'max-margin' } as Lab['experiment'],
		outputAt: () => null
	};
	inside = new Inside(lab);
});

describe('the probe', () => {
	it('is the first training point, until it is put somewhere', () => {
		expect(inside.probe).toMatchObject({ x: -1, y: 0.5, target: -1 });
		expect(inside.membership).toBe('training');
		inside.probe = { x: 0.25, y: -2, target: 1 };
		expect(inside.probe).toEqual({ x: 0.25, y: -2, target: 1 });
	});

	describe('when it is looked at first', () => {
		const right: Point = { x: 2, y: 0, target: 1, rank: 1 };
		const wrong: Point = { x: -2, y: 0.5, target: 1, rank: 2 };
		const equallyWrong: Point = { x: -2, y: 0, target: 1, rank: 5 };

		beforeEach(() => {
			lab.points = [right, ...points, wrong, equallyWrong];
			lab.outputAt = (x) => x;
		});

		it('settles on the training point with the largest loss, the first of equals, and stays', () => {
			expect(inside.probe).toBe(right);
			inside.settle();
			expect(inside.probe).toBe(wrong);
			lab.outputAt = (x) => -x;
			inside.settle();
			expect(inside.probe).toBe(wrong);
		});

		it('waits for a network to ask', () => {
			lab.outputAt = () => null;
			inside.settle();
			expect(inside.probe).toBe(right);
			lab.outputAt = (x) => x;
			inside.settle();
			expect(inside.probe).toBe(wrong);
		});

		it('stays where it was put', () => {
			inside.probe = { x: 0.25, y: -2, target: 1 };
			inside.settle();
			expect(inside.probe).toEqual({ x: 0.25, y: -2, target: 1 });
		});

		it('leaves a point that is no more', async () => {
			const { lab: open } = await openLab();
			inside = new Inside(open);
			inside.settle();
			const settled = inside.point!;
			open.erasePoints([open.points.indexOf(settled)]);
			expect(inside.probe).not.toBe(settled);
			expect(inside.membership).toBe('training');
			inside.settle();
			expect(inside.membership).toBe('training');
			open.dispose();
		});
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
