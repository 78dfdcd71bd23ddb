import type { WasmMachine } from '../compile/wasmMachine';
import { loadNotebook } from '../data/notebook';
import { needsNotebook } from '../experiment/live';
import type { Experiment } from '../experiment/schema';
import { outputHeatmap } from './heatmap';
import {
	checkpointOf,
	type Checkpoint,
	type HeatmapRequest,
	type Heatmaps,
	type Snapshot
} from './snapshot';
import { Trainer } from './trainer';

/** What one call of `advance` may use. */
export interface Budget {
	/** Work or wait at most about this long. */
	readonly milliseconds: number;
	/** Do not go beyond this step; null for no end. */
	readonly until: number | null;
	/** Steps a second, evenly spaced; null for as fast as it goes. */
	readonly stepsPerSecond: number | null;
	/** What the page shows beside the numbers; the output alone if left out. */
	readonly heatmaps?: HeatmapRequest;
}

/** Where the session gets its time from, in milliseconds. */
export interface Clock {
	now(): number;
	sleep(milliseconds: number): Promise<void>;
}

/** While training, heatmaps take at most one part in this many of the time. */
const heatmapShare = 5;
/** How far a paced run may fall behind before the lag is forgiven, in milliseconds. */
const lagForgiven = 100;

/** One run and its clock: loads, tunes, and advances by budgets. Answers only when asked. */
export class Session {
	readonly #clock: Clock;
	readonly #machine: Promise<WasmMachine | null>;
	#trainer: Trainer | null = null;
	/** When the next paced step is due. */
	#stepDue = 0;
	/** When the newest heatmaps were begun, when the next may be, and their step. */
	#heatmapsBegun = 0;
	#heatmapsDue = 0;
	#heatmapsStep = -1;

	/** @param machine - what trains, once it is there; null for the interpreter */
	constructor(clock: Clock, machine: Promise<WasmMachine | null> = Promise.resolve(null)) {
		this.#clock = clock;
		this.#machine = machine;
	}

	/** Begin a run anew, or go on from its checkpoint. */
	async load(
		experiment: Experiment,
		checkpoint: Checkpoint | null,
		request: HeatmapRequest = outputHeatmap
	): Promise<Snapshot> {
		const notebook = needsNotebook(experiment) ? await loadNotebook() : null;
		this.#trainer = new Trainer(experiment, notebook, checkpoint, await this.#machine);
		return this.#trainer.snapshot(this.heatmaps(request));
	}

	/** Keep the weights and go on under a document whose live edits differ. */
	async tune(experiment: Experiment): Promise<Snapshot> {
		const before = this.#loaded();
		if (needsNotebook(experiment)) {
			const checkpoint = checkpointOf(before.snapshot(null));
			const notebook = await loadNotebook();
			this.#trainer = new Trainer(experiment, notebook, checkpoint, await this.#machine);
		} else before.tune(experiment);
		return this.#loaded().snapshot(null);
	}

	/** Train within the budget. A step too long for it is taken up again by the next call. */
	async advance({
		milliseconds,
		until,
		stepsPerSecond,
		heatmaps = outputHeatmap
	}: Budget): Promise<Snapshot> {
		const trainer = this.#loaded();
		const start = this.#clock.now();
		const end = until ?? Infinity;
		const outOfTime = () => this.#clock.now() - start >= milliseconds;
		if (stepsPerSecond === null) trainer.advance(end, outOfTime);
		else await this.#pace(trainer, end, stepsPerSecond, milliseconds, outOfTime);
		const next = Math.max(this.#heatmapsDue, this.#heatmapsBegun + heatmaps.interval);
		const due = trainer.step !== this.#heatmapsStep && this.#clock.now() >= next;
		return trainer.snapshot(due ? this.heatmaps(heatmaps) : null);
	}

	/** The heatmaps of the present step. */
	heatmaps(request: HeatmapRequest = outputHeatmap): Heatmaps {
		const start = this.#clock.now();
		const trainer = this.#loaded();
		const heatmaps = trainer.heatmaps(request);
		this.#heatmapsStep = trainer.step;
		const end = this.#clock.now();
		this.#heatmapsBegun = start;
		this.#heatmapsDue = end + (end - start) * (heatmapShare - 1);
		return heatmaps;
	}

	async #pace(
		trainer: Trainer,
		end: number,
		stepsPerSecond: number,
		milliseconds: number,
		outOfTime: () => boolean
	): Promise<void> {
		const interval = 1000 / stepsPerSecond;
		const now = this.#clock.now();
		if (this.#stepDue < now - lagForgiven || this.#stepDue > now + interval) this.#stepDue = now;
		const wait = this.#stepDue - now;
		if (wait > 0) await this.#clock.sleep(Math.min(wait, milliseconds));
		while (this.#clock.now() >= this.#stepDue && trainer.step < end && trainer.able) {
			const goal = trainer.step + 1;
			trainer.advance(goal, outOfTime);
			if (trainer.step < goal) return;
			this.#stepDue += interval;
			// Steps that take longer than their interval are never all made up for.
			if (outOfTime()) return;
		}
	}

	#loaded(): Trainer {
		if (!this.#trainer) throw new Error('No experiment was loaded.');
		return this.#trainer;
	}
}
