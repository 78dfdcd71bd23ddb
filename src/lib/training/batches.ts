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
	#order: { epoch: number; batchSize: number | 'full'; indexes: Uint32Array } = {
		epoch: -1,
		batchSize: 0,
		indexes: new Uint32Array(0)
	};

	constructor(seed: number, epoch: number, cursor: number) {
		this.#seed = seed;
		this.epoch = epoch;
		this.cursor = cursor;
	}

	/** Indexes of the next step's points, out of `count`, in the order in which their gradients are added. */
	next(count: number, batchSize: number | 'full'): Uint32Array {
		const { epoch, cursor } = this.#begun(count);
		const same = this.#order.epoch === epoch && this.#order.batchSize === batchSize;
		if (!same || this.#order.indexes.length !== count) {
			this.#order = { epoch, batchSize, indexes: epochOrder(count, batchSize, this.#seed, epoch) };
		}
		const end = batchEnd(cursor, count, batchSize);
		// A batch that became full in mid-pass holds all points, and so ends the pass.
		const start = batchSize === 'full' ? 0 : cursor;
		return this.#order.indexes.subarray(start, end);
	}

	/** Count the points of a completed step; `count` points make a pass. */
	use(used: number, count: number): void {
		const { epoch, cursor } = this.#begun(count);
		const complete = used === count || cursor + used >= count;
		this.epoch = complete ? epoch + 1 : epoch;
		this.cursor = complete ? 0 : cursor + used;
	}

	/**
	 * The pass of the next step: another one when points were erased and `count` are used up already. Nothing is changed
	 * before a step is complete, since the edit may be taken back.
	 */
	#begun(count: number): { epoch: number; cursor: number } {
		const { epoch, cursor } = this;
		return cursor < count ? { epoch, cursor } : { epoch: epoch + 1, cursor: 0 };
	}
}
