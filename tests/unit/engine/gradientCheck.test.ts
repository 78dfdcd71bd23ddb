import { describe, expect, it } from 'vitest';
import { gradientCheck } from '../../../src/lib/engine/gradientCheck';
import { ops } from '../../../src/lib/engine/ops';
import { Value } from '../../../src/lib/engine/value';

describe('gradientCheck', () => {
	it('returns one record for each input, in order', () => {
		const records = gradientCheck(([a, b, c]) => a!.mul(b!).add(c!), [2, -3, 10]);
		expect(records.map((record) => record.analytic)).toEqual([-3, 2, 1]);
		for (const { analytic, central, forward, relativeError } of records) {
			expect(central).toBeCloseTo(analytic, 8);
			expect(forward).toBeCloseTo(analytic, 8);
			expect(relativeError).toBeLessThan(1e-9);
		}
	});

	it('shows that the forward difference is off by half the curvature times the nudge', () => {
		const [record] = gradientCheck(([x]) => x!.mul(x!), [1], 0.5);
		expect(record).toEqual({ analytic: 2, central: 2, forward: 2.5, relativeError: 0 });
	});

	it('shows a kink', () => {
		const [record] = gradientCheck(([x]) => x!.relu(), [0]);
		expect(record).toEqual({ analytic: 0, central: 0.5, forward: 1, relativeError: 1 });
	});

	it('finds a wrong derivative', () => {
		const wrong = { ...ops.mul, slopeA: () => 1 };
		const [record] = gradientCheck(
			([x]) => new Value(x!.data * 3, '', wrong, x!, new Value(3)),
			[2]
		);
		expect(record!.relativeError).toBeCloseTo(2 / 3, 6);
	});

	it('leaves the gradients of other leaves as they are', () => {
		const weight = new Value(5);
		weight.grad = 7;
		const unused = gradientCheck(([x, _]) => x!.mul(weight), [2, 3])[1]!;
		expect(weight.grad).toBe(7);
		expect(unused).toEqual({ analytic: 0, central: 0, forward: 0, relativeError: 0 });
	});

	it('nudges large inputs by more, so that the nudge is not lost', () => {
		const [record] = gradientCheck(([x]) => x!.mul(x!), [1e12]);
		expect(record!.relativeError).toBeLessThan(1e-9);
		expect(gradientCheck(([x]) => x!.log(), [-1])[0]!.relativeError).toBeNaN();
	});
});
