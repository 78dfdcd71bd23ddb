import { isTime, readableOf, titleOf, type WorkRecord } from './workRecord';
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

/** Works that are kept, apart from those that cannot be read; drawings are kept beyond it. */
export const kept = 50;

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
