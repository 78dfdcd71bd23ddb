import { kept } from './workList';
import type { Claim, WorkLocks } from './workLocks';
import { isDrawn, readableOf } from './workRecord';
import type { WorkStore } from './workStore';

/** The newest ones, which stay however little there is in them: one comes back to what one has just left. */
const newest = 10;

/** What pruning goes by. */
interface Effort {
	readonly id: string;
	readonly updated: number;
	/** Whether a point was placed in it by hand. */
	readonly drawn: boolean;
	/** The step that its run has reached. */
	readonly step: number;
	/** Alike for works of the same experiment; null for one that is damaged, which is like no other. */
	readonly experiment: string | null;
}

/**
 * Makes one of works that are equal, and brings the rest down to those that are kept: what was trained least goes first,
 * then what is oldest. What has a point placed by hand, cannot be read or is open in a tab always stays.
 * @returns how many drawings are kept
 */
export async function pruneWorks(
	store: WorkStore,
	locks: WorkLocks,
	isOpen: (id: string) => boolean
): Promise<number> {
	const works = await efforts(store);
	for (const [less, more] of equals(works)) {
		if (isOpen(less.id) || isOpen(more.id)) continue;
		// Both are held, or the one that stays could be changed meanwhile. Without locks nobody knows.
		const claims = [await locks.claim(less.id, false, 0), await locks.claim(more.id, false, 0)];
		try {
			if (!claims.every((claim): claim is Claim => claim !== null)) continue;
			if (!(await isStill(store, less)) || !(await isStill(store, more))) continue;
			await store.remove(less.id);
			works.splice(works.indexOf(less), 1);
		} finally {
			for (const claim of claims) claim?.release();
		}
	}
	const least = works.slice(newest).filter(({ drawn }) => !drawn);
	least.sort((a, b) => a.step - b.step || a.updated - b.updated);
	for (const { id } of least.slice(0, Math.max(0, works.length - kept))) {
		const claim = isOpen(id) ? null : await locks.claim(id, true, 0);
		if (claim) await store.remove(id).finally(claim.release);
	}
	return works.filter(({ drawn }) => drawn).length;
}

/** All that can be read, newest first. One after the other, so that the page stays awake. */
async function efforts(store: WorkStore): Promise<Effort[]> {
	const works: Effort[] = [];
	for (const id of await store.ids()) {
		const record = readableOf(await store.get(id));
		if (!record) continue;
		const { updated, checkpoint, damage } = record;
		const experiment = damage === null ? JSON.stringify(record.experiment) : null;
		works.push({ id, updated, drawn: isDrawn(record), step: checkpoint?.step ?? 0, experiment });
	}
	return works;
}

/** Pairs of works of the same experiment, of which the second has all that the first has. */
function equals(works: readonly Effort[]): [less: Effort, more: Effort][] {
	const pairs: [Effort, Effort][] = [];
	const richest = works.toSorted((a, b) => b.step - a.step || Number(b.drawn) - Number(a.drawn));
	for (const [place, less] of richest.entries()) {
		if (less.experiment === null) continue;
		const more = richest
			.slice(0, place)
			.find(({ experiment, drawn }) => experiment === less.experiment && (drawn || !less.drawn));
		if (more) pairs.push([less, more]);
	}
	return pairs;
}

async function isStill(store: WorkStore, { id, updated }: Effort): Promise<boolean> {
	return readableOf(await store.get(id))?.updated === updated;
}
