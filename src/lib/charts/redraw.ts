/** The frame, by its time, that the last task with an interval ran in. */
let takenFrame = -1;

/**
 * Runs the newest of the tasks it is given on an animation frame, at most one per frame and, if an `interval`
 * in milliseconds is given, no more often than that. An older task that did not run yet is forgotten. Tasks with an
 * interval are the large ones: each has a frame to itself, so that they never add up to a long one.
 */
export class Redraw {
	readonly #interval: number;
	#task: (() => void) | null = null;
	#last = -Infinity;
	#timer: ReturnType<typeof setTimeout> | null = null;
	#frame: number | null = null;

	constructor(interval = 0) {
		this.#interval = interval;
	}

	/** Asks for a task. One that is waiting gives way to it but keeps its turn, so that a stream of tasks starves none. */
	request(task: () => void): void {
		this.#task = task;
		if (this.#timer !== null || this.#frame !== null) return;
		const wait = this.#last + this.#interval - performance.now();
		if (wait <= 0) this.#onFrame();
		else
			this.#timer = setTimeout(() => {
				this.#timer = null;
				this.#onFrame();
			}, wait);
	}

	/** Forgets the waiting task. */
	cancel(): void {
		if (this.#timer !== null) clearTimeout(this.#timer);
		if (this.#frame !== null) cancelAnimationFrame(this.#frame);
		this.#timer = this.#frame = this.#task = null;
	}

	#onFrame(): void {
		this.#frame = requestAnimationFrame((frame) => {
			if (this.#interval > 0 && frame === takenFrame) {
				this.#onFrame();
				return;
			}
			if (this.#interval > 0) takenFrame = frame;
			this.#frame = null;
			// From when it was due, or else every wait for a frame would be added to the interval.
			const now = performance.now();
			const due = this.#last + this.#interval;
			this.#last = now - due < this.#interval ? due : now;
			const task = this.#task;
			this.#task = null;
			task?.();
		});
	}
}
