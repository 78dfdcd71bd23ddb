import { fileLength, fromFile, toFile } from '$lib/experiment/file';
import { encodeLink, readHash } from '$lib/experiment/link';
import { InvalidExperiment, type Experiment } from '$lib/experiment/schema';
import type { Checkpoint } from '$lib/training/snapshot';
import { untrack } from 'svelte';
import { historyOf } from './history';
import { Keeper, type Opened } from './keeper.svelte';
import { Lab } from './lab.svelte';
import { Notices } from './notices.svelte';
import { Installation } from './pwa.svelte';
import type { RunState } from './run.svelte';

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
	#keeping = $state(false);

	/** @param download - offers a text to the person as a file of a name */
	constructor(download: (name: string, text: string) => void) {
		this.#download = download;
		this.keeper = new Keeper(this.notices, {
			saveAsFile: () => {
				this.saveFile();
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
		addEventListener('hashchange', () => void this.#followLink(), { signal });
		addEventListener('pagehide', flush, { signal });
		document.addEventListener('visibilitychange', flush, { signal });
		void this.#begin();
		return () => {
			listening.abort();
			stopEffects();
			stopInstallation();
			this.lab.dispose();
			void this.keeper.dispose();
		};
	}

	/** The address that holds the set-up. Rejects with `InvalidExperiment` when it is too large for one. */
	async link(): Promise<string> {
		return location.origin + location.pathname + (await encodeLink(this.lab.experiment));
	}

	/** Offers the experiment as a file. */
	saveFile(): void {
		const { experiment } = this.lab;
		this.#download(`sketchgrad-${experiment.dataset.kind}.json`, toFile(experiment));
	}

	/** Opens a file as a new work; the former one stays under Recent. */
	async openFile(file: Blob): Promise<void> {
		try {
			if (file.size > fileLength) throw new InvalidExperiment('This file is too large.');
			this.#openNew(fromFile(await file.text()));
		} catch (error) {
			const invalid = error instanceof InvalidExperiment;
			const reason = invalid ? error.message : 'The file could not be read.';
			const text = `${reason} It was not opened; your own work is as it was.`;
			this.notices.add({ key: 'file', kind: 'warning', text });
		}
	}

	/** Opens a former work. */
	async openRecent(id: string): Promise<void> {
		const opened = await this.keeper.openRecent(id);
		if (opened) await this.#show(opened);
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
		const opened = await this.keeper.begin(location.hash);
		this.#clearHash();
		await this.#show(opened);
	}

	async #followLink(): Promise<void> {
		try {
			const requested = await readHash(location.hash);
			if (requested) this.#openNew(requested.experiment);
		} catch (error) {
			if (!(error instanceof InvalidExperiment)) throw error;
			const text = `${error.message} It was not opened; your own work is as it was.`;
			this.notices.add({ key: 'link', kind: 'warning', text });
		}
		this.#clearHash();
	}

	/** What the address asked for is open and kept: a reload must not open it once more. */
	#clearHash(): void {
		if (location.hash && this.keeper.stored) {
			history.replaceState(history.state, '', location.pathname + location.search);
		}
	}

	#openNew(experiment: Experiment): void {
		this.keeper.openAsNew(experiment);
		void this.#show({ experiment, resume: { checkpoint: null, history: historyOf() } });
	}

	async #show(opened: Opened): Promise<void> {
		// Until the lab shows it, what the lab holds belongs to another record.
		this.#keeping = false;
		this.#untouched = opened;
		this.#kept = null;
		const shown = await this.lab.open(opened.experiment, opened.resume);
		if (!shown) {
			this.keeper.openAsNew(this.lab.experiment);
			if (this.lab.state === 'loading') await this.lab.open(this.lab.experiment);
		}
		this.#keeping = true;
	}

	#keep(): void {
		const { experiment, state, resume } = this.lab;
		const { checkpoint, history } = resume;
		if (!this.#keeping || state === 'loading' || this.#isUntouched(experiment, checkpoint)) return;
		this.#untouched = null;
		const urgent = experiment !== this.#kept?.experiment || state !== this.#kept.state;
		this.#kept = { experiment, state };
		untrack(() => {
			this.keeper.save(experiment, checkpoint, history.samples, urgent);
		});
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
			this.notices.add({ key: 'update', kind: 'error', text });
		}
	}

	/** Brings the work to where a reload finds it: the store, or the address where the store fails. */
	async #secure(): Promise<void> {
		this.lab.pause();
		await this.keeper.flush();
		if (!this.keeper.stored) history.replaceState(history.state, '', await this.link());
	}
}
