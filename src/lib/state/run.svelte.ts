import { limits } from '$lib/experiment/limits';
import { eventCountAt, settingsAfter, withSettings, type LiveSettings } from '$lib/experiment/live';
import { InvalidExperiment, parseExperiment, type Experiment } from '$lib/experiment/schema';
import type { Notebook } from '$lib/data/notebook';
import {
	checkpointOf,
	type Checkpoint,
	type Heatmap,
	type Heatmaps,
	type Snapshot
} from '$lib/training/snapshot';
import { WorkerLost, type TrainingClient } from '$lib/worker/client';
import { historyOf, recorded, type LossHistory } from './history';
import type { Notice } from './notices.svelte';
import { paces, startingRate, type Pace } from './pace';

/** What a run is doing; `body[data-state]` says the same. */
export type RunState = 'loading' | 'idle' | 'playing' | 'paused' | 'diverged' | 'crashed';

/** Where a run goes on from. */
export interface Resume {
	readonly checkpoint: Checkpoint | null;
	readonly history: LossHistory;
}

/** Milliseconds of training between two answers: short enough for every frame, long enough to be worth the trip. */
const slice = 14;
/** While a stroke goes on, the training takes it over at most this often, in milliseconds. */
const strokeInterval = 100;
/** Workers that may be lost in a row, without a step between, before the run gives up. */
const lossesBorne = 2;

/**
 * One run in its worker. What is wanted (a document, live settings, playing, a step to reach) is set at once; a single
 * loop asks the worker for it, one call at a time, so no reply can be applied out of order.
 */
export class Run {
	#experiment: Experiment;
	#notebook: Notebook | null = null;
	#snapshot = $state.raw<Snapshot | null>(null);
	#heatmaps = $state.raw<Heatmaps | null>(null);
	#history = $state.raw<LossHistory>(historyOf());
	#playing = $state(false);
	#crashed = $state(false);
	/** How many events are in force; derived apart, so that a step alone does not make the settings anew. */
	#eventCount = $derived.by(() => eventCountAt(this.#experiment, this.shownStep));
	#settled = $derived.by(() => settingsAfter(this.#experiment, this.#eventCount, this.#notebook));
	/** Live settings that wait for the step at which they take effect. */
	#wanted = $state.raw<LiveSettings | null>(null);
	/** Derived, so that all who look at it while an edit waits share one replay. */
	#document = $derived.by(() =>
		this.#wanted
			? withSettings(this.#experiment, this.shownStep, this.#wanted, this.#notebook)
			: this.#experiment
	);
	/** What a load still has to begin from. */
	#toLoad = $state.raw<Resume | null>(null);
	/** How fast to go; kept over loads. */
	pace = $state.raw<Pace>(paces[paces.length - 1]!);
	/** A stroke goes on: its edits are taken over in bundles. */
	stroking = false;

	readonly #client: TrainingClient;
	readonly #notify: (notice: Notice) => void;
	/** The step at which to stop; null for none. */
	#goal: number | null = null;
	/** Raised by whatever makes the answer under way void. */
	#ticket = 0;
	/** The worker is ahead of the page, or is a new one. */
	#astray = false;
	#heatmapsStep = -1;
	#tunedAt = -Infinity;
	#working = false;
	#disposed = false;
	#losses = 0;

	/** @param experiment - what to show until the first load */
	constructor(client: TrainingClient, experiment: Experiment, notify: (notice: Notice) => void) {
		this.#experiment = $state.raw(experiment);
		this.#client = client;
		this.#notify = notify;
	}

	/** The document. */
	get experiment(): Experiment {
		return this.#experiment;
	}

	/** The document with the edits that still wait for their step, as if they took effect at the step shown. */
	get document(): Experiment {
		return this.#document;
	}

	get snapshot(): Snapshot | null {
		return this.#snapshot;
	}

	/** Of the newest step that had them. */
	get heatmap(): Heatmap | null {
		return this.#heatmaps?.output ?? null;
	}

	get history(): LossHistory {
		return this.#history;
	}

	/** The settings in force at the step shown, with the edits that are about to be. */
	get settings(): LiveSettings {
		return this.#wanted ?? this.#settled;
	}

	get state(): RunState {
		if (this.#crashed) return 'crashed';
		if (!this.#snapshot) return 'loading';
		if (this.#playing) return 'playing';
		if (this.#snapshot.diverged) return 'diverged';
		return this.#snapshot.step === 0 ? 'idle' : 'paused';
	}

	/** Whether the step shown is the last one that documents count to: the run ends there. */
	get ended(): boolean {
		return this.shownStep >= limits.step.max;
	}

	/** Where the run stands, for keeping. */
	get resume(): Resume {
		if (this.#toLoad) return this.#toLoad;
		return { checkpoint: this.#snapshot && checkpointOf(this.#snapshot), history: this.#history };
	}

	/** Whether the document has live edits that the step shown is yet to reach; an edit now would drop them. */
	get rewound(): boolean {
		return this.#wanted === null && this.#eventCount < this.#experiment.events.length;
	}

	/**
	 * Begin with a document, or go on with it from where `resume` says, after a crash too. Whether it plays stays as it is.
	 */
	load(experiment: Experiment, notebook: Notebook | null, resume: Resume): void {
		this.#experiment = experiment;
		this.#notebook = notebook;
		this.#wanted = null;
		this.#goal = null;
		// A copy, since each load has to be known from every other.
		this.#toLoad = { ...resume };
		this.#ticket++;
		this.#losses = 0;
		this.#start();
	}

	/** Let live settings take effect, at the step that the run has reached. */
	tune(settings: LiveSettings): void {
		this.#wanted = settings;
		// Under other settings the run may go on: Play is good at once.
		if (this.#snapshot?.diverged) this.#snapshot = { ...this.#snapshot, diverged: null };
		this.#start();
	}

	play(): void {
		if (this.#stuck) return;
		this.#goal = null;
		this.#playing = true;
		this.#start();
	}

	/** Stop at the step shown; work under way beyond it is dropped. */
	pause(): void {
		this.#rest();
		this.#ticket++;
		this.#start();
	}

	/** Make one more step, then rest. */
	step(): void {
		if (this.#stuck) return;
		const shown = this.shownStep;
		const goal = this.#playing ? shown : (this.#goal ?? shown);
		if (this.#playing) this.pause();
		this.#goal = goal + 1;
		this.#start();
	}

	/** Play up to a step, exactly. */
	playTo(step: number): void {
		if (this.#stuck) return;
		this.#playing = true;
		this.#goal = step;
		this.#start();
	}

	dispose(): void {
		this.#disposed = true;
		this.#client.dispose();
	}

	/** The step shown, or the one that a load under way begins from. */
	get shownStep(): number {
		return (this.#toLoad ? this.#toLoad.checkpoint?.step : this.#snapshot?.step) ?? 0;
	}

	/** Any wish after a crash is a new try, with a new worker: the former one may answer with the same error for ever. */
	#start(): void {
		if (this.#working || this.#disposed) return;
		if (this.#crashed) {
			this.#client.restart();
			this.#losses = 0;
			this.#crashed = false;
		}
		void this.#work();
	}

	async #work(): Promise<void> {
		this.#working = true;
		for (let next = this.#next(); next && !this.#crashed; next = this.#next()) {
			try {
				await next();
			} catch (error) {
				if (this.#disposed) return;
				this.#recover(error);
			}
		}
		// In the same task as the last look for work, so that no wish falls between.
		this.#working = false;
	}

	/** What there is to ask the worker for now. */
	#next(): (() => Promise<void>) | null {
		if (this.#toLoad) return () => this.#loadNow(this.#toLoad!);
		if (!this.#snapshot) return null;
		if (this.#astray) return () => this.#loadNow(this.resume);
		if (this.#wanted && !this.#bundling) return () => this.#tuneNow(this.#wanted!);
		if (this.#playing || this.#goal !== null) return () => this.#advanceNow();
		if (this.#heatmapsStep !== this.#snapshot.step) return () => this.#heatmapsNow();
		return null;
	}

	/** The run cannot go on from the step shown until something is changed. */
	get #stuck(): boolean {
		return this.ended || (this.#toLoad === null && !!this.#snapshot?.diverged);
	}

	/** Steps a second; null for as fast as it goes, as is the way to a step that was asked for. */
	get #rate(): number | null {
		const { stepsPerSecond } = this.pace;
		return stepsPerSecond ?? (this.#goal === null ? startingRate(this.shownStep) : null);
	}

	get #bundling(): boolean {
		return this.stroking && this.#playing && performance.now() - this.#tunedAt < strokeInterval;
	}

	#rest(): void {
		this.#playing = false;
		this.#goal = null;
	}

	async #loadNow(resume: Resume): Promise<void> {
		const snapshot = await this.#client.call((api) =>
			api.load(this.#experiment, resume.checkpoint)
		);
		if (this.#toLoad && this.#toLoad !== resume) return;
		this.#toLoad = null;
		this.#astray = false;
		this.#history = resume.history;
		this.#show(snapshot);
	}

	async #tuneNow(settings: LiveSettings): Promise<void> {
		const { step } = this.#snapshot!;
		this.#wanted = null;
		try {
			const document = withSettings(this.#experiment, step, settings, this.#notebook);
			this.#experiment = parseExperiment(document);
		} catch (error) {
			if (!(error instanceof InvalidExperiment)) throw error;
			this.#notify({ key: 'edit', kind: 'warning', text: error.message });
			return;
		}
		this.#tunedAt = performance.now();
		const snapshot = await this.#client.call((api) => api.tune(this.#experiment));
		if (!this.#toLoad) this.#show(snapshot);
	}

	async #advanceNow(): Promise<void> {
		const ticket = this.#ticket;
		const stepsPerSecond = this.#playing ? this.#rate : null;
		const budget = { milliseconds: slice, until: this.#goal, stepsPerSecond };
		const snapshot = await this.#client.call((api) => api.advance(budget));
		if (ticket !== this.#ticket) {
			this.#astray = snapshot.step !== this.#snapshot?.step;
			return;
		}
		const shown = this.#snapshot!.step;
		if (snapshot.step > shown) this.#losses = 0;
		// A paced or a large step takes many calls; what says nothing new redraws nothing.
		const news = snapshot.step !== shown || snapshot.heatmaps || snapshot.diverged;
		if (news) this.#show(snapshot);
		const reached = this.#goal !== null && snapshot.step >= this.#goal;
		const over = snapshot.diverged || snapshot.trainLoss === null || this.ended;
		if (reached || over) this.#rest();
	}

	async #heatmapsNow(): Promise<void> {
		const { step } = this.#snapshot!;
		const heatmaps = await this.#client.call((api) => api.heatmaps());
		if (this.#toLoad) return;
		this.#heatmaps = heatmaps;
		this.#heatmapsStep = step;
	}

	#show(snapshot: Snapshot): void {
		const { step, trainLoss, testLoss, heatmaps, executor } = snapshot;
		if (executor === 'interpreter' && this.#snapshot?.executor !== executor)
			this.#tellInterpreter();
		this.#snapshot = snapshot;
		this.#history = recorded(this.#history, { step, trainLoss, testLoss });
		if (!heatmaps) return;
		this.#heatmaps = heatmaps;
		this.#heatmapsStep = step;
	}

	#tellInterpreter(): void {
		const text =
			'WebAssembly SIMD cannot be used here: training is slower. The numbers are the same.';
		this.#notify({ key: 'interpreter', kind: 'info', text });
	}

	#recover(error: unknown): void {
		this.#astray = true;
		const reason = error instanceof Error ? error.message : String(error);
		if (error instanceof WorkerLost && this.#losses++ < lossesBorne) {
			const from = this.#snapshot ? ` The run goes on from step ${this.#snapshot.step}.` : '';
			const text = `The training worker was lost (${reason}) and has been replaced.${from}`;
			this.#notify({ key: 'worker', kind: 'warning', text });
			return;
		}
		this.#crashed = true;
		this.#playing = false;
		const text = `Training cannot go on (${reason}). Your work is kept.`;
		const action = { label: 'Try again', run: () => this.#start() };
		this.#notify({ key: 'worker', kind: 'error', text, action });
	}
}
