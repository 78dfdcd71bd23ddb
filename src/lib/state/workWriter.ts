/** Milliseconds between two writes of mere progress. */
const interval = 1000;
/** Milliseconds until a write that failed is tried again, if nothing newer comes. */
const retryAfter = 5000;

/**
 * Brings the newest version of one record to the store: the latest wins, one write at a time. What could not be written
 * stays here and is tried again.
 */
export class WorkWriter<Version> {
	readonly #write: (version: Version) => Promise<void>;
	readonly #now: () => number;
	readonly #settled: () => void;
	/** The newest version, until it is handed to the store; again if the store did not take it. */
	#waiting: Version | null = null;
	#urgent = false;
	/** The newest version that was handed to the store, until it is there. */
	#handed: Version | null = null;
	#under: Promise<void> = Promise.resolve();
	#writes = 0;
	#writtenAt = -Infinity;
	#timer: ReturnType<typeof setTimeout> | undefined;
	#error: unknown = null;

	/**
	 * @param write - brings a version to the store
	 * @param now - the time in milliseconds
	 * @param settled - called after each write, done or failed
	 */
	constructor(write: (version: Version) => Promise<void>, now: () => number, settled: () => void) {
		this.#write = write;
		this.#now = now;
		this.#settled = settled;
	}

	/** The newest version as long as the store does not have it. */
	get unstored(): Version | null {
		return this.#waiting ?? this.#handed;
	}

	/** Why the last write failed; null when it did not. */
	get error(): unknown {
		return this.#error;
	}

	/** Keep this version: at once if it is urgent and no write is under way, else in its turn. */
	save(version: Version, urgent: boolean): void {
		this.#waiting = version;
		this.#urgent ||= urgent;
		this.#next();
	}

	/**
	 * Hand what waits to the store now, since the page may be about to end: even while a write is under way, for a
	 * database makes its writes in the order in which it got them. Resolves when all is stored, or could not be.
	 */
	async flush(): Promise<void> {
		if (this.#waiting) this.#start(this.#waiting);
		await this.#under;
	}

	#next(): void {
		if (!this.#waiting || this.#writes > 0) return;
		const wait = this.#urgent ? 0 : this.#writtenAt + interval - this.#now();
		if (wait > 0) this.#later(wait);
		else this.#start(this.#waiting);
	}

	#later(milliseconds: number): void {
		this.#timer ??= setTimeout(() => {
			this.#timer = undefined;
			this.#next();
		}, milliseconds);
	}

	#start(version: Version): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		this.#waiting = null;
		this.#urgent = false;
		this.#writtenAt = this.#now();
		this.#handed = version;
		this.#writes++;
		const write = this.#settle(version);
		const before = this.#under;
		this.#under = before.then(() => write);
	}

	async #settle(version: Version): Promise<void> {
		try {
			await this.#write(version);
			if (this.#handed === version) this.#handed = null;
			this.#error = null;
		} catch (error) {
			this.#error = error;
			if (this.#handed === version) {
				this.#handed = null;
				this.#waiting ??= version;
			}
		}
		this.#writes--;
		if (this.#error === null) this.#next();
		else if (this.#waiting) this.#later(retryAfter);
		this.#settled();
	}
}
