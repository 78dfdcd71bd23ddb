import type { Evaluation } from './snapshot';

/** What a run was at one step. */
export interface RecordRow extends Evaluation {
	readonly step: number;
}

/**
 * The next step after `step` at which every run records what it is: the gap grows with the step, so that curves are as
 * fine as they can be shown on a logarithmic axis, and runs are recorded at the same steps on every machine.
 */
export function nextRecordStep(step: number): number {
	let next = lastRecordStep(step);
	while (next <= step) next += gapAfter(next);
	return next;
}

const gapAfter = (step: number) => Math.max(1, Math.floor(step / 200));

/** Up to here every step is recorded. */
const dense = 400;
/** Steps at which runs record from `dense` on, as far as anyone has asked. */
const sparse: number[] = [dense];

/** The last step up to `step` at which every run records. */
function lastRecordStep(step: number): number {
	if (step <= dense) return step;
	while (sparse.at(-1)! <= step) sparse.push(sparse.at(-1)! + gapAfter(sparse.at(-1)!));
	let [low, high] = [0, sparse.length - 1];
	while (high - low > 1) {
		const middle = (low + high) >> 1;
		if (sparse[middle]! <= step) low = middle;
		else high = middle;
	}
	return sparse[low]!;
}

/** The rows of a run, by rising steps: those that every run records, and one for each live edit. */
export class RunRecord {
	#rows: RecordRow[];

	/** @param rows - by rising steps */
	constructor(rows: readonly RecordRow[] = []) {
		this.#rows = [...rows];
	}

	get rows(): readonly RecordRow[] {
		return this.#rows;
	}

	/** Adds a row. It replaces those of its own and of later steps, which belong to a run that did not happen. */
	add(row: RecordRow): void {
		this.forgetFrom(row.step);
		this.#rows.push(row);
	}

	/** Forgets what was recorded at `step` and later. */
	forgetFrom(step: number): void {
		this.#rows.length = this.#indexFrom(step);
	}

	/** The rows of later steps than `step`. */
	after(step: number): RecordRow[] {
		return this.#rows.slice(this.#indexFrom(step + 1));
	}

	/** The index of the first row at `step` or later; how many rows there are if none is. */
	#indexFrom(step: number): number {
		let [low, high] = [0, this.#rows.length];
		while (low < high) {
			const middle = (low + high) >> 1;
			if (this.#rows[middle]!.step < step) low = middle + 1;
			else high = middle;
		}
		return low;
	}
}
