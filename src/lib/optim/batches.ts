import { Random } from '../random/random';
import { permutation } from '../random/shuffle';

/**
 * The order in which an epoch (0, 1, ...) takes `count` training points, as their indexes. Mini-batches reshuffle in each
 * epoch, from a random stream of that epoch's own, so that a run can go on from any epoch without replaying the earlier ones.
 * A batch that holds all points keeps their own order: its sum has one order only.
 * @param order - where the indexes are put, an array of `count`
 */
export function epochOrder(
	count: number,
	batchSize: number | 'full',
	seed: number,
	epoch: number,
	order = new Uint32Array(count)
): Uint32Array {
	if (batchSize !== 'full' && batchSize < count)
		return permutation(count, new Random(seed, 'shuffle', epoch), order);
	for (let i = 0; i < count; i++) order[i] = i;
	return order;
}

/**
 * Where in the epoch's order the batch that starts at `cursor` ends, exclusive: a batch never reaches into the next
 * epoch, so the last one may be smaller and is averaged over its own size.
 */
export function batchEnd(cursor: number, count: number, batchSize: number | 'full'): number {
	return batchSize === 'full' ? count : Math.min(count, cursor + batchSize);
}
