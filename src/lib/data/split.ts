import { rankCount } from './point';

/** The first 20 multiples of the golden ratio, modulo 1, by size: the n-th entry is the place of the n-th multiple. */
const goldenRanks = [0, 12, 5, 17, 9, 2, 14, 7, 19, 11, 4, 16, 8, 1, 13, 6, 18, 10, 3, 15] as const;

/**
 * The rank (integer, 0 to 19) of the point that is number `ordinal` (0, 1, ...) of its class, whatever the other points are.
 *
 * Multiples of the golden ratio spread evenly from the first on (Knuth, The Art of Computer Programming, volume 3,
 * section 6.4); taken in turns of 20, each turn holds every rank once. So a training share that is a multiple of 5 % is met
 * in each class exactly by whole turns, and within 1.6 points by any number of points.
 *
 * `offset`, an integer from 0 on, starts later in the sequence; at 0 a class's first point trains at every share.
 */
export function splitRank(ordinal: number, offset = 0): number {
	return goldenRanks[(ordinal + offset) % rankCount]!;
}
