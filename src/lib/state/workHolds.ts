import type { WorkLocks, Claim } from './workLocks';
import { kept } from './workList';
import { historyLimit, latestTime, type Work, type WorkRecord } from './workRecord';
import type { WorkSession } from './workSession';
import type { WorkStore } from './workStore';
import { WorkWriter } from './workWriter';

/** A work that this tab writes. */
export interface Hold {
	readonly id: string;
	readonly claim: Claim;
	readonly writer: WorkWriter<WorkRecord>;
	/** Whether a point was placed in it by hand, on this device. */
	placed: boolean;
}

/** What the holds need around them. */
export interface HoldSurroundings {
	readonly store: WorkStore;
	readonly locks: WorkLocks;
	readonly session: WorkSession;
	/** The time in milliseconds since 1970, as the device has it: it may be set back. */
	readonly now: () => number;
	/** Milliseconds since some moment; it never goes back. */
	readonly uptime: () => number;
	/** Milliseconds after which a write is late. */
	readonly patience: number;
	/** Told after each write why the newest state of some work is in memory only; null when all of it is stored. */
	readonly stored: (error: unknown) => void;
	/** There are more drawings than works are kept; all of them stay. Told once. */
	readonly manyDrawings: () => void;
}

/** Milliseconds to wait for a lock that this tab itself may still hold. */
export const ownPatience = 500;
/** Milliseconds that the time of a work may lie ahead, since the clock was set back, and still be the newest. */
const year = 366 * 24 * 3600 * 1000;
/** What the person is told of once. */
const drawingsTold = '#drawings';

/** The works that this tab writes: the open one, and those that it has left until the store has their newest state. */
export class WorkHolds {
	readonly #around: HoldSurroundings;
	#current: Hold | null = null;
	readonly #leaving = new Map<string, Hold>();
	/** The newest time of a work that is known of. */
	#newest = 0;
	#pruning = Promise.resolve();
	/** Nothing is saved while this is so. */
	closed = false;

	constructor(around: HoldSurroundings) {
		this.#around = around;
	}

	/** The open work; a new one if there is none yet. */
	get current(): Hold {
		return this.#current ?? this.enterNew();
	}

	/** The id of the open work; null before there is one. */
	get openId(): string | null {
		return this.#current?.id ?? null;
	}

	/** The newest states of left works that the store does not have. */
	get left(): readonly WorkRecord[] {
		return [...this.#leaving.values()].flatMap(({ writer }) => writer.unstored ?? []);
	}

	/** Why the newest state of some work is in memory only; null when all of it is stored. */
	get error(): unknown {
		const failed = this.#all().find(({ writer }) => writer.error !== null);
		return failed ? failed.writer.error : null;
	}

	holds(id: string): boolean {
		return this.#all().some((hold) => hold.id === id);
	}

	/** Makes a work of this id the open one. */
	enter(id: string, claim: Claim): Hold {
		return this.#enter(this.#hold(id, claim));
	}

	/** Makes a new work the open one. */
	enterNew(): Hold {
		const id = newId();
		const claim = this.#around.locks.claim(id, true, ownPatience);
		const release = () => void claim.then((held) => held?.release());
		return this.enter(id, { release });
	}

	/** Makes a left work the open one again, if it is not stored yet. */
	enterAgain(id: string): boolean {
		const hold = this.#leaving.get(id);
		if (hold) {
			this.#leaving.delete(id);
			this.#enter(hold);
		}
		return hold !== undefined;
	}

	save(work: Work, urgent: boolean): void {
		if (this.closed) return;
		this.current.writer.save(this.recordOf(work), urgent);
	}

	/** A state of the open work as it is kept, with the time of now. */
	recordOf({ experiment, checkpoint, history }: Work): WorkRecord {
		const { id, placed } = this.current;
		// What was touched last is the newest, even when the clock was set back.
		this.#newest = Math.min(Math.max(this.#around.now(), this.#newest + 1), latestTime);
		const newest = history.slice(-historyLimit);
		return { id, updated: this.#newest, placed, experiment, checkpoint, history: newest };
	}

	/** Takes note of the time of a work, in milliseconds since 1970. */
	learn(updated: number): void {
		if (updated <= this.#around.now() + year) this.#newest = Math.max(this.#newest, updated);
	}

	/** A reload of this tab is to go on with the open work. */
	leaveToReload(): void {
		if (this.#current && !this.closed) this.#around.session.id = this.#current.id;
	}

	async flush(): Promise<void> {
		await Promise.all(this.#all().map(({ writer }) => writer.flush()));
	}

	/** What is open stays open, but nothing is stored or tried again before it is saved anew. */
	drop(): void {
		this.#around.store.drop();
		for (const { writer } of this.#all()) writer.drop();
		this.#letGo();
	}

	/** Lets other tabs have all works. */
	release(): void {
		for (const { claim } of this.#all()) claim.release();
		this.#current = null;
		this.#leaving.clear();
	}

	#all(): Hold[] {
		return [...(this.#current ? [this.#current] : []), ...this.#leaving.values()];
	}

	#enter(hold: Hold): Hold {
		const former = this.#current;
		this.#current = hold;
		this.#around.session.untouched = null;
		if (this.#around.locks.exist) this.leaveToReload();
		if (former) {
			this.#leaving.set(former.id, former);
			void former.writer.flush();
			this.#letGo();
		}
		return hold;
	}

	#hold(id: string, claim: Claim): Hold {
		let fresh = true;
		const { store, session, now, uptime, patience, stored } = this.#around;
		const write = async (record: WorkRecord) => {
			this.learn(await store.put(record, now() + year));
			if (!fresh) return;
			fresh = false;
			if (id === this.openId) session.untouched = null;
			this.#pruning = this.#pruning.then(() => this.#prune());
		};
		const settled = () => {
			this.#letGo();
			stored(this.error);
		};
		const writer = new WorkWriter(write, { uptime, patience, settled });
		return { id, claim, writer, placed: false };
	}

	/** Lets other tabs have the works that were left and are stored. */
	#letGo(): void {
		for (const { id, claim, writer } of this.#leaving.values()) {
			if (writer.unstored) continue;
			this.#leaving.delete(id);
			claim.release();
		}
	}

	async #prune(): Promise<void> {
		const { store, locks, manyDrawings } = this.#around;
		try {
			// Not needed before the first write, so loaded then.
			const { pruneWorks } = await import('./workPruning');
			const drawings = await pruneWorks(store, locks, (id) => this.holds(id));
			if (drawings > kept && (await store.tell([drawingsTold])).length > 0) manyDrawings();
		} catch {
			// Too much is kept for once; the next work prunes again.
		}
	}
}

/** 128 random bits; `crypto.randomUUID` exists on https pages only. */
export function newId(): string {
	const bytes = crypto.getRandomValues(new Uint8Array(16));
	return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
