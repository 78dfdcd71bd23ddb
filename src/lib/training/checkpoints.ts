import type { Checkpoint } from './snapshot';

/** Bytes that the checkpoints of a run may take. */
const checkpointBytes = 64 * 1024 * 1024;

/** Bytes of a checkpoint beside its numbers, roughly. */
const overhead = 200;

const sizeOf = ({ parameters, optimizer }: Checkpoint) =>
	parameters.byteLength + (optimizer?.numbers.byteLength ?? 0) + overhead;

/**
 * Checkpoints of one run, from which it can go on at any step again. When they outgrow their budget, every second one is
 * dropped where they stand densest on the logarithm of the step; the first and the last stay.
 */
export class Checkpoints {
	readonly #budget: number;
	/** By rising steps. */
	#kept: Checkpoint[] = [];
	#bytes = 0;

	/** @param budget - in bytes */
	constructor(budget = checkpointBytes) {
		this.#budget = budget;
	}

	/** Bytes in use. */
	get bytes(): number {
		return this.#bytes;
	}

	/** The steps that have one, rising. */
	get steps(): number[] {
		return this.#kept.map(({ step }) => step);
	}

	/** Keeps a checkpoint, in place of one of its step. */
	add(checkpoint: Checkpoint): void {
		const index = this.#indexAfter(checkpoint.step - 1);
		const replaced = this.#kept[index]?.step === checkpoint.step ? 1 : 0;
		for (const old of this.#kept.splice(index, replaced, checkpoint)) this.#bytes -= sizeOf(old);
		this.#bytes += sizeOf(checkpoint);
		if (this.#bytes > this.#budget) this.#thin();
	}

	/** The last one at `step` or before; null if there is none. */
	at(step: number): Checkpoint | null {
		return this.#kept[this.#indexAfter(step) - 1] ?? null;
	}

	/** Forgets those of later steps than `step`: they belong to a run that will not happen. */
	forgetAfter(step: number): void {
		for (const old of this.#kept.splice(this.#indexAfter(step))) this.#bytes -= sizeOf(old);
	}

	#indexAfter(step: number): number {
		let [low, high] = [0, this.#kept.length];
		while (low < high) {
			const middle = (low + high) >> 1;
			if (this.#kept[middle]!.step <= step) low = middle + 1;
			else high = middle;
		}
		return low;
	}

	/**
	 * Drops about a quarter: those that leave the smallest gap, as a ratio of steps, between their neighbors. Ties go to the
	 * earlier one, so that the same steps stay on every machine.
	 */
	#thin(): void {
		const goal = this.#budget * 0.75;
		while (this.#bytes > goal && this.#kept.length > 2) {
			const ratios = this.#kept
				.slice(1, -1)
				.map((_, i) => (this.#kept[i + 2]!.step + 1) / (this.#kept[i]!.step + 1));
			const limit = ratios.toSorted((a, b) => a - b)[Math.floor(ratios.length / 2)]!;
			let droppedBefore = false;
			this.#kept = this.#kept.filter((checkpoint, i) => {
				const inner = i > 0 && i < this.#kept.length - 1;
				const drop = inner && !droppedBefore && ratios[i - 1]! <= limit && this.#bytes > goal;
				if (drop) this.#bytes -= sizeOf(checkpoint);
				droppedBefore = drop;
				return !drop;
			});
		}
		// A budget below three of them holds the last alone.
		while (this.#bytes > this.#budget && this.#kept.length > 0)
			this.#bytes -= sizeOf(this.#kept.shift()!);
	}
}
