import { resolve } from '$app/paths';
import { deleteDB, openDB, type DBSchema, type IDBPDatabase } from 'idb';
import { inTime } from './patience';
import { latestTime, type WorkRecord } from './workRecord';

interface Shelves extends DBSchema {
	/** All pieces of work, in whatever state they are. */
	works: { key: string; value: WorkRecord; indexes: { updated: number } };
	/** What the person has been told of: the unreadable ones by their ids, and more. */
	told: { key: string; value: true };
}

/** An open connection to the pieces of work on this device. */
export type WorkDatabase = IDBPDatabase<Shelves>;

/** Opens a connection; `lost` is called when it ends by itself, and says whether the whole database is being deleted. */
export type OpenDatabase = (lost: (deleted: boolean) => void) => Promise<WorkDatabase>;

/** What this app calls its things in the origin's storage, which apps at other paths share. */
export const storageName = () => `sketchgrad${resolve('/')}`;

/** Opens this app's database. Rejects when there is none, or one of a newer app. */
export const openWorkDatabase: OpenDatabase = (lost) =>
	openDB<Shelves>(storageName(), 1, {
		upgrade(database) {
			database.createObjectStore('works', { keyPath: 'id' }).createIndex('updated', 'updated');
			database.createObjectStore('told');
		},
		blocking(_current, wanted, event) {
			// Another tab has a newer app or deletes all: it must not wait for this one.
			(event.target as IDBDatabase).close();
			lost(wanted === null);
		},
		terminated: () => {
			lost(false);
		}
	});

/** What the errors of a connection that broke are called; it can be opened anew. */
const broken = ['AbortError', 'InvalidStateError', 'UnknownError'];

/** What a store needs around it. */
export interface StoreSurroundings {
	readonly open: OpenDatabase;
	/** Milliseconds to wait for an answer: a browser, or a page that holds the database, may never give one. */
	readonly patience: number;
	/** Called when another page deletes all that is kept. */
	readonly deleted: () => void;
}

/**
 * The pieces of work on this device. A connection that broke is opened anew, once, before an error is passed on. What is
 * not answered in time rejects with `Unanswered`, but for writes: the database has them, and makes them in its own time.
 */
export class WorkStore {
	readonly #around: StoreSurroundings;
	#database: WorkDatabase | null = null;
	#opening: Promise<WorkDatabase> | null = null;
	#answered = false;
	/** Of each record the newest version that was put, until its end: no other one is written late or again. */
	readonly #putting = new Map<string, WorkRecord>();

	constructor(around: StoreSurroundings) {
		this.#around = around;
	}

	/** Whether it has answered anything since the page began. */
	get answered(): boolean {
		return this.#answered;
	}

	/** All ids, newest first, those without a time last. */
	ids(): Promise<string[]> {
		return this.#ask(async (database) => {
			const { store } = database.transaction('works');
			const [all, dated] = await Promise.all([
				store.getAllKeys(),
				store.index('updated').getAllKeys()
			]);
			return [...new Set([...dated.reverse(), ...all])].filter((id) => typeof id === 'string');
		});
	}

	/** What is kept under an id, in whatever state; undefined when there is nothing. */
	get(id: string): Promise<unknown> {
		return this.#ask((database) => database.get('works', id));
	}

	/** The keys of all that is kept, even of what has no proper id. */
	keys(): Promise<string[]> {
		return this.#ask((database) => database.getAllKeys('works'));
	}

	/**
	 * Keeps a record. If the connection is open, the browser has the record when the call returns. Resolves to the newest
	 * time of a record up to `believed`, in milliseconds since 1970, or to 0 when a newer version has taken its place.
	 */
	async put(record: WorkRecord, believed = latestTime): Promise<number> {
		this.#putting.set(record.id, record);
		try {
			return await this.#attempt(async (database) => {
				// Here again after a wait for a connection: what was put meanwhile is newer.
				if (this.#putting.get(record.id) !== record) return 0;
				const transaction = database.transaction('works', 'readwrite');
				const { store } = transaction;
				const put = store.put(record);
				const times = store.index('updated');
				const newest = times.openKeyCursor(IDBKeyRange.upperBound(believed), 'prev');
				transaction.commit();
				const [, cursor] = await Promise.all([put, newest, transaction.done]);
				return cursor?.key ?? 0;
			});
		} finally {
			if (this.#putting.get(record.id) === record) this.#putting.delete(record.id);
		}
	}

	remove(id: string): Promise<void> {
		return this.#ask((database) => database.delete('works', id));
	}

	/** Those of the things that the person was not told of before; from now on they count as told. */
	tell(things: readonly string[]): Promise<string[]> {
		return this.#ask(async (database) => {
			const { store, done } = database.transaction('told', 'readwrite');
			const known = new Set(await store.getAllKeys());
			const news = things.filter((thing) => !known.has(thing));
			await Promise.all([...news.map((thing) => store.put(true, thing)), done]);
			return news;
		});
	}

	/** Resolves when the store answers, however long that takes; rejects when it says that it cannot. */
	async answer(): Promise<void> {
		await this.#attempt((database) => database.count('works'));
	}

	/** Writes that wait for a connection come to nothing. */
	drop(): void {
		this.#putting.clear();
	}

	/**
	 * Deletes all that is kept, newer apps' things too.
	 * @param blocked - called when another page has to let go of it first
	 */
	async delete(blocked: () => void): Promise<void> {
		this.drop();
		this.#database?.close();
		this.#database = null;
		await deleteDB(storageName(), { blocked });
	}

	/** Waits for the answer no longer than there is patience. */
	#ask<Result>(work: (database: WorkDatabase) => Promise<Result>): Promise<Result> {
		return inTime(this.#attempt(work), this.#around.patience);
	}

	async #attempt<Result>(work: (database: WorkDatabase) => Promise<Result>): Promise<Result> {
		const database = this.#database ?? (await this.#connect());
		try {
			const result = await work(database);
			this.#answered = true;
			return result;
		} catch (error) {
			if (!(error instanceof DOMException) || !broken.includes(error.name)) throw error;
			if (this.#database === database) this.#database = null;
			database.close();
			return await work(this.#database ?? (await this.#connect()));
		}
	}

	/** One opening for all who ask meanwhile. If it takes too long it fails for them, and may still succeed for later ones. */
	#connect(): Promise<WorkDatabase> {
		this.#opening ??= inTime(
			this.#opened().finally(() => (this.#opening = null)),
			this.#around.patience
		);
		return this.#opening;
	}

	async #opened(): Promise<WorkDatabase> {
		let database: WorkDatabase | null = null;
		database = await this.#around.open((deleted) => {
			if (this.#database === database) this.#database = null;
			if (deleted) this.#around.deleted();
		});
		this.#database = database;
		return database;
	}
}
