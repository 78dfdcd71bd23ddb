import type { BenchSetup, Measure, StepData, StepReport } from './bench';
import { procedureWith, type MistakeName } from './mistakes';
import { correct } from './procedure';
import { Trainee } from './trainee';

/** How the copy and its twin do after so many steps. */
export interface Comparison {
	readonly copy: Measure;
	readonly twin: Measure;
}

/** What the newest step did to both. */
export interface BenchReport {
	readonly copy: StepReport;
	readonly twin: StepReport;
}

/**
 * A copy of a run's network that trains with the chosen mistakes, beside a twin that starts alike and makes none. Nothing that
 * belongs to the run is kept: the numbers of the set-up are copied.
 */
export class Workbench {
	readonly setup: BenchSetup;
	readonly mistakes: ReadonlySet<MistakeName>;
	readonly copy: Trainee;
	#twin: Trainee | null = null;
	#history: readonly Comparison[] = [];
	#report: BenchReport | null = null;

	/** @throws RangeError when the parameters do not fit the network */
	constructor(setup: BenchSetup, mistakes: Iterable<MistakeName> = []) {
		this.setup = {
			...setup,
			sizes: [...setup.sizes],
			parameters: setup.parameters.slice(),
			samples: setup.samples.map(({ x, y, target }) => ({ x, y, target }))
		};
		this.mistakes = new Set(mistakes);
		this.copy = new Trainee(this.setup, procedureWith(this.mistakes));
	}

	/** Made when it is first asked for, since a large network takes its time. */
	get twin(): Trainee {
		this.#twin ??= new Trainee(this.setup, correct);
		return this.#twin;
	}

	/** From before the first step on; empty until `measure` has run. */
	get history(): readonly Comparison[] {
		return this.#history;
	}

	/** How many steps were made. */
	get step(): number {
		return Math.max(0, this.#history.length - 1);
	}

	/** What the newest step did; null before the first. */
	get report(): BenchReport | null {
		return this.#report;
	}

	/** Measure both before the first step, in pieces. */
	*measure(): Generator<void, void> {
		const copy = yield* this.copy.measure();
		const twin = yield* this.twin.measure();
		if (this.#history.length === 0) this.#history = [{ copy, twin }];
	}

	/** How many pieces `train` has, about. */
	pieces(data: StepData): number {
		const { length } = this.setup.samples;
		return 2 * (data === 'batch' ? 4 * length : length);
	}

	/**
	 * Let both make a training step, in pieces of one sample, with a yield after each. To stop before the end (`return`) takes all
	 * of the step back.
	 */
	*train(data: StepData): Generator<void, void> {
		yield void this.twin;
		const trainees = [this.copy, this.twin];
		const former = trainees.map(({ numbers }) => numbers);
		let complete = false;
		try {
			if (this.#history.length === 0) yield* this.measure();
			const report = { copy: yield* this.copy.train(data), twin: yield* this.twin.train(data) };
			const comparison = { copy: yield* this.copy.measure(), twin: yield* this.twin.measure() };
			this.#report = report;
			this.#history = [...this.#history, comparison];
			complete = true;
		} finally {
			if (!complete) {
				for (const [index, trainee] of trainees.entries()) {
					trainee.restore(former[index]!);
				}
			}
		}
	}
}
