import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { datasets, type DatasetName } from '../../../src/lib/data/datasets';
import { domain, latticeStep } from '../../../src/lib/data/lattice';
import { rankCount, trains, type Point } from '../../../src/lib/data/point';
import { Random } from '../../../src/lib/random/random';

const names = Object.keys(datasets) as DatasetName[];
const seed = fc.nat(0xffffffff);
const samples = fc.integer({ min: 0, max: 400 });
const noise = fc.double({ min: 0, max: 0.5, noNaN: true });

const generate = (name: DatasetName, samples: number, noise: number, seed: number) =>
	datasets[name].generate(samples, noise, new Random(seed, 'data'));

const inDomain = (value: number) => value >= domain.min && value <= domain.max;
const onLattice = (value: number) => Number.isInteger(value / latticeStep);

/** How far a point is from its class's shape; a cloud has no edge. */
const distances: Record<Exclude<DatasetName, 'gaussians'>, (point: Point) => number> = {
	moons: ({ x, y, target }) => {
		// The moon in scikit-learn's coordinates: the upper half of a circle around the origin.
		const u = (-target * x) / 1.2 + 0.5;
		const v = (-target * y) / 1.2 + 0.25;
		return 1.2 * (v >= 0 ? Math.abs(Math.hypot(u, v) - 1) : Math.hypot(Math.abs(u) - 1, v));
	},
	circle: ({ x, y, target }) => {
		const radius = Math.hypot(x, y);
		return target === 1 ? Math.max(0, radius - 1.2) : Math.max(0, 1.9 - radius, radius - 2.6);
	},
	xor: ({ x, y, target }) => {
		const side = x * y < 0 ? 1 : -1;
		const outside = (value: number) => Math.max(0, 0.15 - Math.abs(value), Math.abs(value) - 2.6);
		return side === target ? Math.hypot(outside(x), outside(y)) : Infinity;
	},
	spiral: ({ x, y, target }) => {
		// Where the point's own ray crosses its arm: once more for each turn.
		const turn = (Math.atan2(target * y, target * x) / (2 * Math.PI) + 1) % 1;
		const crossings = [turn, turn + 1].map((turns) => (2.6 * turns) / 1.75);
		return Math.min(...crossings.map((radius) => Math.abs(Math.hypot(x, y) - radius)));
	}
};

describe.each(names)('%s', (name) => {
	it('has as many points as asked for, in the domain, on the lattice, the classes in turn', () => {
		fc.assert(
			fc.property(samples, noise, seed, (samples, noise, seed) => {
				const points = generate(name, samples, noise, seed);
				expect(points).toHaveLength(samples);
				for (const [index, { x, y, target, rank }] of points.entries()) {
					expect([x, y].every(inDomain) && [x, y].every(onLattice), `(${x}, ${y})`).toBe(true);
					expect(target).toBe(index % 2 === 0 ? -1 : 1);
					expect(Number.isInteger(rank) && rank >= 0 && rank < rankCount, `rank ${rank}`).toBe(
						true
					);
				}
			}),
			{ numRuns: 50 }
		);
	});

	it('is the same for the same seed, and fewer samples are the first of more', () => {
		fc.assert(
			fc.property(samples, samples, noise, seed, (some, others, noise, seed) => {
				const points = generate(name, some, noise, seed);
				expect(generate(name, some + others, noise, seed).slice(0, some)).toEqual(points);
				if (some > 5) expect(generate(name, some, noise, (seed ^ 1) >>> 0)).not.toEqual(points);
			}),
			{ numRuns: 30 }
		);
	});

	it('meets every training share within 1.6 points in each class', () => {
		fc.assert(
			fc.property(samples, seed, (samples, seed) => {
				const points = generate(name, samples, 0.1, seed);
				for (const target of [-1, 1]) {
					const own = points.filter((point) => point.target === target);
					for (let share = 0; share <= 100; share += 5) {
						const training = own.filter((point) => trains(point, share)).length;
						const error = Math.abs(training - (own.length * share) / 100);
						expect(error, `${training} of ${own.length} at ${share} %`).toBeLessThan(1.6 + 1e-9);
					}
				}
			}),
			{ numRuns: 30 }
		);
	});

	it('keeps every rank and moves points along their own line when the noise changes', () => {
		fc.assert(
			fc.property(seed, (seed) => {
				const [still, some, twice] = [0, 0.05, 0.1].map((noise) => generate(name, 60, noise, seed));
				for (const [index, { x, y, target, rank }] of still!.entries()) {
					const [near, far] = [some![index]!, twice![index]!];
					expect([near.target, near.rank]).toEqual([target, rank]);
					if (Math.max(Math.abs(x), Math.abs(y)) > 2.4) continue;
					expect(Math.abs(far.x - x - 2 * (near.x - x))).toBeLessThanOrEqual(2 * latticeStep);
					expect(Math.abs(far.y - y - 2 * (near.y - y))).toBeLessThanOrEqual(2 * latticeStep);
				}
			}),
			{ numRuns: 20 }
		);
	});

	it.each([0.05, 0.1, 0.25])(
		'has noise %f: the standard deviation of what it moves x and y by',
		(noise) => {
			const count = 4000;
			const still = generate(name, count, 0, 7);
			const moved = generate(name, count, noise, 7);
			const far = (value: number) => Math.abs(value) > 3 - 5 * noise;
			for (const axis of ['x', 'y'] as const) {
				const shifts = moved.flatMap((point, index) => {
					const from = still[index]![axis];
					return far(from) ? [] : [point[axis] - from];
				});
				const mean = shifts.reduce((sum, shift) => sum + shift, 0) / shifts.length;
				const variance =
					shifts.reduce((sum, shift) => sum + (shift - mean) ** 2, 0) / shifts.length;
				// Five standard errors of a mean and of a standard deviation, and the lattice.
				expect(shifts.length).toBeGreaterThan(count / 2);
				expect(Math.abs(mean)).toBeLessThan((5 * noise) / Math.sqrt(shifts.length));
				expect(Math.abs(Math.sqrt(variance) - noise)).toBeLessThan(
					(5 * noise) / Math.sqrt(2 * shifts.length) + latticeStep ** 2 / noise
				);
			}
		}
	);

	it('refuses what is no number of samples and no noise', () => {
		for (const samples of [-1, 1.5, NaN, Infinity]) {
			expect(() => generate(name, samples, 0, 1)).toThrow(RangeError);
		}
		for (const noise of [-0.1, NaN, Infinity]) {
			expect(() => generate(name, 10, noise, 1)).toThrow(RangeError);
		}
	});
});

describe.each(Object.keys(distances) as (keyof typeof distances)[])('%s without noise', (name) => {
	it('lies on its shape, but for the lattice', () => {
		fc.assert(
			fc.property(seed, (seed) => {
				for (const point of generate(name, 200, 0, seed)) {
					const distance = distances[name](point);
					// Near the middle of the spiral a small shift turns the ray, and with it where it meets the arm.
					const turned =
						name === 'spiral' ? 1 + 2.6 / (3.5 * Math.PI) / Math.hypot(point.x, point.y) : 1;
					expect(distance, JSON.stringify(point)).toBeLessThanOrEqual(latticeStep * turned);
				}
			}),
			{ numRuns: 30 }
		);
	});
});

describe('the shapes', () => {
	const spread = (values: readonly number[]) => Math.max(...values) - Math.min(...values);

	it('fill the plane around its center, moons 3.6 wide and 1.8 high', () => {
		const moons = generate('moons', 1000, 0, 1);
		expect(spread(moons.map(({ x }) => x))).toBeCloseTo(3.6, 1);
		expect(spread(moons.map(({ y }) => y))).toBeCloseTo(1.8, 1);
		for (const name of names) {
			const points = generate(name, 1000, 0, 1);
			for (const axis of ['x', 'y'] as const) {
				const values = points.map((point) => point[axis]);
				expect(Math.abs(Math.max(...values) + Math.min(...values)), name).toBeLessThan(0.6);
			}
		}
	});

	it('are clouds of standard deviation 0.5 around (-1.3, -1.3) and (1.3, 1.3)', () => {
		const points = generate('gaussians', 8000, 0, 3);
		for (const target of [-1, 1]) {
			for (const axis of ['x', 'y'] as const) {
				const values = points
					.filter((point) => point.target === target)
					.map((point) => point[axis]);
				const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
				const variance =
					values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
				expect(Math.abs(mean - 1.3 * target)).toBeLessThan((5 * 0.5) / Math.sqrt(values.length));
				expect(Math.abs(Math.sqrt(variance) - 0.5)).toBeLessThan(
					5 * (0.5 / Math.sqrt(2 * values.length))
				);
			}
		}
	});

	it('never leave a pile of points on the edge, however loud the noise', () => {
		for (const name of names) {
			const points = generate(name, 4000, 0.5, 5);
			const edge = points.filter(({ x, y }) => Math.max(Math.abs(x), Math.abs(y)) === domain.max);
			expect(edge.length, name).toBeLessThan(8);
		}
	});

	it('splits 100 points exactly, at every share and seed', () => {
		for (let seed = 0; seed < 20; seed++) {
			const points = datasets.moons.generate(100, 0.1, new Random(seed, 'data'));
			for (let share = 50; share <= 100; share += 5) {
				expect(points.filter((point) => trains(point, share))).toHaveLength(share);
			}
		}
	});
});
