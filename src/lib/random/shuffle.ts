import type { Random } from './random';

/**
 * The integers from 0 to `count` - 1 in random order, each order equally likely (Fisher and Yates 1938).
 * @param order - where they are put, whatever it holds; it has that length
 */
export function permutation(
	count: number,
	random: Random,
	order = new Uint32Array(count)
): Uint32Array {
	for (let i = 0; i < count; i++) {
		const j = random.integer(i + 1);
		order[i] = order[j]!;
		order[j] = i;
	}
	return order;
}
