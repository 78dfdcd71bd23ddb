import type { Experiment } from '$lib/experiment/schema';
import type { SessionStorage } from './workSession';
import { openWorkDatabase, type OpenDatabase } from './workStore';

/** What the works need of the browser around them. */
export interface WorkSurroundings {
	readonly openDatabase: OpenDatabase;
	/** Undefined where there are none. */
	readonly locks: LockManager | undefined;
	/** What a reload leaves to the tab; null where that is not allowed. */
	readonly session: SessionStorage | null;
	/** The time in milliseconds since 1970, as the device has it: it may be set back. */
	readonly now: () => number;
	/** Milliseconds since some moment; it never goes back. */
	readonly uptime: () => number;
	/** Milliseconds to wait for an answer of the store before the page goes on without it. */
	readonly patience: number;
	/** Gets ready what an experiment needs before it can be shown; false when that cannot be had. */
	readonly prepare: (experiment: Experiment) => Promise<boolean>;
}

/** What the page finds around it. */
export function browserSurroundings(): WorkSurroundings {
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
