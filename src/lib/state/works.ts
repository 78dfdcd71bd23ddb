import { InvalidExperiment, type Experiment } from '$lib/experiment/schema';
import type { Restored } from './workBundle';
import { ownPatience, WorkHolds } from './workHolds';
import { listWorks, type RecentWork } from './workList';
import { WorkLocks } from './workLocks';
import { readableOf, type Work } from './workRecord';
import { WorkSession } from './workSession';
import { WorkStore } from './workStore';
import { browserSurroundings, type WorkSurroundings } from './workSurroundings';

/** A piece of work that was opened; `damage` says in a sentence what of it could not be read. */
export interface OpenedWork extends Work {
	readonly damage: string | null;
}

/** Is told what happens to the store. */
export interface WorkListener {
	/** Why the newest state of some work is in memory only, or what was kept cannot be had; null when neither is so. */
	stored(error: unknown): void;
	/** So many records were found unreadable that were not before. They stay as they are. */
	unreadable(count: number): void;
	/** There are more drawings than works are kept; all of them stay. Told once. */
	manyDrawings(): void;
	/** Another tab deleted all that was kept. What is open here is not kept either, until it is saved again. */
	deleted(): void;
}

/** Milliseconds to wait for a lock after a reload: on a busy machine the page before it takes its time to end, and a copy is not what was meant. */
const reloadPatience = 3000;
/** Milliseconds until a store that refused to answer is asked again. */
const askAgainAfter = 5000;

/**
 * The pieces of work on this device. One is open in this tab, and no other tab writes it; what another takes the place of
 * stays in the list. When the store fails, the works go on in memory and are tried again.
 */
export class Works {
	readonly #listener: WorkListener;
	readonly #around: WorkSurroundings;
	readonly #store: WorkStore;
	readonly #locks: WorkLocks;
	readonly #session: WorkSession;
	readonly #holds: WorkHolds;
	/** Raised by whatever opens a work, so that a slower opening before it comes to nothing. */
	#ticket = 0;
	/** What was kept could not be had as the page began: an answer of the store is waited for. */
	#unreached = false;

	constructor(listener: WorkListener, surroundings: Partial<WorkSurroundings> = {}) {
		const around = { ...browserSurroundings(), ...surroundings };
		const { openDatabase: open, patience } = around;
		this.#listener = listener;
		this.#around = around;
		const deleted = () => {
			this.#holds.drop();
			listener.deleted();
		};
		this.#store = new WorkStore({ open, patience, deleted });
		this.#locks = new WorkLocks(around.locks);
		this.#session = new WorkSession(around.session);
		this.#holds = new WorkHolds({
			...around,
			store: this.#store,
			locks: this.#locks,
			session: this.#session,
			stored: (error) => {
				listener.stored(error);
			},
			manyDrawings: () => {
				listener.manyDrawings();
			}
		});
	}

	/** False when what was kept before could not be had as the page began, and waits in the store. */
	get reached(): boolean {
		return !this.#unreached;
	}

	/** The id of the open work; null before there is one. */
	get openId(): string | null {
		return this.#holds.openId;
	}

	/**
	 * Go on after a reload with what this tab had open, else with the newest work that can be read, or with a copy of it when
	 * another tab has it open. Null when there is none, or the store does not answer in time: the tab then has a new work,
	 * which its first save stores.
	 */
	async resume(): Promise<OpenedWork | null> {
		const ticket = ++this.#ticket;
		const { id: own, untouched } = this.#session;
		// A duplicated tab inherits the session. Without locks nothing else would tell it from a reload.
		if (!this.#locks.exist) this.#session.id = null;
		try {
			const reloaded = own === null ? null : await this.#take(own, true, reloadPatience, ticket);
			const opened = reloaded ?? (untouched ? null : await this.#takeNewest(ticket));
			if (opened) return opened;
		} catch (error) {
			this.#tellUnreached(error);
		}
		if (ticket !== this.#ticket) return null;
		if (!untouched || !(await this.#around.prepare(untouched))) {
			if (ticket === this.#ticket) this.#holds.enterNew();
			return null;
		}
		if (ticket !== this.#ticket) return null;
		this.startNew(untouched);
		return openedOf({ experiment: untouched, checkpoint: null, history: [] }, null);
	}

	/**
	 * Leave the open work to the list and begin another with this experiment. It is stored when it is saved: until then a
	 * reload finds it in the tab's own session, or in the store where that has no room for it.
	 */
	startNew(experiment: Experiment): void {
		this.#ticket++;
		this.#holds.enterNew();
		this.#session.untouched = experiment;
		if (!this.#session.hasUntouched) this.save({ experiment, checkpoint: null, history: [] }, true);
	}

	/**
	 * Open a work of the list, or a copy of it when another tab has it open. Null when it is open here already, or when
	 * another was opened meanwhile. The open work stays when this rejects.
	 * @throws InvalidExperiment when it cannot be read; another error when the store fails.
	 */
	async open(id: string): Promise<OpenedWork | null> {
		if (id === this.openId) return null;
		const ticket = ++this.#ticket;
		const left = this.#holds.left.find((record) => record.id === id);
		if (left && (await this.#around.prepare(left.experiment))) {
			if (ticket !== this.#ticket) return null;
			if (this.#holds.enterAgain(id)) return openedOf(left, null);
		}
		const opened = await this.#take(id, false, ownPatience, ticket);
		if (opened || ticket !== this.#ticket) return opened;
		throw new InvalidExperiment('This piece of work cannot be read.');
	}

	/** A point of the open work was placed by hand, on this device; the next save keeps that. */
	markPlaced(): void {
		this.#holds.current.placed = true;
	}

	/** Keep the newest state of the open work: an urgent one within the call, mere progress at most once a second. */
	save(work: Work, urgent: boolean): void {
		this.#holds.save(work, urgent);
	}

	/** The page is left: what waits is handed to the store, and a reload finds its work. */
	leave(): Promise<void> {
		this.#holds.leaveToReload();
		return this.flush();
	}

	/** Hand all that waits to the store, since the page may be about to end. Resolves when it is stored, could not be, or is late. */
	flush(): Promise<void> {
		return this.#holds.flush();
	}

	/** The works that are not open in this tab, newest first. Rejects when the store fails. */
	async list(): Promise<RecentWork[]> {
		const all = await listWorks(this.#store, this.#holds.left).catch((error: unknown) => {
			if (!this.#store.answered) this.#tellUnreached(error);
			throw error;
		});
		for (const { title, updated } of all) if (title !== null) this.#holds.learn(updated!);
		const unreadable = all.filter(({ title }) => title === null).map(({ id }) => id);
		const news = unreadable.length > 0 ? await this.#store.tell(unreadable) : [];
		if (news.length > 0) this.#listener.unreadable(news.length);
		return all.filter(({ id }) => id !== this.openId);
	}

	/** Whatever is stored under an id, as JSON text. Rejects when the store fails. */
	async raw(id: string): Promise<string> {
		const { rawText } = await import('./rawText');
		return rawText(await this.#store.get(id));
	}

	/**
	 * All that is kept on this device, as the text of one file. Rejects when the store fails.
	 * @param open - the newest state of the open work, which may not be kept yet
	 */
	async bundle(open: Work): Promise<string> {
		const { bundleOf } = await import('./workBundle');
		return bundleOf(this.#store, [...this.#holds.left, this.#holds.recordOf(open)]);
	}

	/**
	 * Puts the works of such a file back, beside what is kept. Rejects when the store fails.
	 * @throws InvalidExperiment when the text is no such file, or too large
	 */
	async restore(bundle: string): Promise<Restored> {
		const { restoreBundle } = await import('./workBundle');
		const isHeld = async (id: string) => {
			const claim = this.#holds.holds(id) ? null : await this.#locks.claim(id, true, 0);
			claim?.release();
			return claim === null;
		};
		return restoreBundle(bundle, this.#store, isHeld, this.#around.now());
	}

	/**
	 * Deletes all that is kept on this device, and what this tab has for a reload; nothing is saved from then on. When it
	 * rejects, the open work is saved again as before.
	 * @param blocked - called when another page has to let go of the store first
	 */
	async deleteAll(blocked: () => void): Promise<void> {
		this.#holds.closed = true;
		this.#holds.drop();
		try {
			await this.#store.delete(blocked);
			this.#session.id = this.#session.untouched = null;
		} catch (error) {
			this.#holds.closed = false;
			throw error;
		}
	}

	/** Stores what waits and lets other tabs have this tab's works. */
	async dispose(): Promise<void> {
		this.#ticket++;
		await this.flush();
		this.#holds.release();
		this.#unreached = false;
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
		if (!record || !(await this.#around.prepare(record.experiment)) || ticket !== this.#ticket) {
			claim?.release();
			return null;
		}
		this.#holds.learn(record.updated);
		const hold = claim ? this.#holds.enter(id, claim) : this.#holds.enterNew();
		hold.placed = record.placed;
		return openedOf(record, record.damage);
	}

	async #takeNewest(ticket: number): Promise<OpenedWork | null> {
		for (const id of await this.#store.ids()) {
			// Without a session, a reload looks like a fresh tab.
			const patience = this.#session.exists ? 0 : ownPatience;
			const opened = await this.#take(id, false, patience, ticket);
			if (opened || ticket !== this.#ticket) return opened;
		}
		return null;
	}

	/** What was kept cannot be had as the page begins: says so, and says when it can. */
	#tellUnreached(error: unknown): void {
		if (this.#unreached) return;
		this.#unreached = true;
		this.#listener.stored(error);
		void this.#awaitAnswer();
	}

	async #awaitAnswer(): Promise<void> {
		while (this.#unreached) {
			try {
				await this.#store.answer();
				this.#unreached = false;
				this.#listener.stored(this.#holds.error);
			} catch {
				await new Promise((resolve) => setTimeout(resolve, askAgainAfter));
			}
		}
	}
}

function openedOf({ experiment, checkpoint, history }: Work, damage: string | null): OpenedWork {
	return { experiment, checkpoint, history, damage };
}
