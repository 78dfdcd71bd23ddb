import { inTime } from './patience';

/** Milliseconds between two writes of mere progress. */
const interval = 1000;
/** Milliseconds until a write that failed is tried again, if nothing newer comes. */
const retryAfter = 5000;
/** Writes of one record that edits may have under way: more than quick hands make in the time of one, and few enough to hold in memory. */
export const mostUnderWay = 64;

/** What a writer needs around it. */
export interface WriterSurroundings {
	/** Milliseconds since some moment; it never goes back. */
	readonly uptime: () => number;
	/** Milliseconds after which a write that has not come to an end is called late. */
	readonly patience: number;
	/** Called after each write, done or failed, and when one is late. */
	readonly settled: () => void;
}

/**
 * Brings the newest version of one record to the store. An edit is handed over at once, even while a write is under way,
 * for a database makes its writes in the order in which it got them; mere progress waits its turn. What could not be
 * written stays here and is tried again, unless a newer version was handed over since.
 */
export class WorkWriter<Version> {
	readonly #write: (version: Version) => Promise<void>;
	readonly #around: WriterSurroundings;
	/** The newest version, until it is handed to the store; again if the store did not take it. */
	#waiting: Version | null = null;
	#urgent = false;
	/** The newest version that was handed to the store, until it is there: its end is that of all before it. */
	#handed: Version | null = null;
	/** Resolves when all that was handed over has come to an end, or is late. */
	#answered = Promise.resolve();
	#underWay = 0;
	#writtenAt = -Infinity;
	#timer: ReturnType<typeof setTimeout> | undefined;
	#error: unknown = null;

	/** @param write - brings a version to the store */
	constructor(write: (version: Version) => Promise<void>, around: WriterSurroundings) {
		this.#write = write;
		this.#around = around;
	}

	/** The newest version as long as the store does not have it. */
	get unstored(): Version | null {
		return this.#waiting ?? this.#handed;
	}

	/** Why the newest version is not stored: its write failed or is late. Null when there is no such trouble. */
	get error(): unknown {
		return this.#error;
	}

	/** Keep this version. If it is urgent the store has it when the call returns, as long as it is not overrun. */
	save(version: Version, urgent: boolean): void {
		this.#waiting = version;
		this.#urgent ||= urgent;
		this.#next();
	}

	/** Hand what waits to the store now, since the page may be about to end. Resolves when all is stored, could not be, or is late. */
	async flush(): Promise<void> {
		if (this.#waiting) this.#start(this.#waiting);
		await this.#answered;
	}

	/** Forget what is not stored; nothing is tried again. */
	drop(): void {
		this.#stopWaiting();
		this.#handed = null;
		this.#error = null;
	}

	#next(): void {
		if (!this.#waiting) return;
		if (this.#underWay >= (this.#urgent ? mostUnderWay : 1)) return;
		const wait = this.#urgent ? 0 : this.#writtenAt + interval - this.#around.uptime();
		if (wait > 0) this.#later(wait);
		else this.#start(this.#waiting);
	}

	#later(milliseconds: number): void {
		this.#timer ??= setTimeout(() => {
			this.#timer = undefined;
			this.#next();
		}, milliseconds);
	}

	#stopWaiting(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		this.#waiting = null;
		this.#urgent = false;
	}

	#start(version: Version): void {
		this.#stopWaiting();
		this.#writtenAt = this.#around.uptime();
		this.#handed = version;
		this.#underWay++;
		const late = (error: unknown) => {
			this.#late(error);
		};
		const answered = inTime(this.#settle(version), this.#around.patience).catch(late);
		const before = this.#answered;
		this.#answered = answered.then(() => before);
	}

	async #settle(version: Version): Promise<void> {
		try {
			await this.#write(version);
			this.#underWay--;
			if (this.#handed === version) {
				this.#handed = null;
				this.#error = null;
			}
			this.#next();
		} catch (error) {
			this.#underWay--;
			this.#failed(version, error);
		}
		this.#around.settled();
	}

	#failed(version: Version, error: unknown): void {
		// Where a newer version was handed over, that one's end counts: an older one must not be written over it.
		if (this.#handed === version) {
			this.#handed = null;
			this.#waiting ??= version;
			this.#error = error;
		}
		if (this.#waiting) this.#later(retryAfter);
	}

	/** Nothing is tried again: the store has the version, and may take it yet. */
	#late(error: unknown): void {
		if (this.#handed === null) return;
		this.#error = error;
		this.#around.settled();
	}
}
