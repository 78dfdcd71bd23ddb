import type { Notebook } from '../data/notebook';
import { trains, type Point } from '../data/point';
import { Value } from '../engine/value';
import {
	applyEvent,
	initialSettings,
	settingsAt,
	trainShareOf,
	type LiveSettings
} from '../experiment/live';
import type { Experiment } from '../experiment/schema';
import { losses } from '../nn/losses';
import { scaledUniform } from '../nn/initialization';
import { MLP } from '../nn/mlp';
import { l2 } from '../nn/regularization';
import { rateAt } from '../optim/schedule';
import { sgd } from '../optim/sgd';
import { Random } from '../random/random';
import { Batches } from './batches';
import { score } from './evaluation';
import type { Checkpoint, Divergence, Evaluation, Heatmap, Snapshot } from './snapshot';

/**
 * Makes the steps of one experiment, and nothing else: no clock, no worker. Each sample's graph is built, run
 * backward into the parameters' gradients and let go, so memory does not grow with the batch, and the work can stop
 * between any two samples without touching the numbers.
 */
export class Trainer {
	readonly network: MLP;
	#experiment: Experiment;
	readonly #notebook: Notebook | null;
	readonly #parameters: Value[];
	readonly #batches: Batches;
	#step: number;
	#diverged: Divergence | null = null;
	#settings: LiveSettings;
	#training: readonly Point[] = [];
	#test: readonly Point[] = [];
	/** The step at work: its points, how many of them are done, and their loss so far. */
	#batch: Uint32Array | null = null;
	#done = 0;
	#loss = 0;

	/**
	 * @param notebook - its table, for an experiment that needs it (`needsNotebook`)
	 * @param checkpoint - where to go on from; null starts at step 0
	 * @throws RangeError when the checkpoint's parameters do not fit the network
	 */
	constructor(experiment: Experiment, notebook: Notebook | null, checkpoint: Checkpoint | null) {
		const { seed, hiddenLayers, activation, initialization } = experiment;
		const weights = scaledUniform(new Random(seed, 'weights'));
		this.network = new MLP([2, ...hiddenLayers, 1], activation, weights);
		if (initialization === 'notebook' && notebook) this.network.setParameters(notebook.parameters);
		if (checkpoint) this.network.setParameters(checkpoint.parameters);
		this.#experiment = experiment;
		this.#notebook = notebook;
		this.#parameters = this.network.parameters();
		this.#batches = new Batches(seed, checkpoint?.epoch ?? 0, checkpoint?.cursor ?? 0);
		this.#step = checkpoint?.step ?? 0;
		this.#settings = initialSettings(experiment, notebook);
		this.tune(experiment);
	}

	/** Optimizer updates made so far. */
	get step(): number {
		return this.#step;
	}

	/** Whether another step can be made. */
	get able(): boolean {
		return this.#diverged === null && this.#training.length > 0;
	}

	/** Go on under another document, which differs in its events, or in its start when no step was made yet. */
	tune(experiment: Experiment): void {
		this.#experiment = experiment;
		this.#diverged = null;
		this.#use(settingsAt(experiment, this.#step, this.#notebook));
	}

	/** Make steps until `until` is reached, none can be made, or `outOfTime` says so after some sample. */
	advance(until: number, outOfTime: () => boolean): void {
		while (this.#step < until && this.able) {
			this.#batch ??= this.#begin();
			if (this.#done < this.#batch.length)
				this.#sample(this.#training[this.#batch[this.#done++]!]!);
			else this.#update(this.#batch);
			if (outOfTime()) return;
		}
	}

	/** The run at its last whole step, with copies of all numbers. */
	snapshot(heatmap: Heatmap | null): Snapshot {
		const { learningRate, schedule } = this.#settings;
		return {
			step: this.#step,
			epoch: this.#batches.epoch,
			cursor: this.#batches.cursor,
			parameters: this.network.getParameters(),
			...this.#evaluate(),
			learningRate: rateAt(learningRate, schedule, this.#step),
			diverged: this.#diverged,
			heatmap
		};
	}

	#evaluate(): Evaluation {
		const { loss } = this.#experiment;
		const train = score(this.network, this.#training, loss);
		const test = score(this.network, this.#test, loss);
		return {
			trainLoss: train && train.loss + l2(this.#parameters, this.#settings.l2).data,
			testLoss: test && test.loss,
			accuracy: train && train.accuracy,
			testAccuracy: test && test.accuracy
		};
	}

	#use(settings: LiveSettings): void {
		const share = trainShareOf(settings.dataset);
		this.#settings = settings;
		this.#training = settings.points.filter((point) => trains(point, share));
		this.#test = settings.points.filter((point) => !trains(point, share));
		this.#batch = null;
	}

	#begin(): Uint32Array {
		this.network.zeroGrad();
		this.#done = 0;
		this.#loss = 0;
		return this.#batches.next(this.#training.length, this.#settings.batchSize);
	}

	#sample({ x, y, target }: Point): void {
		const output = this.network.forward([new Value(x), new Value(y)])[0]!;
		const loss = losses[this.#experiment.loss](output, target).mul(1 / this.#batch!.length);
		loss.backward();
		this.#loss += loss.data;
	}

	#update(batch: Uint32Array): void {
		const { learningRate, schedule, l2: strength } = this.#settings;
		this.#batch = null;
		const penalty = l2(this.#parameters, strength);
		penalty.backward();
		const loss = this.#loss + penalty.data;
		const before = this.network.getParameters();
		if (!Number.isFinite(loss)) return this.#diverge('loss', loss);
		sgd.update(this.#parameters, rateAt(learningRate, schedule, this.#step));
		const broken = this.#parameters.find(({ data }) => !Number.isFinite(data));
		if (broken) {
			this.network.setParameters(before);
			return this.#diverge('parameters', broken.data);
		}
		this.#step++;
		this.#batches.use(batch.length, this.#training.length);
		this.#replay();
	}

	#replay(): void {
		const { events, seed } = this.#experiment;
		const event = events.find(({ step }) => step === this.#step);
		if (event) this.#use(applyEvent(this.#settings, event, seed, this.#notebook));
	}

	#diverge(what: string, value: number): void {
		const end = Number.isNaN(value) ? 'no longer a number' : 'infinite';
		const verb = what === 'loss' ? 'the loss became' : 'a parameter became';
		this.#diverged = { step: this.#step + 1, reason: `${verb} ${end}` };
	}
}
