import { InvalidExperiment } from '$lib/experiment/schema';
import type { WorkLocks } from './workLocks';
import { isTime, readRecord, titleOf, type ReadableRecord, type WorkRecord } from './workRecord';
import type { WorkStore } from './workStore';

/** A line of the list of works that are not open in this tab. */
export interface RecentWork {
	readonly id: string;
	/** What it is; null when it cannot be read. */
	readonly title: string | null;
	/** The step that its run has reached. */
	readonly step: number;
	/** When it was last saved, in milliseconds since 1970; null when that cannot be read. */
	readonly updated: number | null;
}

/** Works that are kept, apart from those that cannot be read or are open. */
const kept = 50;

/** What a stored record holds; null when it cannot be read. */
export function readableOf(stored: unknown): ReadableRecord | null {
	try {
		return readRecord(stored);
	} catch (error) {
		if (error instanceof InvalidExperiment) return null;
		throw error;
	}
}

/** All works newest first, with those that are in memory only. One after the other, so that the page stays awake. */
export async function listWorks(
	store: WorkStore,
	unstored: readonly WorkRecord[]
): Promise<RecentWork[]> {
	const lines = unstored.map((record) => lineOf(record.id, record));
	const listed = new Set(unstored.map(({ id }) => id));
	const ids = store.ids().catch((error: unknown) => {
		// What is in memory only can be had even so.
		if (lines.length === 0) throw error;
		return [];
	});
	for (const id of await ids) {
		const stored = listed.has(id) ? undefined : await store.get(id);
		if (stored !== undefined) lines.push(lineOf(id, stored));
	}
	return lines.sort((a, b) => (b.updated ?? 0) - (a.updated ?? 0));
}

function lineOf(id: string, stored: unknown): RecentWork {
	const record = readableOf(stored);
	if (record) {
		const { experiment, checkpoint, updated } = record;
		return { id, title: titleOf(experiment), step: checkpoint?.step ?? 0, updated };
	}
	const { updated } = (stored ?? {}) as { updated?: unknown };
	return {
		id,
		title: null,
		step: 0,
		updated: isTime(updated) ? updated : null
	};
}

/** Removes the oldest works beyond those that are kept. What cannot be read or is open in a tab stays. */
export async function pruneWorks(
	store: WorkStore,
	locks: WorkLocks,
	isOpen: (id: string) => boolean
): Promise<void> {
	if ((await store.count()) <= kept) return;
	let count = 0;
	for (const id of await store.ids()) {
		if (!readableOf(await store.get(id)) || ++count <= kept || isOpen(id)) continue;
		const claim = await locks.claim(id, true, 0);
		if (!claim) continue;
		await store.remove(id).finally(claim.release);
	}
}
