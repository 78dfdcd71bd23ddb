import { stepQueue, type StepQueue } from '../compile/executor';
import type { Batches } from './batches';

/** The most steps of one queue. */
export const longestQueue = 64;

/** Fills one queue again and again with the batches of the next steps. */
export class StepFeeder {
	readonly #queue = stepQueue(longestQueue);
	/** All points in their own order, for batches of all of them. */
	#all = new Uint32Array(0);
	/** Two arrays in turn: one that is handed in twice in a row is taken for unchanged. */
	#indexes = new Uint32Array(0);
	#others = new Uint32Array(0);

	/**
	 * The queue of the next `steps` steps, at most {@link longestQueue}. The batches are counted as used.
	 * @param count - how many training points there are
	 * @param rateAt - the learning rate of the step that is so many steps ahead
	 */
	fill(
		steps: number,
		batches: Batches,
		count: number,
		batchSize: number | 'full',
		rateAt: (ahead: number) => number
	): StepQueue {
		const queue = this.#queue;
		queue.length = Math.min(steps, longestQueue);
		for (let ahead = 0; ahead < queue.length; ahead++) queue.rates[ahead] = rateAt(ahead);
		if (batchSize === 'full' || (batchSize >= count && batches.cursor === 0)) {
			if (this.#all.length !== count) this.#all = Uint32Array.from({ length: count }, (_, i) => i);
			queue.indexes = this.#all;
			queue.starts.fill(0);
			queue.counts.fill(count);
			for (let left = queue.length; left > 0; left--) batches.use(count, count);
			return queue;
		}
		const most = queue.length * Math.min(batchSize, count);
		const indexes = this.#others.length < most ? new Uint32Array(most) : this.#others;
		this.#others = this.#indexes;
		this.#indexes = indexes;
		let end = 0;
		for (let i = 0; i < queue.length; i++) {
			const size = batches.next(count, batchSize, indexes, end);
			queue.starts[i] = end;
			queue.counts[i] = size;
			end += size;
			batches.use(size, count);
		}
		queue.indexes = indexes;
		return queue;
	}
}
