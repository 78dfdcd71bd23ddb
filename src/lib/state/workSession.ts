import { parseExperiment, type Experiment } from '$lib/experiment/schema';
import { storageName } from './workStore';

/** What a tab has for itself, over its reloads. */
export type SessionStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const idKey = storageName;
const untouchedKey = () => `${storageName()}#untouched`;

/**
 * What a reload leaves to its tab: which work was open, and what was opened and not touched yet, which is kept nowhere
 * else. A session that is full or forbidden costs only that.
 */
export class WorkSession {
	readonly #storage: SessionStorage | null;

	/** @param storage - null where there is none */
	constructor(storage: SessionStorage | null) {
		this.#storage = storage;
	}

	get exists(): boolean {
		return this.#storage !== null;
	}

	/** The id of the work that was open before the reload; null when there was none. */
	get id(): string | null {
		return this.#get(idKey());
	}

	set id(id: string | null) {
		this.#set(idKey(), id);
	}

	/** What was opened and not touched before the reload. */
	get untouched(): Experiment | null {
		try {
			const text = this.#get(untouchedKey());
			return text === null ? null : parseExperiment(JSON.parse(text));
		} catch {
			return null;
		}
	}

	set untouched(experiment: Experiment | null) {
		this.#set(untouchedKey(), experiment && JSON.stringify(experiment));
	}

	/** Whether a reload would find something untouched. */
	get hasUntouched(): boolean {
		return this.#get(untouchedKey()) !== null;
	}

	#get(key: string): string | null {
		try {
			return this.#storage?.getItem(key) ?? null;
		} catch {
			return null;
		}
	}

	#set(key: string, value: string | null): void {
		try {
			// What does not fit must not leave what was there before.
			this.#storage?.removeItem(key);
			if (value !== null) this.#storage?.setItem(key, value);
		} catch {
			// A reload looks like a fresh tab, then.
		}
	}
}
