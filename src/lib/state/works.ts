import { InvalidExperiment, type Experiment } from '$lib/experiment/schema';
import { listWorks, pruneWorks, readableOf, type RecentWork } from './workList';
import { WorkLocks, type Claim } from './workLocks';
import { historyLimit, rawText, type Work, type WorkRecord } from './workRecord';
import { openWorkDatabase, storageName, WorkStore, type OpenDatabase } from './workStore';
import { WorkWriter } from './workWriter';

/** A piece of work that was opened; `damage` says in a sentence what of it could not be read. */
export interface OpenedWork extends Work {
	readonly damage: string | null;
}

/** What the works need of the browser around them. */
export interface WorkSurroundings {
	readonly openDatabase: OpenDatabase;
	/** Undefined where there are none. */
	readonly locks: LockManager | undefined;
	/** What a reload leaves to the tab; null where that is not allowed. */
	readonly session: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | null;
	/** The time in milliseconds since 1970, as the device has it: it may be set back. */
	readonly now: () => number;
	/** Milliseconds since some moment; it never goes back. */
	readonly uptime: () => number;
	/** Milliseconds to wait for an answer of the store before the page goes on without it. */
	readonly patience: number;
	/** Gets ready what an experiment needs before it can be shown; false when that cannot be had. */
	readonly prepare: (experiment: Experiment) => Promise<boolean>;
}

/** Is told what happens to the store. */
export interface WorkListener {
	/** Why the newest state of some work is in memory only; null when all of it is stored. */
	stored(error: unknown): void;
	/** So many records were found unreadable that were not before. They stay as they are. */
	unreadable(count: number): void;
}

/** A work that this tab writes. */
interface Hold {
	readonly id: string;
	readonly claim: Claim;
	readonly writer: WorkWriter<WorkRecord>;
}

/** Milliseconds to wait for a lock that this tab itself may still hold. */
const ownPatience = 500;
/** The same after a reload: on a busy machine the page before it takes its time to end, and a copy is not what was meant. */
const reloadPatience = 3000;

/**
 * The pieces of work on this device. One is open in this tab, and no other tab writes it; what another takes the place of
 * stays in the list. When the store fails, the works go on in memory and are tried again.
 */
export class Works {
	readonly #listener: WorkListener;
	readonly #store: WorkStore;
	readonly #locks: WorkLocks;
	readonly #session: WorkSurroundings['session'];
	readonly #around: WorkSurroundings;
	readonly #prepare: WorkSurroundings['prepare'];
	#current: Hold | null = null;
	/** Works that this tab has left, until the store has their newest state. */
	readonly #leaving = new Map<string, Hold>();
	/** Raised by whatever opens a work, so that a slower opening before it comes to nothing. */
	#ticket = 0;

	constructor(listener: WorkListener, surroundings: Partial<WorkSurroundings> = {}) {
		const around = { ...browser(), ...surroundings };
		const { openDatabase: open, patience, locks, session, prepare } = around;
		this.#listener = listener;
		this.#around = around;
		this.#store = new WorkStore({ open, patience });
		this.#locks = new WorkLocks(locks);
		this.#session = session;
		this.#prepare = prepare;
	}

	/**
	 * Go on after a reload with this tab's work, else with the newest that can be read, or with a copy of it when another
	 * tab has it open. Null when there is none: the tab then has a new work, which its first save stores.
	 */
	async resume(): Promise<OpenedWork | null> {
		const ticket = ++this.#ticket;
		const own = this.#ownId();
		try {
			const reloaded = own === null ? null : await this.#take(own, true, reloadPatience, ticket);
			if (reloaded) return reloaded;
			for (const id of await this.#store.ids()) {
				// Without a session, a reload looks like a fresh tab.
				const patience = this.#session ? 0 : ownPatience;
				const opened = await this.#take(id, false, patience, ticket);
				if (opened || ticket !== this.#ticket) return opened;
			}
		} catch (error) {
			this.#listener.stored(error);
		}
		if (ticket === this.#ticket) this.#enterNew();
		return null;
	}

	/** Leave the open work to the list and begin another with this experiment, stored at once. */
	startNew(experiment: Experiment): void {
		this.#ticket++;
		this.#enterNew();
		this.save({ experiment, checkpoint: null, history: [] }, true);
	}

	/**
	 * Open a work of the list, or a copy of it when another tab has it open. Null when it is open here already, or when
	 * another was opened meanwhile. The open work stays when this rejects.
	 * @throws InvalidExperiment when it cannot be read; another error when the store fails.
	 */
	async open(id: string): Promise<OpenedWork | null> {
		if (id === this.#current?.id) return null;
		const ticket = ++this.#ticket;
		const unstored = this.#leaving.get(id)?.writer.unstored;
		if (unstored && (await this.#prepare(unstored.experiment))) {
			if (ticket !== this.#ticket) return null;
			const left = this.#leaving.get(id);
			if (left) {
				this.#leaving.delete(id);
				this.#enter(left);
				return openedOf(unstored, null);
			}
		}
		const opened = await this.#take(id, false, ownPatience, ticket);
		if (opened || ticket !== this.#ticket) return opened;
		throw new InvalidExperiment('This piece of work cannot be read.');
	}

	/** The id of the open work; null before there is one. */
	get openId(): string | null {
		return this.#current?.id ?? null;
	}

	/** Keep the newest state of the open work: an urgent one within the call, mere progress at most once a second. */
	save({ experiment, checkpoint, history }: Work, urgent: boolean): void {
		const { id, writer } = this.#current ?? this.#enterNew();
		const newest = history.slice(-historyLimit);
		writer.save(
			{ id, experiment, checkpoint, history: newest, updated: this.#around.now() },
			urgent
		);
	}

	/** The page is left: what waits is handed to the store, and a reload finds its work. */
	leave(): Promise<void> {
		this.#leaveToReload();
		return this.flush();
	}

	/** Hand all that waits to the store, since the page may be about to end. Resolves when it is stored or could not be. */
	async flush(): Promise<void> {
		await Promise.all(this.#holds().map(({ writer }) => writer.flush()));
	}

	/** The works that are not open in this tab, newest first. Rejects when the store fails. */
	async list(): Promise<RecentWork[]> {
		const unstored = [...this.#leaving.values()].flatMap(({ writer }) => writer.unstored ?? []);
		const all = await listWorks(this.#store, unstored);
		const unreadable = all.filter(({ title }) => title === null).map(({ id }) => id);
		const news = unreadable.length > 0 ? await this.#store.tell(unreadable) : [];
		if (news.length > 0) this.#listener.unreadable(news.length);
		return all.filter(({ id }) => id !== this.#current?.id);
	}

	/** Whatever is stored under an id, as JSON text. Rejects when the store fails. */
	async raw(id: string): Promise<string> {
		return rawText(await this.#store.get(id));
	}

	/** Stores what waits and lets other tabs have this tab's works. */
	async dispose(): Promise<void> {
		this.#ticket++;
		await this.flush();
		for (const { claim } of this.#holds()) claim.release();
		this.#current = null;
		this.#leaving.clear();
	}

	#holds(): Hold[] {
		return [...(this.#current ? [this.#current] : []), ...this.#leaving.values()];
	}

	/** Opens a record: itself when it can be claimed, else a copy of it. Null when it cannot be read. */
	async #take(
		id: string,
		own: boolean,
		patience: number,
		ticket: number
	): Promise<OpenedWork | null> {
		const claim = await this.#locks.claim(id, own, patience);
		// Read after the claim: until then another tab may have written it.
		const record = await this.#store.get(id).then(readableOf, (error: unknown) => {
			claim?.release();
			throw error;
		});
		if (!record || !(await this.#prepare(record.experiment)) || ticket !== this.#ticket) {
			claim?.release();
			return null;
		}
		if (claim) this.#enter(this.#hold(id, claim));
		else this.#enterNew();
		return openedOf(record, record.damage);
	}

	#enterNew(): Hold {
		const id = newId();
		const claim = this.#locks.claim(id, true, ownPatience);
		const release = () => void claim.then((held) => held?.release());
		return this.#enter(this.#hold(id, { release }));
	}

	#enter(hold: Hold): Hold {
		const former = this.#current;
		this.#current = hold;
		if (this.#locks.exist) this.#leaveToReload();
		if (former) {
			this.#leaving.set(former.id, former);
			void former.writer.flush();
			this.#letGo();
		}
		return hold;
	}

	#hold(id: string, claim: Claim): Hold {
		let fresh = true;
		const write = async (record: WorkRecord) => {
			await this.#store.put(record);
			if (fresh) void this.#prune();
			fresh = false;
		};
		const settled = () => {
			this.#letGo();
			const failed = this.#holds().find(({ writer }) => writer.error !== null);
			this.#listener.stored(failed ? failed.writer.error : null);
		};
		const { uptime, patience } = this.#around;
		return { id, claim, writer: new WorkWriter(write, { uptime, patience, settled }) };
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
		const isOpen = (id: string) => this.#holds().some((hold) => hold.id === id);
		try {
			await pruneWorks(this.#store, this.#locks, isOpen);
		} catch {
			// Too much is kept for once; the next work prunes again.
		}
	}

	#leaveToReload(): void {
		try {
			if (this.#current) this.#session?.setItem(storageName(), this.#current.id);
		} catch {
			// A full or forbidden session costs only that a reload looks like a fresh tab.
		}
	}

	#ownId(): string | null {
		try {
			const id = this.#session?.getItem(storageName()) ?? null;
			// A duplicated tab inherits the session. Without locks nothing else would tell it from a reload.
			if (!this.#locks.exist) this.#session?.removeItem(storageName());
			return id;
		} catch {
			return null;
		}
	}
}

function openedOf({ experiment, checkpoint, history }: Work, damage: string | null): OpenedWork {
	return { experiment, checkpoint, history, damage };
}

/** 128 random bits; `crypto.randomUUID` exists on https pages only. */
function newId(): string {
	const bytes = crypto.getRandomValues(new Uint8Array(16));
	return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function browser(): WorkSurroundings {
	return {
		openDatabase: openWorkDatabase,
		locks: (globalThis.navigator as Partial<Navigator> | undefined)?.locks,
		session: sessionOfTab(),
		now: () => Date.now(),
		uptime: () => performance.now(),
		patience: 4000,
		prepare: () => Promise.resolve(true)
	};
}

function sessionOfTab(): Storage | null {
	try {
		return globalThis.sessionStorage;
	} catch {
		return null;
	}
}
