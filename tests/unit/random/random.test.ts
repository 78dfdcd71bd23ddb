import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/lib/random/random';
import { permutation } from '../../../src/lib/random/shuffle';

const seeds = fc.integer({ min: 0, max: 4294967295 });

function take(random: Random, count: number): number[] {
	return Array.from({ length: count }, () => random.uint32());
}

describe('streams', () => {
	it('are the same for the same seed, name and index', () => {
		fc.assert(
			fc.property(seeds, fc.string(), fc.maxSafeNat(), (seed, name, index) => {
				expect(take(new Random(seed, name, index), 20)).toEqual(
					take(new Random(seed, name, index), 20)
				);
			})
		);
	});

	it('stay the same for ever', () => {
		expect(take(new Random(1337, 'data'), 4)).toEqual([
			166353758, 1538099196, 4065377342, 4093552969
		]);
	});

	it('differ in seed, name and index', () => {
		const starts = new Set<string>();
		for (let i = 0; i < 3000; i++) {
			starts.add(take(new Random(i, 'data'), 2).join());
			starts.add(take(new Random(1337, `data${i}`), 2).join());
			starts.add(take(new Random(1337, 'shuffle', i), 2).join());
		}
		starts.add(take(new Random(1337, 'shuffle', 2 ** 32), 2).join());
		starts.add(take(new Random(1337, ''), 2).join());
		expect(starts.size).toBe(9002);
	});

	it('do not move together', () => {
		const pairs: [Random, Random][] = [
			[new Random(1, 'data'), new Random(2, 'data')],
			[new Random(1, 'data'), new Random(1, 'weights')],
			[new Random(1, 'shuffle', 0), new Random(1, 'shuffle', 1)]
		];
		for (const [one, other] of pairs) {
			let product = 0;
			const count = 40_000;
			for (let i = 0; i < count; i++) product += one.uniform(-1, 1) * other.uniform(-1, 1);
			// Standard deviation of the mean: 1 / 3 / 200.
			expect(Math.abs(product / count)).toBeLessThan(5 / 600);
		}
	});

	it('refuse what is no seed or index', () => {
		for (const seed of [-1, 0.5, 2 ** 32, NaN, Infinity]) {
			expect(() => new Random(seed, 'data')).toThrow(RangeError);
		}
		for (const index of [-1, 0.5, 2 ** 53, NaN]) {
			expect(() => new Random(0, 'data', index)).toThrow(RangeError);
		}
	});
});

describe('uniform', () => {
	it('stays in its interval, above the lower and below the upper bound', () => {
		const bounds = fc
			.tuple(
				fc.double({ min: -1e9, max: 1e9, noNaN: true }),
				fc.double({ min: 1e-12, max: 1e9, noNaN: true })
			)
			.filter(([low, width]) => low + width > low);
		fc.assert(
			fc.property(seeds, bounds, (seed, [low, width]) => {
				const random = new Random(seed, 'test');
				for (let i = 0; i < 20; i++) {
					const value = random.uniform(low, low + width);
					expect(value).toBeGreaterThanOrEqual(low);
					expect(value).toBeLessThan(low + width);
				}
			})
		);
	});

	it('does not round up to its upper bound, even where only one number is left', () => {
		const random = new Random(7, 'test');
		for (let i = 0; i < 50; i++) expect(random.uniform(1, 1 + 2 ** -52)).toBe(1);
	});

	it('is spread evenly, with 53 bits', () => {
		const random = new Random(7, 'test');
		const boxes = new Array<number>(100).fill(0);
		const count = 200_000;
		let fine = 0;
		for (let i = 0; i < count; i++) {
			const value = random.uniform();
			boxes[Math.floor(value * 100)]!++;
			if ((value * 2 ** 53) % 2 === 1) fine++;
		}
		const expected = count / 100;
		const chiSquare = boxes.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
		// 99 degrees of freedom: beyond 180 once in a million.
		expect(chiSquare).toBeLessThan(180);
		expect(Math.abs(fine / count - 0.5)).toBeLessThan(0.006);
	});

	it('refuses an empty or endless interval', () => {
		const random = new Random(7, 'test');
		expect(() => random.uniform(1, 1)).toThrow(RangeError);
		expect(() => random.uniform(1, 0)).toThrow(RangeError);
		expect(() => random.uniform(NaN, 1)).toThrow(RangeError);
		expect(() => random.uniform(0, Infinity)).toThrow(RangeError);
	});
});

describe('integer', () => {
	it('reaches each number below its bound equally often', () => {
		const random = new Random(7, 'test');
		const boxes = new Array<number>(7).fill(0);
		for (let i = 0; i < 70_000; i++) boxes[random.integer(7)]!++;
		const chiSquare = boxes.reduce((sum, n) => sum + (n - 10_000) ** 2 / 10_000, 0);
		// 6 degrees of freedom: beyond 38 once in a million.
		expect(chiSquare).toBeLessThan(38);
	});

	it('shows no preference where the bound nearly fills 32 bits', () => {
		const random = new Random(7, 'test');
		const below = 3 * 2 ** 30;
		let lowest = 0;
		for (let i = 0; i < 30_000; i++) if (random.integer(below) < 2 ** 30) lowest++;
		// A plain remainder would give a half.
		expect(Math.abs(lowest / 30_000 - 1 / 3)).toBeLessThan(0.014);
	});

	it('knows one choice and all, and refuses nonsense', () => {
		const random = new Random(7, 'test');
		expect(random.integer(1)).toBe(0);
		expect(random.integer(2 ** 32)).toBeLessThan(2 ** 32);
		for (const below of [0, -1, 1.5, NaN, 2 ** 32 + 1]) {
			expect(() => random.integer(below)).toThrow(RangeError);
		}
	});
});

describe('normal', () => {
	it('has the moments and the tails of the standard normal distribution', () => {
		const random = new Random(7, 'test');
		const count = 200_000;
		const powers = [0, 0, 0, 0];
		let within = 0;
		for (let i = 0; i < count; i++) {
			const value = random.normal();
			for (let p = 0; p < 4; p++) powers[p]! += value ** (p + 1) / count;
			if (Math.abs(value) < 1.959963984540054) within++;
		}
		expect(Math.abs(powers[0]!)).toBeLessThan(0.012);
		expect(Math.abs(powers[1]! - 1)).toBeLessThan(0.017);
		expect(Math.abs(powers[2]!)).toBeLessThan(0.05);
		expect(Math.abs(powers[3]! - 3)).toBeLessThan(0.12);
		expect(Math.abs(within / count - 0.95)).toBeLessThan(0.0025);
	});
});

describe('permutation', () => {
	it('holds every index once', () => {
		fc.assert(
			fc.property(seeds, fc.integer({ min: 0, max: 300 }), (seed, count) => {
				const order = permutation(count, new Random(seed, 'shuffle'));
				expect([...order].sort((a, b) => a - b)).toEqual(
					Array.from({ length: count }, (_, i) => i)
				);
			})
		);
	});

	it('takes each order equally often', () => {
		const random = new Random(7, 'shuffle');
		const seen = new Map<string, number>();
		for (let i = 0; i < 24_000; i++) {
			const key = permutation(4, random).join();
			seen.set(key, (seen.get(key) ?? 0) + 1);
		}
		expect(seen.size).toBe(24);
		const chiSquare = [...seen.values()].reduce((sum, n) => sum + (n - 1000) ** 2 / 1000, 0);
		// 23 degrees of freedom: beyond 70 once in a million.
		expect(chiSquare).toBeLessThan(70);
	});
});
