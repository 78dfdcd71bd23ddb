import type { Executor, TrainingTapes } from '../compile/executor';
import { Interpreter } from '../compile/interpreter';
import { traceUpdate } from '../compile/traceUpdate';
import { WasmExecutor } from '../compile/wasmExecutor';
import type { WasmMachine } from '../compile/wasmMachine';
import type { Notebook } from '../data/notebook';
import { trains, type Point } from '../data/point';
import {
	applyEvent,
	eventCountAt,
	initialSettings,
	settingsAt,
	trainShareOf,
	type LiveSettings
} from '../experiment/live';
import { limits } from '../experiment/limits';
import type { Experiment } from '../experiment/schema';
import { scaledUniform } from '../nn/initialization';
import { MLP } from '../nn/mlp';
import { sampleProgram } from '../nn/sampleProgram';
import { stateLength } from '../optim/optimizer';
import {
	optimizers,
	plainDescent,
	type OptimizerChoice,
	type OptimizerState
} from '../optim/optimizers';
import { rateAt } from '../optim/schedule';
import { Random } from '../random/random';
import { Batches } from './batches';
import { score } from './evaluation';
import { Checkpoints } from './checkpoints';
import { heatmaps, outputHeatmap } from './heatmap';
import { trainingTapes } from './model';
import { nextRecordStep, RunRecord, type RecordRow } from './record';
import type {
	Checkpoint,
	Divergence,
	Evaluation,
	HeatmapRequest,
	Heatmaps,
	Snapshot
} from './snapshot';
import { longestQueue, StepFeeder } from './steps';

/** What one call of an executor may work through, in parameters times samples: about a millisecond. */
const workPerCall = { wasm: 1_000_000, interpreter: 20_000 } as const;

/** What may no longer be finite, in a sentence. */
const broken = {
	loss: 'the loss',
	parameters: 'a parameter',
	state: 'a number that the optimizer remembers'
} as const;

/**
 * Makes the steps of one experiment, and nothing else: no clock, no worker. The loss of one sample and the optimizer's update,
 * written in `Value`s, are traced, and an executor trains them: the machine, or the interpreter where there is none.
 */
export class Trainer {
	readonly #machine: WasmMachine | null;
	#tapes: TrainingTapes;
	#executor: Executor;
	#optimizer: OptimizerChoice;
	/** Whether the optimizer in force made no step yet; what the one of the last step remembers then, null for nothing. */
	#fresh = true;
	#former: OptimizerState | null = null;
	#experiment: Experiment;
	readonly #notebook: Notebook | null;
	readonly #parameterCount: number;
	readonly #batches: Batches;
	readonly #feeder = new StepFeeder();
	readonly #record = new RunRecord();
	readonly #checkpoints = new Checkpoints();
	#step: number;
	#diverged: Divergence | null = null;
	#settings: LiveSettings;
	/** Which of the experiment's events is the next. */
	#nextEvent = 0;
	/** The next step at which every run records what it is. */
	#nextRecord = 0;
	/** The points that the executor holds: those that train, then those that test. */
	#points: readonly Point[] | null = null;
	#share = NaN;
	#trainCount = 0;
	#targets = new Float64Array(0);

	/**
	 * @param notebook - its table, for an experiment that needs it (`needsNotebook`)
	 * @param checkpoint - where to go on from; null starts at step 0
	 * @param machine - what runs it, claimed until another trainer claims it; null for the interpreter, which gives the same
	 * bits, only slower
	 * @param optimizer - what is in force at the checkpoint
	 * @throws RangeError when the checkpoint does not fit the network and the optimizer, or the network does not fit the memory
	 */
	constructor(
		experiment: Experiment,
		notebook: Notebook | null,
		checkpoint: Checkpoint | null,
		machine: WasmMachine | null = null,
		optimizer: OptimizerChoice = plainDescent
	) {
		const { seed, hiddenLayers, activation, initialization, loss } = experiment;
		const weights = scaledUniform(new Random(seed, 'weights'));
		const network = new MLP([2, ...hiddenLayers, 1], activation, weights);
		if (initialization === 'notebook' && notebook) network.setParameters(notebook.parameters);
		if (checkpoint) network.setParameters(checkpoint.parameters);
		this.#machine = machine;
		this.#tapes = trainingTapes(sampleProgram(network, loss), optimizers[optimizer.name]);
		this.#optimizer = optimizer;
		const parameters = network.getParameters();
		this.#parameterCount = parameters.length;
		this.#executor = this.#newExecutor();
		this.#setNumbers(parameters, checkpoint?.optimizer ?? null);
		this.#experiment = experiment;
		this.#notebook = notebook;
		this.#batches = new Batches(seed, checkpoint?.epoch ?? 0, checkpoint?.cursor ?? 0);
		this.#step = checkpoint?.step ?? 0;
		this.#settings = initialSettings(experiment, notebook);
		this.tune(experiment);
		this.#checkpoints.add(this.#checkpoint());
	}

	/** Optimizer updates made so far. */
	get step(): number {
		return this.#step;
	}

	/** Whether another step can be made. A document counts steps up to a limit, and so does its run. */
	get able(): boolean {
		return this.#diverged === null && this.#trainCount > 0 && this.#step < limits.step.max;
	}

	/** What the run was at the steps that every run records and at its live edits, up to the last step ever reached. */
	get record(): RunRecord {
		return this.#record;
	}

	/**
	 * Go on under another document, which differs in its events, or in its start when no step was made yet, and perhaps with
	 * another optimizer. That begins with nothing to remember, unless it made the last step; other hyperparameters keep what is
	 * remembered. What was recorded of later steps belongs to a run that will not happen, and is forgotten.
	 */
	tune(experiment: Experiment, optimizer = this.#optimizer): void {
		this.#experiment = experiment;
		this.#checkpoints.forgetAfter(this.#step);
		this.#optimize(optimizer);
		this.#settle();
		this.#record.add(this.#row());
	}

	/**
	 * Take the run back to the last checkpoint at `step` or before, from where `advance` repeats it to the bit. What was
	 * recorded stays.
	 */
	rewind(step: number): void {
		const checkpoint = this.#checkpoints.at(step);
		if (!checkpoint) throw new RangeError(`There is no checkpoint up to step ${step}`);
		this.#setNumbers(checkpoint.parameters, checkpoint.optimizer ?? null);
		this.#batches.epoch = checkpoint.epoch;
		this.#batches.cursor = checkpoint.cursor;
		this.#step = checkpoint.step;
		this.#settle();
	}

	/**
	 * Make steps until `until` is reached, none can be made, or `outOfTime` says so; that is asked about every millisecond, or
	 * after every step if one takes longer.
	 */
	advance(until: number, outOfTime: () => boolean): void {
		const work = this.#parameterCount * Math.max(1, this.#batchLength());
		const steps = Math.max(1, Math.floor(workPerCall[this.#executor.kind] / work));
		const end = Math.min(until, limits.step.max);
		while (this.#step < end && this.able) {
			this.#train(Math.min(end - this.#step, steps, longestQueue));
			if (outOfTime()) return;
		}
	}

	/** The run at its last whole step, with copies of all numbers. */
	snapshot(heatmaps: Heatmaps | null): Snapshot {
		const { learningRate, schedule } = this.#settings;
		const optimizer = this.#remembered();
		return {
			step: this.#step,
			epoch: this.#batches.epoch,
			cursor: this.#batches.cursor,
			parameters: this.#executor.getParameters(),
			...(optimizer && { optimizer }),
			...this.#evaluate(),
			learningRate: rateAt(learningRate, schedule, this.#step),
			diverged: this.#diverged,
			executor: this.#executor.kind,
			heatmaps
		};
	}

	/** What the network passes on over the domain, at the present parameters. @throws RangeError when there is no such neuron */
	heatmaps(request: HeatmapRequest = outputHeatmap): Heatmaps {
		return heatmaps(this.#executor, request);
	}

	/** Puts in force what the document says of the present step. */
	#settle(): void {
		this.#diverged = null;
		this.#use(settingsAt(this.#experiment, this.#step, this.#notebook));
		this.#nextEvent = eventCountAt(this.#experiment, this.#step);
		this.#nextRecord = nextRecordStep(this.#step);
	}

	#row(): RecordRow {
		return { step: this.#step, ...this.#evaluate() };
	}

	#checkpoint(): Checkpoint {
		const { epoch, cursor } = this.#batches;
		const parameters = this.#executor.getParameters();
		const optimizer = this.#remembered();
		return { step: this.#step, epoch, cursor, parameters, ...(optimizer && { optimizer }) };
	}

	/** Notes what the run is at a step that it has come to for the first time. */
	#note(): void {
		if (this.#step <= (this.#record.rows.at(-1)?.step ?? -1)) return;
		this.#record.add(this.#row());
		this.#checkpoints.add(this.#checkpoint());
	}

	#evaluate(): Evaluation {
		const train = score(this.#executor, this.#targets, 0, this.#trainCount);
		const test = score(this.#executor, this.#targets, this.#trainCount, this.#targets.length);
		return {
			trainLoss: train && train.loss + this.#executor.penalty(),
			testLoss: test && test.loss,
			accuracy: train && train.accuracy,
			testAccuracy: test && test.accuracy
		};
	}

	/** Puts an optimizer in force. */
	#optimize(optimizer: OptimizerChoice): void {
		const { name } = this.#optimizer;
		const remembered = this.#remembered();
		this.#optimizer = optimizer;
		if (optimizer.name !== name) {
			const update = traceUpdate(optimizers[optimizer.name], this.#parameterCount);
			this.#tapes = { ...this.#tapes, update };
			const parameters = this.#executor.getParameters();
			this.#executor = this.#newExecutor();
			this.#setNumbers(parameters, remembered);
			this.#points = null;
		}
		// In the order in which the optimizer names them.
		const values: Readonly<Record<string, number>> = optimizer.settings;
		const names = Object.keys(optimizers[optimizer.name].settings);
		this.#executor.setHyperparameters(names.map((setting) => values[setting]!));
	}

	/** What the optimizer of the last step remembers; null for nothing. */
	#remembered(): OptimizerState | null {
		if (this.#fresh) return this.#former;
		const numbers = this.#executor.getState();
		return numbers.length > 0 ? { name: this.#optimizer.name, numbers } : null;
	}

	/** One for the optimizer in force. */
	#newExecutor(): Executor {
		const machine = this.#machine;
		return machine ? new WasmExecutor(machine, this.#tapes) : new Interpreter(this.#tapes);
	}

	/** Hands the executor the numbers of a run; what is remembered counts if the optimizer in force wrote it. */
	#setNumbers(parameters: Float64Array, remembered: OptimizerState | null): void {
		const { name } = this.#optimizer;
		this.#executor.setParameters(parameters);
		this.#fresh = remembered?.name !== name;
		const nothing = new Float64Array(stateLength(optimizers[name], this.#parameterCount));
		this.#executor.setState(remembered && !this.#fresh ? remembered.numbers : nothing);
		this.#former = this.#fresh ? remembered : null;
	}

	/** Puts settings in force. Only what differs is handed on; nothing is traced anew. */
	#use(settings: LiveSettings): void {
		const share = trainShareOf(settings.dataset);
		this.#settings = settings;
		this.#executor.setPenaltySettings([settings.l2]);
		if (settings.points !== this.#points || share !== this.#share) {
			this.#points = settings.points;
			this.#share = share;
			this.#setPoints(share, settings.points);
		}
	}

	#setPoints(share: number, points: readonly Point[]): void {
		const training = points.filter((point) => trains(point, share));
		const all = [...training, ...points.filter((point) => !trains(point, share))];
		this.#trainCount = training.length;
		this.#targets = Float64Array.from(all, ({ target }) => target);
		const xs = Float64Array.from(all, ({ x }) => x);
		const ys = Float64Array.from(all, ({ y }) => y);
		this.#executor.setSamples([xs, ys, this.#targets]);
	}

	#batchLength(): number {
		const { batchSize } = this.#settings;
		return batchSize === 'full' ? this.#trainCount : Math.min(batchSize, this.#trainCount);
	}

	/** Makes at most so many steps, up to the next live edit. */
	#train(most: number): void {
		const { learningRate, schedule, batchSize } = this.#settings;
		const event = this.#experiment.events[this.#nextEvent];
		const end = Math.min(event?.step ?? Infinity, this.#nextRecord);
		const steps = Math.min(most, end - this.#step);
		const { epoch, cursor } = this.#batches;
		const queue = this.#feeder.fill(steps, this.#batches, this.#trainCount, batchSize, (ahead) =>
			rateAt(learningRate, schedule, this.#step + ahead)
		);
		const outcome = this.#executor.train(queue);
		if (outcome.failure) {
			// The batches of the steps that were not made are still to be used.
			this.#batches.epoch = epoch;
			this.#batches.cursor = cursor;
			for (let i = 0; i < outcome.steps; i++) {
				this.#batches.use(queue.counts[i]!, this.#trainCount);
			}
		}
		this.#step += outcome.steps;
		if (outcome.steps > 0) this.#fresh = false;
		if (outcome.failure) this.#diverge(outcome.failure.what, outcome.failure.value);
		else if (this.#step === event?.step) {
			const { seed } = this.#experiment;
			this.#nextEvent++;
			this.#use(applyEvent(this.#settings, event, seed, this.#notebook));
			this.#note();
		}
		if (this.#step === this.#nextRecord) {
			this.#nextRecord = nextRecordStep(this.#step);
			this.#note();
		}
	}

	#diverge(what: keyof typeof broken, value: number): void {
		const end = Number.isNaN(value) ? 'no longer a number' : 'infinite';
		this.#diverged = { step: this.#step + 1, reason: `${broken[what]} became ${end}` };
	}
}
