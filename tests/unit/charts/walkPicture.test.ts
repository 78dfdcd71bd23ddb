import { describe, expect, it } from 'vitest';
import { twinCurves } from '../../../src/lib/charts/twinCurves';
import { WalkPicture } from '../../../src/lib/charts/walkPicture';
import { topologicalOrder } from '../../../src/lib/engine/order';
import type { Group } from '../../../src/lib/engine/picture';
import { Value } from '../../../src/lib/engine/value';
import { numbersOf, valueGraph } from '../../../src/lib/engine/valueGraph';
import type { Phase } from '../../../src/lib/explain/microSteps';
import { Stepper } from '../../../src/lib/explain/stepper';

const a = new Value(2, 'a');
const b = new Value(3, 'b');
const product = a.mul(b);
const sum = product.add(a);
const root = sum.tanh();
root.label = 'root';
const graph = valueGraph(topologicalOrder(root));
const placeOf = (value: Value) => graph.places.get(value)!;
const stepper = () =>
	new Stepper(graph, numbersOf(graph), {
		parameters: Int32Array.of(placeOf(a), placeOf(b)),
		learningRate: 0.1
	});

function marksAt(position: number, phase: Phase, folded: Group[] = []) {
	const walking = stepper();
	walking.goTo(position);
	const picture = new WalkPicture(graph, walking.turns, folded);
	const step = walking.describe();
	const marks = picture.marks({ position, phase, step, sections: walking.sections }, true);
	const of = (value: Value) => {
		const { tone, badge } = marks.get(placeOf(value)) ?? {};
		return `${tone ?? 'none'} ${badge ?? ''}`.trim();
	};
	return { of, flows: picture.flows(step) };
}

describe('a walk on its picture', () => {
	it('shows who had its turn, who has it and who waits, with numbers in the order of the phase', () => {
		const forward = marksAt(2, 'forward');
		expect([a, product, sum, root].map(forward.of)).toEqual([
			'done',
			'done 1',
			'current 2',
			'waiting 3'
		]);
		expect(forward.flows.map(({ from, to }) => [from, to])).toEqual([
			[placeOf(product), placeOf(sum)],
			[placeOf(a), placeOf(sum)]
		]);
		const backward = marksAt(7, 'backward');
		expect([root, sum, product, a, b].map(backward.of)).toEqual([
			'done 1',
			'current 2',
			'waiting 3',
			'waiting',
			'waiting'
		]);
		expect(backward.flows.map(({ to }) => to)).toEqual([placeOf(product), placeOf(a)]);
		expect(backward.flows[0]!.label).toMatch(/^\+\d/);
		const end = marksAt(10, 'update');
		expect([a, b, root].map(end.of)).toEqual(['done 1', 'current 2', 'done']);
	});

	it('lights a folded group while steps happen inside', () => {
		const members = new Set([product, sum]);
		const group: Group = { name: 'sum', members, result: sum };
		expect(marksAt(1, 'forward', [group]).of(sum)).toBe('current 1–2');
		expect(marksAt(1, 'forward', [group]).flows).toEqual([
			{ from: placeOf(a), to: placeOf(sum), label: '' },
			{ from: placeOf(b), to: placeOf(sum), label: '' }
		]);
		expect(marksAt(3, 'forward', [group]).of(sum)).toBe('done 1–2');
		expect(marksAt(3, 'forward', [group]).of(product)).toBe('none');
	});
});

describe('the curves of copy and twin', () => {
	const box = { left: 0, top: 0, right: 100, bottom: 50 };

	it('share a linear scale from 0', () => {
		const { copy, twinEnd, most, logarithmic } = twinCurves([1, 2], [1, 0], box);
		expect([copy, twinEnd, most, logarithmic]).toEqual([
			'M0.0 25.0L100.0 0.0',
			[100, 50],
			2,
			false
		]);
	});

	it('share a logarithmic one where losses differ much, and leave out what is no number', () => {
		const { copy, copyEnd, twin, logarithmic } = twinCurves([1, 100, NaN], [1, 0.1, 1], box);
		expect(logarithmic).toBe(true);
		expect(copyEnd).toBeNull();
		expect(copy).toBe('M0.0 33.3L50.0 0.0');
		expect(twin).toMatch(/^M.*L.*L/);
	});

	it('can be empty', () => {
		expect(twinCurves([], [], box)).toMatchObject({ copy: '', copyEnd: null, least: 0, most: 1 });
		expect(twinCurves([null], [null], box).copyEnd).toBeNull();
	});
});
