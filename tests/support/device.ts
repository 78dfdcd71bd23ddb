import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { openWorkDatabase, type WorkDatabase } from '../../src/lib/state/workStore';
import type { WorkSurroundings } from '../../src/lib/state/workSurroundings';

/** Web Locks of one origin, handed out to several tabs. */
class Locks {
	readonly #owners = new Map<string, object>();
	readonly #waiting: (() => void)[] = [];

	isHeld(name: string): boolean {
		return this.#owners.has(name);
	}

	/** The lock manager that a tab sees; the tab is any object. */
	of(tab: object): LockManager {
		const request = async (
			name: string,
			options: LockOptions,
			callback: (lock: Lock | null) => Promise<unknown>
		) => {
			await Promise.resolve();
			while (this.#owners.has(name)) {
				if (options.ifAvailable) return callback(null);
				await this.#change(options.signal);
			}
			this.#owners.set(name, tab);
			try {
				return await callback({ name, mode: 'exclusive' });
			} finally {
				this.#owners.delete(name);
				this.#wake();
			}
		};
		return { request } as unknown as LockManager;
	}

	/** The tab ended: its locks are free. */
	end(tab: object): void {
		for (const [name, owner] of this.#owners) if (owner === tab) this.#owners.delete(name);
		this.#wake();
	}

	#change(signal: AbortSignal | undefined): Promise<void> {
		return new Promise((resolve, reject) => {
			this.#waiting.push(resolve);
			signal?.addEventListener('abort', () => {
				reject(signal.reason as DOMException);
			});
		});
	}

	#wake(): void {
		for (const resolve of this.#waiting.splice(0)) resolve();
	}
}

/** Troubles that a test can make for the storage of a device. */
export interface Trouble {
	/** Opening fails with this. */
	opening: Error | null;
	/** Every write fails with this, already when it is asked for. */
	writing: Error | null;
	/** Every read fails with this. */
	reading: Error | null;
}

/** A browser profile with storage, locks and tabs, for tests. */
export class Device {
	readonly locks = new Locks();
	readonly trouble: Trouble = { opening: null, writing: null, reading: null };
	/** The time in milliseconds since 1970; a test moves it on, or sets it back. */
	time = 1_000_000;
	/** Milliseconds that a tab waits for the storage. */
	patience = 4000;
	/** Write transactions begun so far. */
	writes = 0;

	/** Puts fresh storage in the place of the global one. */
	constructor() {
		globalThis.indexedDB = new IDBFactory();
	}

	/** A new tab, or with `session` one that is reloaded or duplicated. */
	tab(session = new Map<string, string>()): Tab {
		return new Tab(this, session);
	}

	async open(lost: (deleted: boolean) => void): Promise<WorkDatabase> {
		if (this.trouble.opening) throw this.trouble.opening;
		return this.#troubled(await openWorkDatabase(lost));
	}

	#troubled(database: WorkDatabase): WorkDatabase {
		return new Proxy(database, {
			get: (target, key) => {
				const value: unknown = Reflect.get(target, key);
				if (typeof value !== 'function') return value;
				return (...parameters: unknown[]) => {
					this.#check(key, parameters);
					if (isWrite(key, parameters)) this.writes++;
					return Reflect.apply(value, target, parameters) as unknown;
				};
			}
		});
	}

	#check(key: string | symbol, parameters: unknown[]): void {
		const { writing, reading } = this.trouble;
		if (writing && (isWrite(key, parameters) || key === 'delete')) throw writing;
		if (reading && (key === 'get' || key === 'count')) throw reading;
		if (reading && key === 'transaction' && parameters[1] === undefined) throw reading;
	}
}

function isWrite(key: string | symbol, [store, mode]: unknown[]): boolean {
	return key === 'transaction' && store === 'works' && mode === 'readwrite';
}

/** A tab: what a page in it finds around itself, and its end. */
export class Tab {
	readonly surroundings: Omit<WorkSurroundings, 'prepare'>;
	readonly session: Map<string, string>;
	readonly #device: Device;

	constructor(device: Device, session: Map<string, string>) {
		this.#device = device;
		this.session = session;
		this.surroundings = {
			openDatabase: (lost) => device.open(lost),
			locks: device.locks.of(this),
			session: {
				getItem: (key) => session.get(key) ?? null,
				setItem: (key, value) => void session.set(key, value),
				removeItem: (key) => void session.delete(key)
			},
			now: () => device.time,
			uptime: () => performance.now(),
			patience: device.patience
		};
	}

	/** Ends the page as a crash, a close or a reload would: without a word. */
	end(): void {
		this.#device.locks.end(this);
	}

	/** The same tab after a reload. */
	reload(): Tab {
		this.end();
		return this.#device.tab(this.session);
	}

	/** Another tab with the same session, which browsers make when a tab is duplicated. */
	duplicate(): Tab {
		return this.#device.tab(new Map(this.session));
	}
}
