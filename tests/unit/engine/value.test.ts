import { describe, expect, it } from 'vitest';
import * as functions from '../../../src/lib/engine/functions';
import { ops } from '../../../src/lib/engine/ops';
import { topologicalOrder } from '../../../src/lib/engine/order';
import { Value, type Operand } from '../../../src/lib/engine/value';

describe('published examples', () => {
	it("is micrograd's README", () => {
		const a = new Value(-4);
		const b = new Value(2);
		let c = a.add(b);
		let d = a.mul(b).add(b.pow(3));
		c = c.add(c.add(1));
		c = c.add(functions.add(1, c).add(a.neg()));
		d = d.add(d.mul(2).add(b.add(a).relu()));
		d = d.add(functions.mul(3, d).add(b.sub(a).relu()));
		const e = c.sub(d);
		const f = e.pow(2);
		let g = f.div(2);
		g = g.add(functions.div(10, f));
		g.backward();
		expect(g.data.toFixed(4)).toBe('24.7041');
		expect(a.grad.toFixed(4)).toBe('138.8338');
		expect(b.grad.toFixed(4)).toBe('645.5773');
	});

	it("is the review's d = a * b + c: a's slope is b, and its printed numbers are those of c", () => {
		const slopeOf = (nudged: 'a' | 'c') => {
			const h = 0.0001;
			const d1 = 2 * -3 + 10;
			const d2 = nudged === 'a' ? (2 + h) * -3 + 10 : 2 * -3 + (10 + h);
			return { d2, slope: (d2 - d1) / h };
		};
		const a = new Value(2, 'a');
		const b = new Value(-3, 'b');
		const c = new Value(10, 'c');
		const d = a.mul(b).add(c);
		d.backward();
		expect(d.data).toBe(4);
		expect(a.grad).toBe(-3);
		expect(b.grad).toBe(2);
		expect(c.grad).toBe(1);
		expect(slopeOf('a').d2).toBeCloseTo(3.9997, 10);
		expect(slopeOf('a').slope).toBeCloseTo(-3, 6);
		expect(slopeOf('c').d2).toBe(4.0001);
		expect(slopeOf('c').slope).toBe(0.9999999999976694);
	});

	it("is the review's z = x * y + 1", () => {
		const x = new Value(2);
		const y = new Value(3);
		const z = x.mul(y).add(1);
		z.backward();
		expect([z.data, x.grad, y.grad]).toEqual([7, 3, 2]);
	});
});

describe('what is used more than once', () => {
	it('counts twice in a + a and a * a', () => {
		const a = new Value(3);
		const sum = a.add(a);
		expect(sum.prev).toEqual([a, a]);
		sum.backward();
		expect([sum.data, a.grad]).toEqual([6, 2]);

		const b = new Value(3);
		b.mul(b).backward();
		expect(b.grad).toBe(6);

		const c = new Value(3);
		c.sub(c).add(c.div(c)).backward();
		expect(c.grad).toBe(0);
	});

	it('collects what comes back on both sides of a diamond', () => {
		const a = new Value(2);
		const top = a.mul(3);
		const left = top.add(1);
		const right = top.mul(top);
		const end = left.mul(right);
		end.backward();
		// (3a + 1) 9a^2 = 27a^3 + 9a^2
		expect(end.data).toBe(252);
		expect(a.grad).toBe(81 * 4 + 18 * 2);
		expect(topologicalOrder(end).filter((node) => node === top)).toHaveLength(1);
	});

	it('does not wait for a detour: a node is finished before what uses it', () => {
		const a = new Value(2);
		const near = a.mul(5);
		const far = near.add(1).mul(1).add(0);
		const end = near.mul(far);
		end.backward();
		expect(a.grad).toBe(5 * 11 + 10 * 5);
	});
});

describe('backward', () => {
	it('adds to leaves and lets the nodes between start afresh', () => {
		const a = new Value(2);
		const between = a.mul(2);
		const end = between.mul(2);
		end.backward();
		expect(a.grad).toBe(4);
		end.backward();
		expect(between.grad).toBe(2);
		expect(end.grad).toBe(1);
		// 12 would come of the gradient between being kept.
		expect(a.grad).toBe(8);
		a.zeroGrad();
		expect(a.grad).toBe(0);
		end.backward();
		expect(a.grad).toBe(4);
	});

	it('adds over several roots that share leaves, and nodes between', () => {
		const a = new Value(2);
		const shared = a.mul(a);
		shared.mul(3).backward();
		shared.mul(5).backward();
		expect(a.grad).toBe(32);
	});

	it('starts from the gradient it is given', () => {
		const a = new Value(2);
		a.mul(3).backward(0.25);
		expect(a.grad).toBe(0.75);
	});

	it('works on a leaf, which adds up too', () => {
		const a = new Value(2);
		a.backward();
		a.backward();
		expect(a.grad).toBe(2);
	});

	it('leaves alone what the root was not computed from', () => {
		const a = new Value(2);
		const end = a.mul(2);
		const later = end.mul(7);
		later.grad = 5;
		end.backward();
		expect(later.grad).toBe(5);
	});

	it('walks a chain of 1,000,000 nodes, and a ladder whose every rung is used twice', () => {
		const a = new Value(1);
		let chain = a;
		for (let i = 0; i < 1_000_000; i++) chain = chain.add(1);
		chain.backward();
		expect([chain.data, a.grad]).toEqual([1_000_001, 1]);
		expect(topologicalOrder(chain).length).toBe(2_000_001);

		const b = new Value(2 ** -500);
		let ladder = b;
		for (let i = 0; i < 1000; i++) ladder = ladder.add(ladder);
		ladder.backward();
		expect(b.grad).toBe(2 ** 1000);
	}, 30_000);
});

describe('topologicalOrder', () => {
	it('is that of a recursive search: operands first, the first operand before the second', () => {
		const a = new Value(1, 'a');
		const b = new Value(2, 'b');
		const c = a.add(b);
		const d = c.mul(a);
		const e = b.neg();
		const root = e.sub(d).add(c);
		const recursive: Value[] = [];
		const visit = (node: Value): void => {
			if (recursive.includes(node)) return;
			node.prev.forEach(visit);
			recursive.push(node);
		};
		visit(root);
		expect(topologicalOrder(root)).toEqual(recursive);
		expect(topologicalOrder(root).map((node) => recursive.indexOf(node))).toEqual(
			recursive.map((_, i) => i)
		);
		expect(topologicalOrder(a)).toEqual([a]);
	});
});

describe('numbers as operands', () => {
	const pairs: [string, (a: Operand, b: Operand) => Value, number][] = [
		['add', functions.add, 8],
		['sub', functions.sub, 4],
		['mul', functions.mul, 12],
		['div', functions.div, 3]
	];

	it.each(pairs)('%s takes them on either side', (_name, f, result) => {
		expect(f(6, new Value(2)).data).toBe(result);
		expect(f(new Value(6), 2).data).toBe(result);
		expect(f(6, 2).data).toBe(result);
		const both = f(new Value(6, 'six'), new Value(2, 'two'));
		expect(both.data).toBe(result);
		expect(both.prev.map((node) => node.label)).toEqual(['six', 'two']);
	});

	it('reach the gradient from the left', () => {
		const x = new Value(4);
		functions.sub(1, x).backward();
		functions.div(32, x).backward();
		functions.mul(5, x).backward();
		functions.add(5, x).backward();
		expect(x.grad).toBe(-1 - 2 + 5 + 1);
	});

	it('make leaves for the functions of one operand', () => {
		expect(functions.neg(2).data).toBe(-2);
		expect(functions.pow(2, 3).data).toBe(8);
		expect(functions.exp(0).data).toBe(1);
		expect(functions.log(1).data).toBe(0);
		expect(functions.tanh(0).data).toBe(0);
		expect(functions.relu(-2).data).toBe(0);
		expect(functions.sigmoid(0).data).toBe(0.5);
	});
});

describe('pow', () => {
	it('refuses any exponent but a number', () => {
		for (const exponent of [new Value(2), '2', null, undefined, 2n, {}]) {
			expect(() => new Value(2).pow(exponent as number)).toThrow(TypeError);
			expect(() => functions.pow(2, exponent as number)).toThrow(
				'pow takes a number as its exponent; for a variable one use exp and log'
			);
		}
	});

	it('has slope 0 for the exponent 0, at 0 too', () => {
		const x = new Value(0);
		const one = x.pow(0);
		one.backward();
		expect([one.data, x.grad]).toEqual([1, 0]);
	});
});

describe('the ends of the number line', () => {
	it('do not break relu and sigmoid', () => {
		const at = (x: number, f: (a: Operand) => Value) => {
			const a = new Value(x);
			const out = f(a);
			out.backward();
			return [out.data, a.grad];
		};
		expect(at(0, functions.relu)).toEqual([0, 0]);
		expect(at(-3, functions.relu)).toEqual([0, 0]);
		expect(at(3, functions.relu)).toEqual([3, 1]);
		expect(at(NaN, functions.relu)[0]).toBeNaN();
		expect(at(1000, functions.sigmoid)).toEqual([1, 0]);
		expect(at(-1000, functions.sigmoid)).toEqual([0, 0]);
		expect(at(-740, functions.sigmoid)[0]).toBeGreaterThan(0);
		expect(at(NaN, functions.sigmoid)[0]).toBeNaN();
		expect(at(0, functions.sigmoid)).toEqual([0.5, 0.25]);
		expect(at(1000, functions.tanh)).toEqual([1, 0]);
	});
});

describe('a node', () => {
	it('prints as in micrograd', () => {
		const a = new Value(-2.5, 'a');
		expect(String(a)).toBe('Value(data=-2.5, grad=0)');
		a.mul(2).backward();
		expect(`${String(a)}`).toBe('Value(data=-2.5, grad=2)');
	});

	it('knows label, operation and operands', () => {
		const a = new Value(2, 'a');
		const b = a.pow(3);
		expect([a.label, a.op, a.prev]).toEqual(['a', null, []]);
		expect([b.label, b.op, b.prev, b.exponent]).toEqual(['', ops.pow, [a], 3]);
		b.label = 'cube';
		expect(b.label).toBe('cube');
	});
});
