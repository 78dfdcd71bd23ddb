import { snap } from '$lib/data/lattice';
import { loadNotebook, type Notebook } from '$lib/data/notebook';
import { trains, type Point, type Target } from '$lib/data/point';
import { splitRank } from '$lib/data/split';
import { defaultExperiment } from '$lib/experiment/defaults';
import { limits } from '$lib/experiment/limits';
import {
	needsNotebook,
	onLattice,
	startingFrom,
	trainShareOf,
	type LiveSettings
} from '$lib/experiment/live';
import { InvalidExperiment, parseExperiment, type Experiment } from '$lib/experiment/schema';
import { MLP } from '$lib/nn/mlp';
import type { Heatmap, Snapshot } from '$lib/training/snapshot';
import { TrainingClient } from '$lib/worker/client';
import { spawnTrainingWorker } from '$lib/worker/spawn';
import { historyOf, type LossHistory } from './history';
import type { Notice } from './notices.svelte';
import type { Pace } from './pace';
import { Run, type Resume, type RunState } from './run.svelte';
import { edited, emptyUndoStack, redone, undone, type UndoStack } from './undo';

/** What a person can set of an experiment; its live edits are kept by the lab. */
export type Settings = Omit<Experiment, 'version' | 'events'>;

/** A place for a point, anywhere: the lab brings it onto the lattice. */
export interface Mark {
	readonly x: number;
	readonly y: number;
	readonly target: Target;
}

/** A run with its document, at some step. */
interface StandingRun {
	readonly experiment: Experiment;
	readonly resume: Resume;
}

/** What undo goes back to: live settings, which keep the weights, or a whole run. */
type Former = LiveSettings | StandingRun;

const fresh: Resume = { checkpoint: null, history: historyOf() };
const liveKeys = ['learningRate', 'schedule', 'l2', 'batchSize'] as const;

/**
 * The one object that the page talks to: the experiment, its run, and every edit of it. An edit of live settings keeps
 * the weights and takes effect at the step reached; any other builds the network anew.
 */
export class Lab {
	readonly #notify: (notice: Notice) => void;
	readonly #run: Run;
	#notebook: Notebook | null = null;
	#undo = $state.raw<UndoStack>(emptyUndoStack);
	#placements = $state(0);
	/** What there is to say once the stroke is over: a notice moves the plot. */
	#afterStroke: Notice | null = null;
	/** What was before the stroke that goes on. */
	#stroke: { readonly former: Former; readonly live: LiveSettings } | null = null;
	/** Raised by whatever replaces the run, so that one that still waits for its table comes to nothing. */
	#ticket = 0;

	constructor(
		notify: (notice: Notice) => void,
		client: TrainingClient = new TrainingClient(spawnTrainingWorker)
	) {
		this.#notify = notify;
		this.#run = new Run(client, defaultExperiment, notify);
	}

	/** The document, with the edits that are about to take effect. */
	get experiment(): Experiment {
		return this.#run.document;
	}

	/** The settings in force at the step shown. */
	get live(): LiveSettings {
		return this.#run.settings;
	}

	get points(): readonly Point[] {
		return this.live.points;
	}

	/** How often points were placed or moved by hand, in all that was opened. */
	get placements(): number {
		return this.#placements;
	}

	/** In percent. */
	get trainShare(): number {
		return trainShareOf(this.live.dataset);
	}

	/** Neurons per layer, the two inputs first and the output last. */
	get sizes(): readonly number[] {
		return [2, ...this.#run.experiment.hiddenLayers, 1];
	}

	get snapshot(): Snapshot | null {
		return this.#run.snapshot;
	}

	get heatmap(): Heatmap | null {
		return this.#run.heatmap;
	}

	get history(): LossHistory {
		return this.#run.history;
	}

	get state(): RunState {
		return this.#run.state;
	}

	/** Whether the run has made the last step that this app counts to. */
	get ended(): boolean {
		return this.#run.ended;
	}

	/** Where the run stands, for keeping beside the experiment. */
	get resume(): Resume {
		return this.#run.resume;
	}

	get pace(): Pace {
		return this.#run.pace;
	}

	set pace(pace: Pace) {
		this.#run.pace = pace;
	}

	get canUndo(): boolean {
		return this.#undo.done.length > 0;
	}

	get canRedo(): boolean {
		return this.#undo.undone.length > 0;
	}

	/** Fetches what the experiment needs beside itself, so that `open` shows it at once. False if that fails; a notice says so. */
	async prepare(experiment: Experiment): Promise<boolean> {
		if (this.#notebook || !needsNotebook(experiment)) return true;
		try {
			this.#notebook = await loadNotebook();
			return true;
		} catch {
			const text = "The notebook's table could not be loaded. Try again when you are online.";
			this.#notify({ key: 'notebook', kind: 'error', text });
			return false;
		}
	}

	/** Show a prepared experiment as another piece of work, paused, from step 0 or from where `resume` says. */
	open(experiment: Experiment, resume: Resume = fresh): void {
		this.#stroke = null;
		this.#run.stroking = false;
		this.#run.pause();
		this.#undo = emptyUndoStack;
		this.#load(experiment, resume);
	}

	play(): void {
		if (this.#canLearn()) this.#run.play();
	}

	pause(): void {
		this.#run.pause();
	}

	/** Make one step; a run that plays is paused first. */
	step(): void {
		if (this.#canLearn()) this.#run.step();
	}

	/** Go to a step exactly: onward, or again from the start when it lies behind. */
	runTo(step: number): void {
		if (!this.#canLearn()) return;
		if (step < this.#run.shownStep) this.#load(this.#run.document, fresh);
		this.#run.playTo(step);
	}

	/** Go to step 0, with the present set-up as the start. */
	reset(): void {
		this.endGesture();
		this.#run.pause();
		// Live edits that lie ahead are dropped here: undo brings them back.
		const former = this.#run.rewound ? this.#standing : null;
		this.#load(startingFrom(this.#run.experiment, this.live), fresh);
		if (former) this.#remember(former);
	}

	/** Change settings. False when the change is refused; a notice then says why. */
	edit(change: Partial<Settings>): boolean {
		const keys = Object.keys(change) as (keyof Settings)[];
		const live = keys.every((key) => (liveKeys as readonly string[]).includes(key));
		try {
			const present = startingFrom(this.#run.experiment, this.live);
			const next = parseExperiment(settled({ ...present, ...change }));
			if (live) this.#tune({ ...this.live, ...change } as LiveSettings);
			else void this.#rebuild(next);
			return true;
		} catch (error) {
			if (!(error instanceof InvalidExperiment)) throw error;
			this.#notify({ key: 'edit', kind: 'warning', text: error.message });
			return false;
		}
	}

	/** Add points where there is room; each is a training or a test point from its own making. */
	addPoints(marks: readonly Mark[]): void {
		const points = [...this.points];
		const room = limits.points.max - points.length;
		if (marks.length > room) {
			const text = `An experiment holds at most ${limits.points.max} points.`;
			this.#afterStroke = { key: 'points', kind: 'warning', text };
			if (!this.#stroke) this.#tellAfterStroke();
		}
		for (const { x, y, target } of marks.slice(0, room)) {
			const ordinal = points.filter((point) => point.target === target).length;
			points.push({ x: snap(x), y: snap(y), target, rank: splitRank(ordinal) });
		}
		this.#placements++;
		this.#draw(points);
	}

	erasePoints(indexes: readonly number[]): void {
		this.#draw(this.points.filter((_, index) => !indexes.includes(index)));
	}

	movePoint(index: number, x: number, y: number): void {
		const point = this.points[index];
		if (!point) return;
		this.#placements++;
		this.#draw(this.points.with(index, { ...point, x: snap(x), y: snap(y) }));
	}

	clearPoints(): void {
		this.#draw([]);
	}

	/** All edits of points until `endGesture` are one for undo. */
	beginGesture(): void {
		this.#stroke ??= { former: this.#former, live: this.live };
		this.#run.stroking = true;
	}

	endGesture(): void {
		const stroke = this.#stroke;
		if (!stroke) return;
		this.#stroke = null;
		this.#run.stroking = false;
		this.#tellAfterStroke();
		if (stroke.live === this.live) return;
		this.#remember(stroke.former);
		this.#run.tune(this.live);
	}

	undo(): void {
		this.endGesture();
		this.#undo = undone(this.#undo);
	}

	redo(): void {
		this.endGesture();
		this.#undo = redone(this.#undo);
	}

	/** The network's output at a place, with the parameters shown; null before there are any. */
	outputAt(x: number, y: number): number | null {
		const parameters = this.snapshot?.parameters;
		const network = this.#network;
		if (parameters?.length !== network.parameters().length) return null;
		network.setParameters(parameters);
		return network.predict([x, y])[0]!;
	}

	/** Ends the worker. */
	dispose(): void {
		this.#run.dispose();
	}

	/** For `outputAt`, which gives it the parameters shown: made once, since a large one is slow to make. */
	#network = $derived.by(() => new MLP(this.sizes, this.#run.experiment.activation, () => 0));

	get #standing(): StandingRun {
		return { experiment: this.#run.document, resume: this.#run.resume };
	}

	/** What an edit of live settings replaces: no more than these, unless it drops live edits that lie ahead. */
	get #former(): Former {
		return this.#run.rewound ? this.#standing : this.live;
	}

	#load(experiment: Experiment, resume: Resume): void {
		this.#ticket++;
		this.#run.load(experiment, this.#notebook, resume);
	}

	#tellAfterStroke(): void {
		if (this.#afterStroke) this.#notify(this.#afterStroke);
		this.#afterStroke = null;
	}

	#canLearn(): boolean {
		if (this.points.some((point) => trains(point, this.trainShare))) return true;
		const text = 'There are no training points to learn from yet. Draw some on the plot.';
		this.#notify({ key: 'points', kind: 'info', text });
		return false;
	}

	#draw(points: readonly Point[]): void {
		if (points.length === 0 && this.points.length === 0) return;
		if (this.live.dataset.kind === 'notebook') points = points.map(onLattice);
		const { trainShare } = this;
		this.#tune({ ...this.live, dataset: { kind: 'drawn', points, trainShare }, points });
	}

	#tune(settings: LiveSettings): void {
		const former = this.#former;
		this.#run.tune(settings);
		if (!this.#stroke) this.#remember(former);
	}

	/** An edit was made; undo goes back to what was before. */
	#remember(former: Former): void {
		let other = former;
		const swap = () => {
			const next = other;
			other = 'resume' in next ? this.#standing : this.#former;
			if ('resume' in next) this.#load(next.experiment, next.resume);
			else this.#run.tune(next);
		};
		this.#undo = edited(this.#undo, { swap });
	}

	/** The network or its data change: undo goes back to the former run, at the step that it had reached. */
	async #rebuild(experiment: Experiment): Promise<void> {
		const ticket = ++this.#ticket;
		const prepared = this.#notebook !== null || !needsNotebook(experiment);
		// Not awaited without need: the page answers at once.
		if (!prepared && !(await this.prepare(experiment))) return;
		if (ticket !== this.#ticket) return;
		this.endGesture();
		const former = this.#standing;
		this.#load(experiment, fresh);
		this.#remember(former);
	}
}

/** The notebook's initial parameters belong to its own layers; other layers draw theirs. */
function settled(experiment: Experiment): Experiment {
	const { initialization, hiddenLayers } = experiment;
	if (initialization !== 'notebook' || hiddenLayers.join() === '16,16') return experiment;
	return { ...experiment, initialization: 'scaled-uniform' };
}
