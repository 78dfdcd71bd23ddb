import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { domain, latticeStep, snap } from '../../../src/lib/data/lattice';
import { rankCount, trains, type Point } from '../../../src/lib/data/point';
import { splitRank } from '../../../src/lib/data/split';

const shares = Array.from({ length: rankCount + 1 }, (_, index) => index * 5);
const at = (rank: number): Point => ({ x: 0, y: 0, target: 1, rank });

describe('splitRank', () => {
	it('orders its turn of 20 as the multiples of the golden ratio are ordered', () => {
		const golden = (Math.sqrt(5) - 1) / 2;
		const multiples = Array.from({ length: rankCount }, (_, index) => (index * golden) % 1);
		const ordered = multiples.toSorted((a, b) => a - b);
		const ranks = multiples.map((multiple) => ordered.indexOf(multiple));
		expect(ranks.map((_, ordinal) => splitRank(ordinal))).toEqual(ranks);
	});

	it('meets every share within 1.6 points, for any count up to 2,000 and any offset', () => {
		for (let offset = 0; offset < rankCount; offset++) {
			const training = shares.map(() => 0);
			for (let count = 1; count <= 2000; count++) {
				const point = at(splitRank(count - 1, offset));
				for (const [index, share] of shares.entries()) {
					if (trains(point, share)) training[index]!++;
					const error = Math.abs(training[index]! - (count * share) / 100);
					if (error > 1.6 + 1e-9 || (count % rankCount === 0 && error > 1e-9)) {
						expect.fail(
							`${training[index]} of ${count} points train at ${share} %, offset ${offset}`
						);
					}
				}
			}
		}
	});

	it('lets the first point of a class train at every share', () => {
		for (const share of shares.slice(1)) expect(trains(at(splitRank(0)), share)).toBe(true);
	});
});

describe('trains', () => {
	it('only ever adds points as the share grows: all at 100, none at 0', () => {
		fc.assert(
			fc.property(fc.nat(2000), fc.nat(100), fc.nat(100), (ordinal, a, b) => {
				const point = at(splitRank(ordinal));
				if (trains(point, Math.min(a, b))) expect(trains(point, Math.max(a, b))).toBe(true);
				expect(trains(point, 100)).toBe(true);
				expect(trains(point, 0)).toBe(false);
			})
		);
	});
});

describe('snap', () => {
	it('goes to the nearest place of the lattice, inside the domain', () => {
		fc.assert(
			fc.property(fc.double({ min: -10, max: 10, noNaN: true }), (value) => {
				const snapped = snap(value);
				const inside = Math.min(domain.max, Math.max(domain.min, value));
				expect(Number.isInteger(snapped / latticeStep)).toBe(true);
				expect(Math.abs(snapped - inside)).toBeLessThanOrEqual(latticeStep / 2);
				expect(snap(snapped)).toBe(snapped);
				expect(Object.is(snapped, -0)).toBe(false);
			})
		);
	});
});
