import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Value } from '../../../src/lib/engine/value';
import { batchEnd, epochOrder } from '../../../src/lib/optim/batches';
import { EagerOptimizer } from '../../../src/lib/optim/eager';
import { stateLength } from '../../../src/lib/optim/optimizer';
import { optimizers } from '../../../src/lib/optim/optimizers';
import { rateAt } from '../../../src/lib/optim/schedule';

describe('sgd', () => {
	it('moves each parameter by -learningRate * grad and leaves the gradients', () => {
		const number = fc.double({ min: -1e6, max: 1e6, noNaN: true });
		fc.assert(
			fc.property(fc.array(fc.tuple(number, number)), number, (pairs, learningRate) => {
				const parameters = pairs.map(([data, grad]) => Object.assign(new Value(data), { grad }));
				new EagerOptimizer(optimizers.sgd, pairs.length).update(parameters, learningRate);
				expect(parameters.map(({ data }) => data)).toEqual(
					pairs.map(([data, grad]) => data - learningRate * grad)
				);
				expect(parameters.map(({ grad }) => grad)).toEqual(pairs.map(([, grad]) => grad));
			})
		);
	});

	it('remembers nothing', () => {
		expect(stateLength(optimizers.sgd, 337)).toBe(0);
	});

	it('walks down a parabola to its foot', () => {
		expect(footOf(new EagerOptimizer(optimizers.sgd, 1), 0.25, 100)).toBeCloseTo(3, 12);
	});
});

describe('momentum', () => {
	it('adds the gradient to a velocity that fades, as PyTorch does', () => {
		const number = fc.double({ min: -100, max: 100, noNaN: true });
		const factor = fc.double({ min: 0, max: 0.99, noNaN: true });
		fc.assert(
			fc.property(
				fc.array(fc.array(number, { minLength: 3, maxLength: 3 }), { maxLength: 6 }),
				factor,
				fc.double({ min: 0, max: 1, noNaN: true }),
				(gradients, momentum, learningRate) => {
					const parameters = [new Value(1), new Value(-2), new Value(0)];
					const optimizer = new EagerOptimizer(optimizers.momentum, 3, { momentum });
					const wanted = [1, -2, 0];
					const velocities = [0, 0, 0];
					for (const gradient of gradients) {
						for (const [i, parameter] of parameters.entries()) parameter.grad = gradient[i]!;
						optimizer.update(parameters, learningRate);
						for (const i of wanted.keys()) {
							velocities[i] = momentum * velocities[i]! + gradient[i]!;
							wanted[i]! -= learningRate * velocities[i]!;
						}
					}
					expect(parameters.map(({ data }) => data)).toEqual(wanted);
					expect([...optimizer.state]).toEqual(velocities);
				}
			)
		);
	});

	it('walks down a parabola to its foot', () => {
		const optimizer = new EagerOptimizer(optimizers.momentum, 1, { momentum: 0.5 });
		expect(footOf(optimizer, 0.25, 100)).toBeCloseTo(3, 12);
	});

	it('refuses what another optimizer remembers', () => {
		expect(() => new EagerOptimizer(optimizers.momentum, 3, {}, new Float64Array(2))).toThrow(
			RangeError
		);
	});
});

/** Where so many steps lead on (x - 3)², from 10. */
function footOf(optimizer: EagerOptimizer, learningRate: number, steps: number): number {
	const x = new Value(10);
	for (let step = 0; step < steps; step++) {
		x.grad = 0;
		const above = x.sub(3);
		above.mul(above).backward();
		optimizer.update([x], learningRate);
	}
	return x.data;
}

describe('rateAt', () => {
	it('is the learning rate itself when constant', () => {
		expect(rateAt(0.3, { kind: 'constant' }, 0)).toBe(0.3);
		expect(rateAt(0.3, { kind: 'constant' }, 1e9)).toBe(0.3);
	});

	it("is the notebook's 1.0 - 0.9*k/100 to the last bit", () => {
		for (let k = 0; k <= 100; k++) {
			expect(rateAt(1, { kind: 'linear', steps: 100 }, k)).toBe(1.0 - (0.9 * k) / 100);
		}
	});

	it('never rises, and ends at a tenth', () => {
		const steps = fc.integer({ min: 1, max: 1_000_000 });
		const learningRate = fc.double({ min: 1e-5, max: 1000, noNaN: true });
		fc.assert(
			fc.property(learningRate, steps, fc.nat(2_000_000), (learningRate, steps, step) => {
				const schedule = { kind: 'linear', steps } as const;
				const now = rateAt(learningRate, schedule, step);
				const next = rateAt(learningRate, schedule, step + 1);
				expect(rateAt(learningRate, schedule, 0)).toBe(learningRate);
				expect(next).toBeLessThanOrEqual(now);
				expect(now).toBeGreaterThan(0.099999 * learningRate);
				if (step >= steps) expect(now / learningRate).toBeCloseTo(0.1, 12);
			})
		);
	});
});

describe('an epoch', () => {
	const count = fc.integer({ min: 1, max: 300 });
	const batchSize = fc.oneof(fc.constant('full' as const), fc.integer({ min: 1, max: 400 }));

	/** The batches of one epoch, as lists of indexes. */
	function batches(count: number, size: number | 'full', seed: number, epoch: number): number[][] {
		const order = epochOrder(count, size, seed, epoch);
		const all: number[][] = [];
		for (let cursor = 0; cursor < count;) {
			const end = batchEnd(cursor, count, size);
			expect(end).toBeLessThanOrEqual(count);
			all.push([...order.slice(cursor, end)]);
			cursor = end;
		}
		return all;
	}

	it('takes every point once, in batches of the size asked for and a smaller last one', () => {
		fc.assert(
			fc.property(count, batchSize, fc.nat(), fc.nat(1000), (count, size, seed, epoch) => {
				const all = batches(count, size, seed, epoch);
				const whole = size === 'full' ? count : Math.min(size, count);
				const every = all.flat().toSorted((a, b) => a - b);
				expect(every).toEqual(Array.from({ length: count }, (_, index) => index));
				expect(all.slice(0, -1).every((batch) => batch.length === whole)).toBe(true);
				expect(all.at(-1)).toHaveLength(count % whole || whole);
			})
		);
	});

	it('has its own order, the same each time it is asked for', () => {
		expect(epochOrder(50, 10, 7, 3)).toEqual(epochOrder(50, 20, 7, 3));
		expect(epochOrder(50, 10, 7, 3)).not.toEqual(epochOrder(50, 10, 7, 4));
		expect(epochOrder(50, 10, 7, 3)).not.toEqual(epochOrder(50, 10, 8, 3));
	});

	it('keeps the order of the points where one batch holds them all', () => {
		const given = Uint32Array.of(0, 1, 2, 3, 4);
		for (const size of ['full', 5, 6] as const) expect(epochOrder(5, size, 7, 3)).toEqual(given);
	});
});
