import { batchEnd, epochOrder } from '../optim/batches';

/**
 * Which training points the next step uses. The order of a pass is a pure function of the seed, the epoch and the
 * number of points, so all there is to keep is two numbers, and any edit of the points leaves them meaningful.
 */
export class Batches {
	/** Passes completed. */
	epoch: number;
	/** Points of the present pass already used. */
	cursor: number;
	readonly #seed: number;
	/** The order of one pass, and which pass that is. */
	#order = new Uint32Array(0);
	#orderEpoch = -1;
	#orderBatchSize: number | 'full' = 0;

	constructor(seed: number, epoch: number, cursor: number) {
		this.#seed = seed;
		this.epoch = epoch;
		this.cursor = cursor;
	}

	/**
	 * Puts the indexes of the next step's points, out of `count`, into `target` from `at` on, in the order in which their
	 * gradients are added. `target` has room for them.
	 * @returns how many they are
	 */
	next(count: number, batchSize: number | 'full', target: Uint32Array, at: number): number {
		const usedUp = this.#isUsedUp(count);
		const epoch = usedUp ? this.epoch + 1 : this.epoch;
		const cursor = usedUp ? 0 : this.cursor;
		const order = this.#orderOf(epoch, count, batchSize);
		const end = batchEnd(cursor, count, batchSize);
		// A batch that became full in mid-pass holds all points, and so ends the pass.
		const start = batchSize === 'full' ? 0 : cursor;
		for (let i = start; i < end; i++) target[at + i - start] = order[i]!;
		return end - start;
	}

	/** Count the points of a completed step; `count` points make a pass. */
	use(used: number, count: number): void {
		if (this.#isUsedUp(count)) {
			this.epoch++;
			this.cursor = 0;
		}
		this.cursor += used;
		if (used !== count && this.cursor < count) return;
		this.epoch++;
		this.cursor = 0;
	}

	/** The order of a pass; there is one array for all passes of so many points. */
	#orderOf(epoch: number, count: number, batchSize: number | 'full'): Uint32Array {
		const fits = this.#order.length === count;
		if (fits && this.#orderEpoch === epoch && this.#orderBatchSize === batchSize)
			return this.#order;
		if (!fits) this.#order = new Uint32Array(count);
		epochOrder(count, batchSize, this.#seed, epoch, this.#order);
		this.#orderEpoch = epoch;
		this.#orderBatchSize = batchSize;
		return this.#order;
	}

	/**
	 * Whether points were erased so that the `count` that are left are used up already: the next step begins another pass.
	 * Nothing is changed before that step is complete, since the edit may be taken back.
	 */
	#isUsedUp(count: number): boolean {
		return this.cursor >= count;
	}
}
