import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTemplate } from '../../../src/lib/engine/expression';
import { apply } from '../../../src/lib/engine/functions';
import { gradientCheck } from '../../../src/lib/engine/gradientCheck';
import { ops, type OpName, type Operation } from '../../../src/lib/engine/ops';
import { Value } from '../../../src/lib/engine/value';
import { evaluate } from '../../support/evaluate';

const names = Object.keys(ops) as OpName[];
const number = fc.double({ min: -5, max: 5, noNaN: true });
const positive = fc.double({ min: 0.05, max: 5, noNaN: true });
/** Away from the kink of relu and the pole of a quotient. */
const awayFromZero = fc.tuple(positive, fc.boolean()).map(([x, minus]) => (minus ? -x : x));
/** Two numbers between which there is room to nudge. */
const apart = fc.tuple(number, awayFromZero).map(([a, distance]) => [a, a + distance]);
const exponent = fc.oneof(
	fc.integer({ min: -4, max: 5 }),
	fc.double({ min: -4, max: 5, noNaN: true })
);

/** Where each operation has a slope: its operands, as inputs of a gradient check. */
const places: Record<OpName, { at: fc.Arbitrary<number[]>; apply: (inputs: Value[]) => Value }> = {
	add: { at: fc.tuple(number, number), apply: ([a, b]) => a!.add(b!) },
	sub: { at: fc.tuple(number, number), apply: ([a, b]) => a!.sub(b!) },
	mul: { at: fc.tuple(number, number), apply: ([a, b]) => a!.mul(b!) },
	div: { at: fc.tuple(number, awayFromZero), apply: ([a, b]) => a!.div(b!) },
	neg: { at: fc.tuple(number), apply: ([a]) => a!.neg() },
	pow: { at: fc.tuple(positive), apply: ([a]) => a!.pow(2.5) },
	exp: { at: fc.tuple(number), apply: ([a]) => a!.exp() },
	log: { at: fc.tuple(positive), apply: ([a]) => a!.log() },
	tanh: { at: fc.tuple(number), apply: ([a]) => a!.tanh() },
	relu: { at: fc.tuple(awayFromZero), apply: ([a]) => a!.relu() },
	sigmoid: { at: fc.tuple(number), apply: ([a]) => a!.sigmoid() },
	softplus: { at: fc.tuple(number), apply: ([a]) => apply(ops.softplus, a!) },
	sqrt: { at: fc.tuple(positive), apply: ([a]) => apply(ops.sqrt, a!) },
	abs: { at: fc.tuple(awayFromZero), apply: ([a]) => apply(ops.abs, a!) },
	max: { at: apart, apply: ([a, b]) => apply(ops.max, a!, b!) },
	sin: { at: fc.tuple(number), apply: ([a]) => apply(ops.sin, a!) },
	cos: { at: fc.tuple(number), apply: ([a]) => apply(ops.cos, a!) }
};

function expectSlopes(build: (inputs: Value[]) => Value, at: readonly number[]): void {
	for (const { analytic, central, relativeError } of gradientCheck(build, at)) {
		expect(relativeError, `${analytic} against ${central} at ${at.join()}`).toBeLessThan(1e-4);
	}
}

describe.each(names)('%s', (name) => {
	const op: Operation = ops[name];
	const { at, apply: build } = places[name];

	it('has the slopes that nudging shows, whatever comes after', () => {
		fc.assert(
			fc.property(at, (place) => {
				expectSlopes(build, place);
				expectSlopes((inputs) => build(inputs).mul(0.1).tanh(), place);
			})
		);
	});

	it('computes what the table says, and is recorded with it', () => {
		fc.assert(
			fc.property(at, (place) => {
				const inputs = place.map((x) => new Value(x));
				const node = build(inputs);
				expect(node.op).toBe(op);
				expect(node.prev).toEqual(inputs);
				expect(node.data).toBe(op.forward(place[0]!, node.exponent ?? place[1] ?? 0));
			})
		);
	});

	it('is named and described', () => {
		expect(op.name).toBe(name);
		expect(op.symbol).not.toBe('');
		expect(op.slopes).toHaveLength(op.arity);
	});

	it('computes its templates', () => {
		const edge = fc.constantFrom(0, -0, 1, -1, Infinity, -Infinity, NaN);
		const edges = fc.tuple(edge, edge);
		fc.assert(
			fc.property(fc.oneof(at, edges, fc.tuple(number, number)), ([a, second]) => {
				const b = name === 'pow' ? 2.5 : (second ?? 0);
				const out = op.forward(a!, b);
				const expectSame = (found: number, template: string) => {
					const expected = evaluate(parseTemplate(template), { a: a!, b, out });
					const same = found === expected || (Number.isNaN(found) && Number.isNaN(expected));
					const error = Math.abs(found - expected) / Math.max(1, Math.abs(expected));
					expect(same || error < 1e-12, `${found} is not ${template} at ${a!}, ${b}`).toBe(true);
				};
				expectSame(out, op.formula);
				expectSame(op.slopeA(a!, b, out), op.slopes[0]!);
				if (op.arity === 2) expectSame(op.slopeB(a!, b, out), op.slopes[1]!);
			}),
			{ numRuns: 1000 }
		);
	});
});

describe('pow', () => {
	it('has the slope of every exponent, with negative bases for whole ones', () => {
		fc.assert(
			fc.property(exponent, awayFromZero, (n, x) => {
				const base = Number.isInteger(n) ? x : Math.abs(x);
				fc.pre(Math.abs(base) > 0.3);
				expectSlopes(([a]) => a!.pow(n), [base]);
			})
		);
	});
});

/** What backpropagation says of an operation at a place, and its result. */
function backward(op: Operation, ...operands: number[]): { out: number; slopes: number[] } {
	const leaves = operands.map((x) => new Value(x));
	const node = apply(op, leaves[0]!, leaves[1]);
	node.backward();
	return { out: node.data, slopes: leaves.map(({ grad }) => grad) };
}

describe('at edges and ties', () => {
	it('the root of 0, of either sign, is 0 and its slope infinite; below there is none', () => {
		expect(backward(ops.sqrt, 0)).toEqual({ out: 0, slopes: [Infinity] });
		expect(backward(ops.sqrt, -0)).toEqual({ out: 0, slopes: [Infinity] });
		expect(backward(ops.sqrt, Infinity)).toEqual({ out: Infinity, slopes: [0] });
		expect(backward(ops.sqrt, -1)).toEqual({ out: NaN, slopes: [NaN] });
		expect(backward(ops.sqrt, NaN)).toEqual({ out: NaN, slopes: [NaN] });
	});

	it('the slope of the absolute value at 0 is 0', () => {
		expect(backward(ops.abs, 0)).toEqual({ out: 0, slopes: [0] });
		expect(backward(ops.abs, -0)).toEqual({ out: 0, slopes: [0] });
		expect(backward(ops.abs, -Infinity)).toEqual({ out: Infinity, slopes: [-1] });
		expect(backward(ops.abs, NaN).out).toBeNaN();
	});

	it('the maximum of equals has its slope in the first, and hands NaN on', () => {
		expect(backward(ops.max, 2, 2)).toEqual({ out: 2, slopes: [1, 0] });
		expect(backward(ops.max, -0, 0)).toEqual({ out: 0, slopes: [1, 0] });
		expect(backward(ops.max, 0, -0)).toEqual({ out: 0, slopes: [1, 0] });
		expect(backward(ops.max, -Infinity, -Infinity)).toEqual({ out: -Infinity, slopes: [1, 0] });
		expect(backward(ops.max, 1, Infinity)).toEqual({ out: Infinity, slopes: [0, 1] });
		expect(backward(ops.max, NaN, 1).out).toBeNaN();
		expect(backward(ops.max, 1, NaN).out).toBeNaN();
		expect(backward(ops.max, NaN, Infinity).out).toBeNaN();
	});

	it('the maximum of a node and itself has slope 1', () => {
		const a = new Value(3);
		apply(ops.max, a, a).backward();
		expect(a.grad).toBe(1);
	});

	it('there is no sine from a million on', () => {
		for (const op of [ops.sin, ops.cos]) {
			for (const x of [1e6, -1e6, 1e300, Infinity, -Infinity, NaN])
				expect(backward(op, x)).toEqual({ out: NaN, slopes: [NaN] });
			expect(backward(op, 999_999.9999999999).out).not.toBeNaN();
		}
	});
});

describe('random graphs', () => {
	it('have the gradients that nudging shows', () => {
		const step = fc.record({
			name: fc.constantFrom('add', 'sub', 'mul', 'div', 'neg', 'exp', 'tanh', 'sigmoid', 'pow'),
			first: fc.nat(),
			second: fc.nat()
		});
		const graphs = fc.tuple(
			fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 1, maxLength: 4 }),
			fc.array(step, { minLength: 1, maxLength: 25 })
		);
		fc.assert(
			fc.property(graphs, ([at, steps]) => {
				expectSlopes((inputs) => {
					const nodes = [...inputs];
					for (const { name, first, second } of steps) {
						const a = nodes[first % nodes.length]!;
						const b = nodes[second % nodes.length]!;
						// What could grow without bound is brought back near 0 first.
						if (name === 'neg' || name === 'tanh' || name === 'sigmoid') nodes.push(a[name]());
						else if (name === 'exp') nodes.push(a.tanh().exp());
						else if (name === 'pow') nodes.push(a.tanh().pow(3));
						else if (name === 'div') nodes.push(a.div(b.mul(b).add(1)));
						else nodes.push(a.tanh()[name as 'add' | 'sub' | 'mul'](b.tanh()));
					}
					return nodes.at(-1)!;
				}, at);
			}),
			{ numRuns: 300 }
		);
	});
});
