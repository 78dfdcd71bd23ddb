import { trains } from '$lib/data/point';
import type { BenchSetup } from '$lib/explain/bench';
import type { MistakeName } from '$lib/explain/mistakes';
import { Workbench, type BenchReport, type Comparison } from '$lib/explain/workbench';
import { parameterCount } from '$lib/nn/places';
import { untrack } from 'svelte';
import { browserBeat, type Beat } from './beat';
import type { Inside } from './inside.svelte';
import type { Lab } from './lab.svelte';

/** What the bench reads of the run; it changes nothing there. */
export type BenchRun = Pick<
	Lab,
	'sizes' | 'experiment' | 'live' | 'points' | 'trainShare' | 'snapshot' | 'resume'
>;

/** Milliseconds of work at a time. */
const slice = 8;

/** A copy of the run's network to step through and to make mistakes with: its numbers are taken when the bench is started. */
export class Bench {
	/** Whether a training step uses the sample that is looked at, or all training points. */
	data = $state<'sample' | 'batch'>('batch');
	readonly #run: BenchRun;
	readonly #inside: Pick<Inside, 'probe'>;
	readonly #beat: Beat;
	#mistakes = $state.raw<readonly MistakeName[]>([]);
	/** Raised to start again. */
	#starts = $state(0);
	/** Raised by whatever changes the numbers of the workbench. */
	#changes = $state(0);
	#progress = $state<number | null>(null);
	/** What the work under way is done on. */
	#worked: Workbench | null = null;
	/** Raised by whatever ends the training under way. */
	#ticket = 0;

	constructor(run: BenchRun, inside: Pick<Inside, 'probe'>, beat: Beat = browserBeat) {
		this.#run = run;
		this.#inside = inside;
		this.#beat = beat;
	}

	/** Null until the run has the parameters of its network. Another one after each start and with each mistake. */
	get workbench(): Workbench | null {
		return this.#workbench;
	}

	/** The step of the run whose parameters were taken. */
	get origin(): number {
		return this.#source?.step ?? 0;
	}

	get mistakes(): readonly MistakeName[] {
		return this.#mistakes;
	}

	/** Another number whenever the numbers of the workbench have changed. */
	get changes(): number {
		return this.#changes;
	}

	/** Copy and twin from before the first step on. */
	get history(): readonly Comparison[] {
		void this.#changes;
		return this.#workbench?.history ?? [];
	}

	/** What the newest step did; null before the first. */
	get report(): BenchReport | null {
		void this.#changes;
		return this.#workbench?.report ?? null;
	}

	/** How much of the training asked for is done, from 0 to 1; null while there is none. */
	get progress(): number | null {
		return this.#progress;
	}

	/** How many training points the copy has. */
	get sampleCount(): number {
		return this.#source?.setup.samples.length ?? 0;
	}

	/** Make a mistake, or no longer. Copy and twin go back to where they started. */
	toggle(mistake: MistakeName): void {
		this.cancel();
		const others = this.#mistakes.filter((name) => name !== mistake);
		const made = others.length < this.#mistakes.length;
		this.#mistakes = made ? others : [...this.#mistakes, mistake];
	}

	undoMistakes(): void {
		this.cancel();
		this.#mistakes = [];
	}

	/** Take the run's present parameters, points and settings. */
	start(): void {
		this.cancel();
		this.#starts++;
	}

	/** Measure copy and twin, where that was not done yet. Work on those of another network comes to nothing. */
	async measure(): Promise<void> {
		const bench = this.#workbench;
		if (!bench || bench.history.length > 0) return;
		if (this.#progress !== null && this.#worked === bench) return;
		await this.#work(bench, [() => bench.measure()], bench.setup.samples.length * 2);
	}

	/** Let copy and twin make so many training steps, with the sample that is looked at or with all training points. */
	async train(steps: number, kind: 'sample' | 'batch' = this.data): Promise<void> {
		const bench = this.#workbench;
		if (!bench || this.#progress !== null) return;
		const { x, y, target } = this.#inside.probe;
		const data = kind === 'batch' ? kind : { x, y, target };
		const works = Array.from({ length: steps }, () => () => bench.train(data));
		await this.#work(bench, works, steps * bench.pieces(data));
	}

	/** Stop the training under way; a step that is not complete is taken back. */
	cancel(): void {
		this.#ticket++;
		this.#progress = null;
	}

	/** Does one work after the other, a slice at a time. @param pieces - how many there are in all, about */
	async #work(
		bench: Workbench,
		works: readonly (() => Generator<void, void>)[],
		pieces: number
	): Promise<void> {
		const ticket = ++this.#ticket;
		this.#worked = bench;
		let done = 0;
		this.#progress = 0;
		let began = this.#beat.now();
		for (const begin of works) {
			const work = begin();
			while (work.next().done !== true) {
				done++;
				if (this.#beat.now() - began < slice) continue;
				this.#progress = Math.min(1, done / pieces);
				await this.#beat.rest();
				if (ticket !== this.#ticket) {
					work.return();
					return;
				}
				began = this.#beat.now();
			}
			this.#changes++;
		}
		this.#progress = null;
	}

	/** Primitive values, so that what equals is the same. */
	#sizes = $derived.by(() => this.#run.sizes.join());
	#activation = $derived.by(() => this.#run.experiment.activation);
	#loss = $derived.by(() => this.#run.experiment.loss);

	/** Whether the run shows parameters of its present network: while another is being built, it does not. */
	#ready = $derived.by(() => {
		const { snapshot, resume, sizes } = this.#run;
		if (!snapshot || snapshot.parameters.length !== parameterCount(sizes)) return false;
		return resume.checkpoint?.parameters === snapshot.parameters;
	});

	/** What was taken of the run, and at which of its steps. */
	#source = $derived.by((): { setup: BenchSetup; step: number } | null => {
		void this.#starts;
		const sizes = this.#sizes.split(',').map(Number);
		const [activation, loss] = [this.#activation, this.#loss];
		if (!this.#ready) return null;
		return untrack(() => {
			const { snapshot, points, trainShare, live } = this.#run;
			const { parameters, learningRate, step } = snapshot!;
			const samples = points.filter((point) => trains(point, trainShare));
			const setup = { sizes, activation, loss, parameters, l2: live.l2, learningRate, samples };
			return { setup, step };
		});
	});

	#workbench = $derived.by(() => {
		const source = this.#source;
		return source && new Workbench(source.setup, this.#mistakes);
	});
}
