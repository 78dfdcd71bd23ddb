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
	softplus: { at: fc.tuple(number), apply: ([a]) => apply(ops.softplus, a!) }
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
