import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Value } from '../../../src/lib/engine/value';
import { losses, type LossName } from '../../../src/lib/nn/losses';
import { l2 } from '../../../src/lib/nn/regularization';

const target = fc.constantFrom(-1 as const, 1 as const);
const output = fc.double({ min: -50, max: 50, noNaN: true });

/** The loss and its slope in the output. */
function measure(name: LossName, at: number, target: -1 | 1) {
	const leaf = new Value(at);
	const loss = losses[name](leaf, target);
	loss.backward();
	return { loss: loss.data, slope: leaf.grad };
}

function expectNear(actual: number, expected: number, relative = 1e-13) {
	expect(Math.abs(actual - expected), `${actual} against ${expected}`).toBeLessThanOrEqual(
		relative * Math.max(1, Math.abs(expected))
	);
}

/** Value and slope of each loss in closed form, written independently of the graph. */
const closedForms: Record<LossName, (o: number, t: -1 | 1) => { loss: number; slope: number }> = {
	'max-margin': (o, t) => ({ loss: Math.max(0, 1 - t * o), slope: t * o < 1 ? -t : 0 }),
	'squared-error': (o, t) => ({ loss: (o - t) ** 2, slope: 2 * (o - t) }),
	'cross-entropy': (o, t) => ({
		loss: t * o > 0 ? Math.log1p(Math.exp(-t * o)) : -t * o + Math.log1p(Math.exp(t * o)),
		slope: -t / (1 + Math.exp(t * o))
	})
};

describe.each(Object.keys(losses) as LossName[])('%s', (name) => {
	it('has the value and the slope of its closed form', () => {
		fc.assert(
			fc.property(output, target, (at, target) => {
				const expected = closedForms[name](at, target);
				const actual = measure(name, at, target);
				expectNear(actual.loss, expected.loss);
				expectNear(actual.slope, expected.slope);
			}),
			{ numRuns: 500 }
		);
	});

	it('treats the classes as mirror images', () => {
		fc.assert(
			fc.property(output, (at) => {
				const b = measure(name, at, 1);
				const a = measure(name, -at, -1);
				expect(a.loss).toBe(b.loss);
				expectNear(a.slope, -b.slope, 0);
			})
		);
	});

	it('shows a number that is none', () => {
		expect(measure(name, NaN, 1).loss).toBeNaN();
	});
});

describe('cross-entropy', () => {
	it('is log 2 with slope -target / 2 at 0, of either sign', () => {
		for (const zero of [0, -0]) {
			expect(measure('cross-entropy', zero, 1)).toEqual({ loss: Math.LN2, slope: -0.5 });
			expect(measure('cross-entropy', zero, -1)).toEqual({ loss: Math.LN2, slope: 0.5 });
		}
	});

	it('is stable far out on both sides', () => {
		for (const far of [1e3, 1e6, 1e150]) {
			expect(measure('cross-entropy', far, -1)).toEqual({ loss: far, slope: 1 });
			expect(measure('cross-entropy', -far, 1)).toEqual({ loss: far, slope: -1 });
			const right = measure('cross-entropy', far, 1);
			expect(right.loss).toBe(0);
			expect(Math.abs(right.slope)).toBe(0);
		}
	});
});

describe('max-margin', () => {
	it('neither costs nor pulls from the margin on', () => {
		for (const [output, target] of [
			[1, 1],
			[-2, -1]
		] as const) {
			const { loss, slope } = measure('max-margin', output, target);
			expect(loss).toBe(0);
			expect(Math.abs(slope)).toBe(0);
		}
	});
});

describe('l2', () => {
	it('is strength * sum of squares, biases and all, with slope 2 * strength * p', () => {
		fc.assert(
			fc.property(
				fc.array(output, { maxLength: 20 }),
				fc.double({ min: 0, max: 1, noNaN: true }),
				(numbers, strength) => {
					const parameters = numbers.map((data) => new Value(data));
					const penalty = l2(parameters, strength);
					penalty.backward();
					const sum = numbers.reduce((total, p) => total + p * p, 0);
					expect(penalty.data).toBe(sum * strength);
					for (const p of parameters) expectNear(p.grad, 2 * strength * p.data);
				}
			)
		);
	});

	it('is 0 where there is nothing to hold down', () => {
		expect(l2([], 0.1).data).toBe(0);
	});
});
