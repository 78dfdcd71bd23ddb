import { defaultExperiment } from '$lib/experiment/defaults';
import { readHash } from '$lib/experiment/link';
import { InvalidExperiment, type Experiment } from '$lib/experiment/schema';
import type { Checkpoint } from '$lib/training/snapshot';
import { documents } from '$lib/worker/documentReader';
import { historyOf, type LossSample } from './history';
import type { Notices } from './notices.svelte';
import type { Resume } from './run.svelte';
import { kept, type RecentWork } from './workList';
import { Unanswered } from './patience';
import type { Restored } from './workBundle';
import type { Work } from './workRecord';
import { Works, type OpenedWork } from './works';
import type { WorkSurroundings } from './workSurroundings';

/** What the page shows next: the two arguments of `Lab.open`. */
export interface Opened {
	readonly experiment: Experiment;
	readonly resume: Resume;
}

/** What the keeper needs of the page and the browser around it. */
export interface KeeperSurroundings extends Partial<WorkSurroundings> {
	/** Offers the open experiment to the person as a file. */
	readonly saveAsFile?: () => void;
	/** Another tab deleted all that was kept on this device. */
	readonly deleted?: () => void;
	/** Undefined where the browser has none, as on a page without https. */
	readonly storage?: Pick<StorageManager, 'persist' | 'persisted'> | undefined;
}

type Shown = Pick<Notices, 'add' | 'dismiss'>;

/** Keeps the person's work on this device, and says so when it cannot. */
export class Keeper {
	readonly #notices: Shown;
	readonly #works: Works;
	readonly #prepare: WorkSurroundings['prepare'];
	readonly #saveAsFile: (() => void) | undefined;
	readonly #storage: KeeperSurroundings['storage'];
	#recent = $state.raw<readonly RecentWork[]>([]);
	#stored = $state(true);
	#persisted = $state(false);
	#persistenceRequested = false;
	/** The person was told that former work waits in the store. */
	#formerWaits = false;

	constructor(notices: Shown, surroundings: KeeperSurroundings = {}) {
		const { saveAsFile, deleted, storage = storageOfBrowser(), ...rest } = surroundings;
		this.#notices = notices;
		this.#prepare = surroundings.prepare ?? (() => Promise.resolve(true));
		this.#saveAsFile = saveAsFile;
		this.#storage = storage;
		this.#works = new Works(
			{
				stored: (error) => this.#tellStored(error),
				unreadable: (count) => this.#tellUnreadable(count),
				manyDrawings: () => this.#tellManyDrawings(),
				deleted: () => {
					this.#recent = [];
					deleted?.();
				}
			},
			rest
		);
	}

	/** The works that are not open in this tab, newest first, as of the last look. */
	get recent(): readonly RecentWork[] {
		return this.#recent;
	}

	/** The id of the work that is kept now; another one as soon as another is opened. */
	get openId(): string | null {
		return this.#works.openId;
	}

	/** Whether saving works; if not, all goes on in memory and a notice says so. */
	get stored(): boolean {
		return this.#stored;
	}

	/** Whether the browser has promised not to clear the work when it runs out of space. */
	get persisted(): boolean {
		return this.#persisted;
	}

	/**
	 * What to show first: what the address's hash asks for, as a new work; else this tab's or the newest work; else, and when
	 * the store does not answer in time, the default experiment. The page should take the hash out of its address then, or a
	 * reload opens it once more.
	 */
	async begin(hash: string): Promise<Opened> {
		void this.#askPersisted();
		const requested = await this.#requested(hash);
		if (requested) this.#works.startNew(requested);
		const resumed = requested ? null : await this.#works.resume();
		void this.refresh();
		return resumed ? this.#opened(resumed) : fresh(requested ?? defaultExperiment);
	}

	/**
	 * Keep the state of the open work: an edit or a pause (`urgent`) at once, mere progress at most once a second. Call it
	 * as often as anything changes; the newest state wins.
	 */
	save(
		experiment: Experiment,
		checkpoint: Checkpoint | null,
		history: readonly LossSample[],
		urgent: boolean
	): void {
		this.#works.save({ experiment, checkpoint, history }, urgent);
		if (urgent) void this.requestPersistence();
	}

	/** A point of the open work was placed by hand: no list is too long for it. The next `save` keeps that. */
	markPlaced(): void {
		this.#works.markPlaced();
	}

	/**
	 * Begin a new work with an experiment from a link, a preset or a file. The former one stays in `recent`; this one is
	 * kept for a reload only, until it is saved.
	 */
	openAsNew(experiment: Experiment): void {
		this.#works.startNew(experiment);
		void this.refresh();
	}

	/** Open a work of `recent`, or a copy if another tab has it open. Null when there is nothing to show; a notice says why. */
	async openRecent(id: string): Promise<Opened | null> {
		try {
			const work = await this.#works.open(id);
			return work && this.#opened(work);
		} catch (error) {
			const reason =
				error instanceof InvalidExperiment ? error.message : 'The storage does not answer.';
			const text = `${reason} What was open is still open.`;
			this.#notices.add({ key: 'work', kind: 'warning', text });
			return null;
		} finally {
			void this.refresh();
		}
	}

	/** A stored work, even one that cannot be read, as JSON text. Rejects when the store fails. */
	raw(id: string): Promise<string> {
		return this.#works.raw(id);
	}

	/** All that is kept on this device, with this state of the open work, as the text of one file. Rejects when the store fails. */
	bundle(open: Work): Promise<string> {
		return this.#works.bundle(open);
	}

	/** Puts the works of such a file under `recent`. Rejects when it is none, or the store fails. */
	async restore(bundle: string): Promise<Restored> {
		try {
			return await this.#works.restore(bundle);
		} finally {
			void this.refresh();
		}
	}

	/** Deletes all that is kept on this device. See `Works.deleteAll`. */
	deleteAll(blocked: () => void): Promise<void> {
		return this.#works.deleteAll(blocked);
	}

	/** Look at what is stored again, for instance when the list is opened: other tabs write too. */
	async refresh(): Promise<void> {
		try {
			this.#recent = await this.#works.list();
		} catch {
			// What is known stays; a failing store makes itself heard when something is saved.
		}
	}

	/** Bring all that waits to the store. To be called when the page is hidden, and before an update. */
	flush(): Promise<void> {
		return this.#works.flush();
	}

	/** The page is left: as `flush`, and a reload goes on with this work. */
	leave(): Promise<void> {
		return this.#works.leave();
	}

	/** Ask the browser, once, not to clear the work when it runs out of space. The first urgent save asks by itself. */
	async requestPersistence(): Promise<void> {
		if (this.#persistenceRequested) return;
		this.#persistenceRequested = true;
		try {
			this.#persisted = (await this.#storage?.persist()) ?? false;
		} catch {
			// Not promised, then.
		}
	}

	/** Ends the keeping: what waits is stored, and other tabs can have the work. */
	dispose(): Promise<void> {
		return this.#works.dispose();
	}

	async #askPersisted(): Promise<void> {
		try {
			this.#persisted ||= (await this.#storage?.persisted()) ?? false;
		} catch {
			// Not promised, then.
		}
	}

	async #requested(hash: string): Promise<Experiment | null> {
		try {
			const experiment = (await readHash(hash, documents.packed))?.experiment ?? null;
			return experiment && (await this.#prepare(experiment)) ? experiment : null;
		} catch (error) {
			if (!(error instanceof InvalidExperiment)) throw error;
			const text = `${error.message} It was not opened; your own work is as it was.`;
			this.#notices.add({ key: 'link', kind: 'warning', text });
			return null;
		}
	}

	#opened({ experiment, checkpoint, history, damage }: OpenedWork): Opened {
		if (damage) this.#notices.add({ key: 'work', kind: 'warning', text: damage });
		return { experiment, resume: { checkpoint, history: historyOf(history) } };
	}

	#tellStored(error: unknown): void {
		const stored = error === null;
		if (stored === this.#stored) return;
		this.#stored = stored;
		if (stored) {
			this.#notices.dismiss('storage');
			if (this.#formerWaits) void this.#tellFormer();
			return;
		}
		const run = this.#saveAsFile;
		const action = run && { label: 'Save as a file', run };
		this.#formerWaits = !this.#works.reached;
		const former = this.#formerWaits
			? ' What was kept before is not lost: it waits there, and will be under Recent.'
			: '';
		const text = `${reasonOf(error)}${former} The work goes on in this tab only: save it as a file to keep it.`;
		this.#notices.add({ key: 'storage', kind: 'error', text, ...(action && { action }) });
	}

	/** The store that did not answer at the start does so now. */
	async #tellFormer(): Promise<void> {
		this.#formerWaits = false;
		await this.refresh();
		if (this.#recent.length === 0) return;
		const text = 'The storage answers again: your former work is under Recent.';
		this.#notices.add({ key: 'storage', kind: 'info', text });
	}

	#tellManyDrawings(): void {
		const text = `Recent holds more than ${kept} drawings. Each of them stays; at the end of Recent you can save them all as one file.`;
		this.#notices.add({ key: 'drawings', kind: 'info', text });
	}

	#tellUnreadable(count: number): void {
		const works = count === 1 ? 'A piece of saved work' : `${count} pieces of saved work`;
		const text = `${works} could not be read and ${count === 1 ? 'was' : 'were'} set aside, unchanged. Under Recent you can download what is there.`;
		this.#notices.add({ key: 'unreadable', kind: 'warning', text });
	}
}

function fresh(experiment: Experiment): Opened {
	return { experiment, resume: { checkpoint: null, history: historyOf() } };
}

function reasonOf(error: unknown): string {
	const name = error instanceof Error ? error.name : '';
	if (name === 'QuotaExceededError') return 'The storage of this browser is full.';
	if (name === 'VersionError') {
		return 'A newer Sketchgrad has been here; reload to get it.';
	}
	if (error instanceof Unanswered) return 'The storage of this browser does not answer.';
	return 'This browser does not let Sketchgrad save.';
}

function storageOfBrowser(): KeeperSurroundings['storage'] {
	return (globalThis.navigator as Partial<Navigator> | undefined)?.storage;
}
