/** The right to write a piece of work, until it is given back or the tab ends. */
export interface Claim {
	release(): void;
}

const unguarded: Claim = { release: () => undefined };

/** Sees to it that no two tabs write the same piece of work: whoever writes one holds the Web Lock of its name. */
export class WorkLocks {
	readonly #locks: LockManager | undefined;

	/** @param locks - undefined where there are none, as on a page without https */
	constructor(locks: LockManager | undefined) {
		this.#locks = locks;
	}

	/** Whether other tabs can be told from this one. */
	get exist(): boolean {
		return this.#locks !== undefined;
	}

	/**
	 * The claim to a work, or null when another tab holds it or may hold it. Without Web Locks only a work that is
	 * this tab's `own` can be claimed. A claim that is held is waited for during `patience` milliseconds: after a
	 * reload the former page may still be ending.
	 */
	async claim(id: string, own: boolean, patience: number): Promise<Claim | null> {
		if (!this.#locks) return own ? unguarded : null;
		try {
			return await request(this.#locks, `sketchgrad-work-${id}`, patience);
		} catch {
			return own ? unguarded : null;
		}
	}
}

function request(locks: LockManager, name: string, patience: number): Promise<Claim | null> {
	const options = patience > 0 ? { signal: AbortSignal.timeout(patience) } : { ifAvailable: true };
	return new Promise((resolve, reject) => {
		const held = (lock: Lock | null) => {
			if (!lock) {
				resolve(null);
				return;
			}
			return new Promise<void>((release) => {
				resolve({ release });
			});
		};
		locks.request(name, options, held).catch((error: unknown) => {
			if (error instanceof DOMException && error.name === 'TimeoutError') resolve(null);
			else reject(error as Error);
		});
	});
}
