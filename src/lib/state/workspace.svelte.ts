import { resolve } from '$app/paths';
import { toFile } from '$lib/experiment/file';
import { encodeLink, readHash } from '$lib/experiment/link';
import { InvalidExperiment, type Experiment } from '$lib/experiment/schema';
import type { Checkpoint } from '$lib/training/snapshot';
import { documents } from '$lib/worker/documentReader';
import { flushSync, untrack } from 'svelte';
import { historyOf } from './history';
import { Keeper, type Opened } from './keeper.svelte';
import { Lab } from './lab.svelte';
import { Notices } from './notices.svelte';
import { Installation } from './pwa.svelte';
import type { RunState } from './run.svelte';

/** How a file begins that holds many works. */
const bundleStart = /^\uFEFF?\{"sketchgrad":"works"/;

/** All that one tab has open: the lab, where its work is kept, and the installed app. */
export class Workspace {
	readonly notices = new Notices();
	readonly lab = new Lab(this.notices.add);
	readonly installation = new Installation();
	readonly keeper: Keeper;
	readonly #download: (name: string, text: string) => void;
	/** What was opened last, until it is touched: there is nothing to keep before. */
	#untouched: Opened | null = null;
	#kept: { experiment: Experiment; state: RunState } | null = null;
	/** What the lab showed last was drawn by hand. */
	#drawn = false;
	/** The work that the lab shows: as long as another is kept, nothing is. */
	#shownId = $state<string | null>(null);
	/** The address holds the newest state, since the store does not. */
	#inAddress = false;
	/** The person wanted all of it gone. */
	#forgotten = false;
	/** How often points had been placed by hand when the work was last looked at. */
	#placements = 0;
	/** Raised by each wish to open something: the last one counts. */
	#ticket = 0;
	/** Resolves when the first work is on show. */
	#begun: Promise<void> = Promise.resolve();

	/** @param download - offers a text to the person as a file of a name */
	constructor(download: (name: string, text: string) => void) {
		this.#download = download;
		this.keeper = new Keeper(this.notices, {
			saveAsFile: () => {
				this.saveFile();
			},
			prepare: (experiment) => this.lab.prepare(experiment),
			deleted: () => {
				this.#tellDeleted();
			}
		});
	}

	/** Opens what the address or the device holds and keeps it from then on; for `onMount`. Returns what ends it. */
	start(): () => void {
		const stopInstallation = this.installation.start();
		const stopEffects = $effect.root(() => {
			$effect(() => {
				this.#keep();
			});
			$effect(() => {
				this.#tellUpdate();
			});
		});
		const listening = new AbortController();
		const { signal } = listening;
		const flush = () => void this.keeper.flush();
		const follow = ({ newURL }: HashChangeEvent) =>
			void this.#followLink(/#.*/.exec(newURL)?.[0] ?? '');
		addEventListener('hashchange', follow, { signal });
		addEventListener('pagehide', () => void this.keeper.leave(), { signal });
		addEventListener('beforeunload', (event) => this.#askBeforeLoss(event), { signal });
		document.addEventListener('visibilitychange', flush, { signal });
		this.#begun = this.#begin();
		return () => {
			listening.abort();
			stopEffects();
			stopInstallation();
			this.lab.dispose();
			void this.keeper.dispose();
		};
	}

	/** The address of the playground with the set-up. Rejects with `InvalidExperiment` when it is too large for one. */
	async link(): Promise<string> {
		return location.origin + resolve('/') + (await encodeLink(this.lab.experiment));
	}

	/** Offers the experiment as a file. */
	saveFile(): void {
		const { experiment } = this.lab;
		this.#download(`sketchgrad-${experiment.dataset.kind}.json`, toFile(experiment));
	}

	/** Opens a file as a new work, or puts the works that it holds under Recent; the former one stays there. */
	openFile(file: Blob): Promise<void> {
		return this.#openNew('file', async () => {
			if (bundleStart.test(await file.slice(0, 64).text())) return this.#restore(file);
			return documents.file(file);
		});
	}

	/** Offers all that is kept on this device, with what is open, as one file. Rejects when it cannot be had. */
	async saveEverything(): Promise<void> {
		flushSync();
		const { experiment, resume } = this.lab;
		const { checkpoint, history } = resume;
		const work = { experiment, checkpoint, history: history.samples };
		this.#download('sketchgrad-works.json', await this.keeper.bundle(work));
	}

	/**
	 * Deletes all that this app keeps on this device, but for itself, and starts anew with the default page. Rejects when the
	 * storage does not let it.
	 * @param blocked - called when another page has to let go of the storage first
	 */
	async forgetEverything(blocked: () => void): Promise<void> {
		this.lab.pause();
		await this.keeper.deleteAll(blocked);
		this.#forgotten = true;
		try {
			localStorage.removeItem('sketchgrad:theme');
		} catch {
			// What is forbidden holds nothing.
		}
		location.replace(resolve('/'));
	}

	/** Opens a former work. */
	async openRecent(id: string): Promise<void> {
		const ticket = ++this.#ticket;
		await this.#begun;
		if (ticket !== this.#ticket) return;
		const opened = await this.keeper.openRecent(id);
		if (opened) this.#show(opened);
	}

	/** Offers a stored work as it is, even one that cannot be read. */
	async downloadRaw(id: string): Promise<void> {
		try {
			this.#download('sketchgrad-work.json', await this.keeper.raw(id));
		} catch {
			this.notices.add({ key: 'work', kind: 'warning', text: 'The storage does not answer.' });
		}
	}

	async #begin(): Promise<void> {
		const { hash } = location;
		const opened = await this.keeper.begin(hash);
		this.#show(opened);
		await this.keeper.flush();
		this.#clearHash(hash);
	}

	async #followLink(hash: string): Promise<void> {
		const read = () => readHash(hash, documents.packed);
		await this.#openNew('link', async () => (await read())?.experiment ?? null);
		await this.keeper.flush();
		this.#clearHash(hash);
	}

	/** What the address asked for is open and kept: a reload must not open it once more. */
	#clearHash(hash: string): void {
		if (hash && location.hash === hash && this.keeper.stored) {
			history.replaceState(history.state, '', location.pathname + location.search);
		}
	}

	/** Puts the works of a file under Recent and says what came of it. Null, since nothing is opened. */
	async #restore(file: Blob): Promise<null> {
		const { bundleLength, sentenceOf } = await import('./workBundle');
		if (file.size > bundleLength) throw new InvalidExperiment('This file is too large.');
		const restored = await this.keeper.restore(await file.text());
		const kind = restored.unreadable.length > 0 ? 'warning' : 'info';
		this.notices.add({ key: 'file', kind, text: sentenceOf(restored) });
		return null;
	}

	/** Opens what is read, if it is not null, as a new work; a notice of this key says why it could not. */
	async #openNew(key: 'file' | 'link', read: () => Promise<Experiment | null>): Promise<void> {
		const ticket = ++this.#ticket;
		try {
			const experiment = await read();
			if (!experiment || !(await this.lab.prepare(experiment))) return;
			await this.#begun;
			if (ticket !== this.#ticket) return;
			this.keeper.openAsNew(experiment);
			this.#show({ experiment, resume: { checkpoint: null, history: historyOf() } });
			this.notices.dismiss(key);
		} catch (error) {
			const reason =
				error instanceof InvalidExperiment ? error.message : `The ${key} could not be read.`;
			const text = `${reason} It was not opened; your own work is as it was.`;
			this.notices.add({ key, kind: 'warning', text });
		}
	}

	#show(opened: Opened): void {
		this.#untouched = opened;
		this.#kept = null;
		this.#drawn = false;
		this.#placements = this.lab.placements;
		this.lab.open(opened.experiment, opened.resume);
		this.#shownId = this.keeper.openId;
	}

	#keep(): void {
		const { experiment, state, resume } = this.lab;
		const { checkpoint, history } = resume;
		if (this.#shownId === null || this.#shownId !== this.keeper.openId) return;
		this.#markPlaced();
		this.#keepDrawingApart(experiment);
		if (state === 'loading' || this.#isUntouched(experiment, checkpoint)) return;
		this.#untouched = null;
		const urgent = experiment !== this.#kept?.experiment || state !== this.#kept.state;
		this.#kept = { experiment, state };
		this.#inAddress = false;
		untrack(() => {
			this.keeper.save(experiment, checkpoint, history.samples, urgent);
		});
	}

	/** What took an effort to draw stays under Recent when a ready-made dataset takes its place: undo ends with the page. */
	#keepDrawingApart(experiment: Experiment): void {
		const { dataset, points } = this.lab.live;
		// What an undo took away can be redone.
		const replaced = this.#drawn && dataset.kind !== 'drawn' && !this.lab.canRedo;
		this.#drawn = dataset.kind === 'drawn' && points.length > 0;
		if (!replaced) return;
		untrack(() => {
			this.keeper.openAsNew(experiment);
		});
		this.#shownId = this.keeper.openId;
	}

	#markPlaced(): void {
		const { placements } = this.lab;
		if (placements === this.#placements) return;
		this.#placements = placements;
		this.keeper.markPlaced();
	}

	/** What another tab wanted gone is not put back by this one: what is open here is kept once someone goes on with it. */
	#tellDeleted(): void {
		const { experiment, resume } = this.lab;
		this.lab.pause();
		this.#untouched = { experiment, resume };
		const text =
			'Everything on this device was forgotten in another tab. What is open here is kept again as soon as you go on with it.';
		this.notices.add({ key: 'work', kind: 'info', text });
	}

	#isUntouched(experiment: Experiment, checkpoint: Checkpoint | null): boolean {
		const { experiment: opened, resume } = this.#untouched ?? {};
		return experiment === opened && (checkpoint?.step ?? 0) === (resume?.checkpoint?.step ?? 0);
	}

	#tellUpdate(): void {
		const { updateAvailable, updatedElsewhere } = this.installation;
		if (!updateAvailable && !updatedElsewhere) return;
		const [text, label] = updatedElsewhere
			? ['Sketchgrad was updated in another tab.', 'Reload']
			: ['A new version of Sketchgrad is ready.', 'Update'];
		const run = () => void this.#update();
		untrack(() => {
			const whole = `${text} Your work is saved first.`;
			this.notices.add({ key: 'update', kind: 'info', text: whole, action: { label, run } });
		});
	}

	async #update(): Promise<void> {
		try {
			await this.installation.update(() => this.#secure());
		} catch (error) {
			const reason = error instanceof Error ? ` ${error.message}` : '';
			const text = `Your work could not be saved, so nothing was reloaded.${reason}`;
			const action = { label: 'Try again', run: () => void this.#update() };
			this.notices.add({ key: 'update', kind: 'error', text, action });
		}
	}

	/** Has the browser ask before it leaves a page whose work is in memory only. */
	#askBeforeLoss(event: BeforeUnloadEvent): void {
		if (this.#forgotten || this.keeper.stored || this.#untouched || this.#inAddress) return;
		event.preventDefault();
	}

	/** Brings the work to where a reload finds it: the store, or the address where the store fails. */
	async #secure(): Promise<void> {
		this.lab.pause();
		// What was just edited is handed to the keeper first.
		flushSync();
		await this.keeper.flush();
		if (this.keeper.stored) return;
		history.replaceState(history.state, '', await encodeLink(this.lab.experiment));
		this.#inAddress = true;
	}
}
