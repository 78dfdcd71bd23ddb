import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { topologicalOrder } from '../../../src/lib/engine/order';
import { Value } from '../../../src/lib/engine/value';
import {
	numbersOf,
	valueGraph,
	type Numbers,
	type ValueGraph
} from '../../../src/lib/engine/valueGraph';
import { procedureWith, type MistakeName } from '../../../src/lib/explain/mistakes';
import { correct } from '../../../src/lib/explain/procedure';
import { Stepper } from '../../../src/lib/explain/stepper';
import { expectSameBits } from '../../support/bits';
import { arbitraryGraph } from '../../support/graphs';

const odd = fc.constantFrom(NaN, -0, 0, Infinity, -Infinity, 1e-320);
const number = fc.oneof({ weight: 5, arbitrary: fc.double() }, odd);

/** Mistakes that change how gradients are found. */
const arbitraryMistakes = fc.uniqueArray(
	fc.constantFrom<MistakeName>('no-zero-grad', 'overwrite', 'wrong-order', 'high-rate')
);

/** A stepper on one of the roots of any graph, from any numbers of its leaves and any gradients. */
const arbitraryStepper = fc
	.record({
		random: arbitraryGraph,
		grads: fc.array(number, { minLength: 1, maxLength: 30 }),
		wild: fc.array(fc.tuple(fc.nat(), number), { maxLength: 3 }),
		mistakes: arbitraryMistakes,
		learningRate: fc.constantFrom(0.1, 1, 1e300)
	})
	.map(({ random, grads, wild, mistakes, learningRate }) => {
		const graph = valueGraph(topologicalOrder(random.roots[0]!));
		const start = numbersOf(graph);
		for (const place of graph.nodes.keys()) start.grad[place] = grads[place % grads.length]!;
		for (const [place, value] of wild) start.data[place % start.data.length] = value;
		const parameters = Int32Array.from(
			random.parameters.map((parameter) => graph.places.get(parameter) ?? -1)
		).filter((place) => place >= 0);
		const procedure = procedureWith(mistakes);
		const stepper = () => new Stepper(graph, start, { procedure, parameters, learningRate });
		return { graph, start, parameters, procedure, learningRate, stepper };
	});

const copyOf = ({ data, grad }: Numbers): Numbers => ({ data: data.slice(), grad: grad.slice() });

/** Writing bits out is slow: that is for those that differ. */
function expectSame(actual: Numbers, expected: Numbers): void {
	for (const column of ['data', 'grad'] as const) {
		const [a, b] = [actual[column], expected[column]];
		let same = a.length === b.length;
		for (let place = 0; same && place < a.length; place++) same = Object.is(a[place], b[place]);
		if (!same) expectSameBits(a, b);
	}
}

/** Numbers after so many steps, by the definition: plain lists, one loop for each phase, each cut where the steps end. */
function cut(
	graph: ValueGraph,
	start: Numbers,
	parameters: Int32Array,
	learningRate: number,
	steps: number
): Numbers {
	const data = [...start.data];
	const grad = [...start.grad];
	const place = (value: Value) => graph.places.get(value)!;
	const operations = graph.nodes.filter(({ op }) => op !== null);
	let left = steps;
	for (const node of operations.slice(0, left)) {
		const [a, b] = node.prev.map((operand) => data[place(operand)]!);
		data[place(node)] = node.op!.forward(a!, b ?? node.exponent ?? 0);
		grad[place(node)] = 0;
	}
	left -= operations.length;
	if (left-- > 0) for (const node of graph.nodes) if (node.op === null) grad[place(node)] = 0;
	if (left-- > 0) grad[grad.length - 1]! += 1;
	for (const node of operations.toReversed().slice(0, Math.max(0, left))) {
		const [a, b] = node.prev.map((operand) => data[place(operand)]!);
		const numbers = [a!, b ?? node.exponent ?? 0, data[place(node)]!] as const;
		const passed = grad[place(node)]!;
		grad[place(node.prev[0]!)]! += node.op!.slopeA(...numbers) * passed;
		if (node.prev.length > 1) grad[place(node.prev[1]!)]! += node.op!.slopeB(...numbers) * passed;
	}
	left -= operations.length;
	for (const parameter of parameters.slice(0, Math.max(0, left))) {
		data[parameter]! -= learningRate * grad[parameter]!;
	}
	return { data: Float64Array.from(data), grad: Float64Array.from(grad) };
}

describe('a stepper', () => {
	it('holds, after every prefix of its steps, what a training step cut there would', () => {
		fc.assert(
			fc.property(arbitraryStepper, ({ graph, start, parameters, learningRate }) => {
				const stepper = new Stepper(graph, start, { parameters, learningRate });
				expectSame(stepper.numbers, start);
				while (stepper.next()) {
					const { position } = stepper;
					expectSame(stepper.numbers, cut(graph, start, parameters, learningRate, position));
				}
				expect(stepper.position).toBe(stepper.length);
			}),
			{ numRuns: 1000 }
		);
	});

	it('does, in all its steps, what backward does, to the bit', () => {
		fc.assert(
			fc.property(arbitraryGraph, ({ roots }) => {
				const root = roots[0]!;
				const graph = valueGraph(topologicalOrder(root));
				const empty = numbersOf(graph);
				for (const place of graph.nodes.keys()) {
					if (graph.first[place]! >= 0) empty.data[place] = NaN;
				}
				const stepper = new Stepper(graph, empty);
				stepper.goTo(stepper.length);
				root.backward();
				expectSame(stepper.numbers, numbersOf(graph));
			}),
			{ numRuns: 5000 }
		);
	});

	it('never touches the values', () => {
		fc.assert(
			fc.property(arbitraryStepper, ({ graph, stepper }) => {
				const before = numbersOf(graph);
				const walking = stepper();
				walking.goTo(walking.length);
				expectSame(numbersOf(graph), before);
			})
		);
	});

	it('restores every number to the bit on its way back, whatever the mistakes', () => {
		fc.assert(
			fc.property(arbitraryStepper, ({ start, stepper }) => {
				const walking = stepper();
				const trail = [copyOf(walking.numbers)];
				while (walking.next()) trail.push(copyOf(walking.numbers));
				while (walking.back()) expectSame(walking.numbers, trail[walking.position]!);
				expectSame(walking.numbers, start);
			}),
			{ numRuns: 2000 }
		);
	});

	it('is where it is, whatever the way there', () => {
		const walk = fc.array(
			fc.oneof(
				fc.constantFrom('next' as const, 'back' as const),
				fc.double({ min: 0, max: 1, noNaN: true })
			),
			{ maxLength: 40 }
		);
		fc.assert(
			fc.property(arbitraryStepper, walk, ({ stepper }, moves) => {
				const walking = stepper();
				for (const move of moves) {
					if (typeof move === 'number') walking.goTo(Math.floor(move * walking.length));
					else walking[move]();
					const fresh = stepper();
					fresh.goTo(walking.position);
					expectSame(walking.numbers, fresh.numbers);
					expect(walking.describe()).toEqual(fresh.describe());
				}
			}),
			{ numRuns: 2000 }
		);
	});

	it('describes each step by what it changed', () => {
		fc.assert(
			fc.property(arbitraryStepper, ({ graph, procedure, stepper }) => {
				const walking = stepper();
				expect(walking.describe()).toBeNull();
				const { data, grad } = walking.numbers;
				let before = copyOf(walking.numbers);
				while (walking.next()) {
					const step = walking.describe()!;
					const expected = copyOf(before);
					if (step.kind === 'forward' || step.kind === 'update') {
						expect(step.before).toBe(before.data[step.place]);
						expected.data[step.place] = step.after;
						if (step.kind === 'forward') expected.grad[step.place] = 0;
					} else {
						const writes =
							step.kind === 'zero' ? step.writes : step.kind === 'seed' ? [step] : step.terms;
						for (const write of writes) {
							expect(write.before).toBe(expected.grad[write.place]);
							expected.grad[write.place] = write.after;
						}
					}
					if (step.kind === 'backward') {
						expect(step.terms).toHaveLength(graph.nodes[step.place]!.prev.length);
						for (const { local, incoming, term, before, after } of step.terms) {
							expect(incoming).toBe(grad[step.place]);
							expect(term).toBe(local * incoming);
							expect(after).toBe(procedure.arrive(before, term));
						}
					}
					expectSame({ data, grad }, expected);
					before = copyOf(walking.numbers);
				}
			})
		);
	});

	it('names its phases by their places', () => {
		const a = new Value(3, 'a');
		const root = a.add(a).tanh();
		const graph = valueGraph(topologicalOrder(root));
		const parameters = Int32Array.of(graph.places.get(a)!);
		const stepper = new Stepper(graph, numbersOf(graph), { parameters, learningRate: 0.5 });
		expect(stepper.sections).toEqual({
			forward: { start: 0, length: 2 },
			zero: { start: 2, length: 1 },
			backward: { start: 3, length: 3 },
			update: { start: 6, length: 1 }
		});
		const kinds: (string | undefined)[] = [];
		while (stepper.next()) kinds.push(stepper.describe()?.kind);
		expect(kinds).toEqual(['forward', 'forward', 'zero', 'seed', 'backward', 'backward', 'update']);
		for (const wrong of [-1, 8, 0.5, NaN]) {
			expect(() => {
				stepper.goTo(wrong);
			}).toThrow(RangeError);
		}
	});

	it('adds twice to an operand that is used twice', () => {
		const a = new Value(3, 'a');
		const graph = valueGraph(topologicalOrder(a.add(a)));
		const last = (names: MistakeName[]) => {
			const stepper = new Stepper(graph, numbersOf(graph), { procedure: procedureWith(names) });
			stepper.goTo(stepper.length);
			return stepper;
		};
		expect(last([]).numbers.grad[0]).toBe(2);
		expect(last([]).describe()).toMatchObject({
			terms: [
				{ before: 0, term: 1, after: 1 },
				{ before: 1, term: 1, after: 2 }
			]
		});
		expect(last(['overwrite']).numbers.grad[0]).toBe(1);
	});

	it('takes a graph of any depth, at once to any place', () => {
		let sum = new Value(1);
		for (let i = 0; i < 100_000; i++) sum = sum.add(1);
		const graph = valueGraph(topologicalOrder(sum));
		const stepper = new Stepper(graph, numbersOf(graph), { procedure: correct });
		stepper.goTo(stepper.length);
		expect(stepper.numbers.grad[0]).toBe(1);
		stepper.goTo(0);
		expect(stepper.numbers.grad[0]).toBe(0);
	});
});
