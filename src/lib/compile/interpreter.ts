import {
	brokenUpdate,
	checkCount,
	checkQueue,
	checkTapes,
	sampleLength,
	type Executor,
	type Gradient,
	type Outcome,
	type StepQueue,
	type TrainingTapes
} from './executor';
import { TapeRun } from './tapeRun';
import { UpdateRun } from './updateRun';

/**
 * Runs tapes over typed arrays, node by node and sample by sample, straight from the op table: the proof that a tape is
 * right, and what runs where there is no SIMD in WebAssembly.
 */
export class Interpreter implements Executor {
	readonly kind = 'interpreter';
	readonly #sample: TapeRun;
	readonly #penalty: TapeRun | null;
	readonly #picture: TapeRun | null;
	readonly #update: UpdateRun;
	readonly #parameters: Float64Array;
	readonly #next: Float64Array;
	readonly #gradient: Float64Array;
	readonly #share = new Float64Array(1);
	/** The even and the odd sum of each root. */
	readonly #losses: Float64Array;
	#columns: readonly ArrayLike<number>[] = [];
	#count = 0;

	/** @throws RangeError when the tapes do not fit each other */
	constructor(tapes: TrainingTapes) {
		checkTapes(tapes);
		this.#sample = new TapeRun(tapes.sample);
		this.#penalty = tapes.penalty && new TapeRun(tapes.penalty);
		this.#picture = tapes.picture ? new TapeRun(tapes.picture) : null;
		this.#parameters = new Float64Array(tapes.sample.parameterCount);
		this.#losses = new Float64Array(2 * tapes.sample.roots.length);
		this.#next = new Float64Array(this.#parameters.length);
		this.#gradient = new Float64Array(this.#parameters.length);
		this.#update = new UpdateRun(tapes.update, this.#parameters.length);
	}

	setParameters(values: ArrayLike<number>): void {
		checkCount('parameters', this.#parameters.length, values);
		this.#parameters.set(values);
		this.#spread();
	}

	getParameters(): Float64Array {
		return this.#parameters.slice();
	}

	setSamples(columns: readonly ArrayLike<number>[]): void {
		this.#count = sampleLength(this.#sample.tape, columns);
		this.#columns = columns.map((column) => Float64Array.from(column));
	}

	setPenaltySettings(values: readonly number[]): void {
		if (values.length !== (this.#penalty?.tape.settingCount ?? 0)) {
			throw new RangeError('The penalty has another number of settings');
		}
		this.#penalty?.setSettings(values);
	}

	setHyperparameters(values: readonly number[]): void {
		this.#update.setHyperparameters(values);
	}

	setState(values: ArrayLike<number>): void {
		this.#update.setState(values);
	}

	getState(): Float64Array {
		return this.#update.state.slice();
	}

	penalty(): number {
		const run = this.#penalty;
		if (!run) return 0;
		run.forward();
		return run.values[run.tape.roots[0]!]!;
	}

	train(queue: StepQueue): Outcome {
		checkQueue(queue, this.#count);
		for (let step = 0; step < queue.length; step++) {
			const loss = this.#differentiate(queue, step);
			if (!Number.isFinite(loss)) return { steps: step, failure: { what: 'loss', value: loss } };
			const update = this.#update;
			update.run(queue.rates[step]!, this.#parameters, this.#gradient, this.#next);
			const failure = brokenUpdate(this.#next, update.nextState);
			if (failure) return { steps: step, failure };
			this.#parameters.set(this.#next);
			update.state.set(update.nextState);
			this.#spread();
		}
		return { steps: queue.length, failure: null };
	}

	differentiate(queue: StepQueue): Gradient {
		checkQueue(queue, this.#count);
		const loss = this.#differentiate(queue, 0);
		return { loss, gradient: this.#gradient.slice() };
	}

	evaluate(start: number, end: number): Float64Array[] {
		if (!(start >= 0 && start <= end && end <= this.#count)) {
			throw new RangeError('There are no such samples');
		}
		const { tape, values } = this.#sample;
		const outputs = tape.outputs.map(() => new Float64Array(end - start));
		for (let sample = start; sample < end; sample++) {
			this.#sample.setSample(this.#columns, sample);
			this.#sample.forward();
			for (const [i, place] of tape.outputs.entries()) {
				outputs[i]![sample - start] = values[place]!;
			}
		}
		return outputs;
	}

	picture(columns: readonly Float32Array[], outputs: readonly number[] = [0]): Float32Array[] {
		const run = this.#picture;
		if (!run) throw new RangeError('There is no graph for pictures');
		const count = sampleLength(run.tape, columns);
		const places = outputs.map((output) => {
			const place = run.tape.outputs[output];
			if (place === undefined) throw new RangeError(`The picture has no output ${output}`);
			return place;
		});
		const results = places.map(() => new Float32Array(count));
		run.setParameters(this.#parameters);
		for (let cell = 0; cell < count; cell++) {
			run.setSample(columns, cell);
			run.forward();
			for (const [i, place] of places.entries()) results[i]![cell] = run.values[place]!;
		}
		return results;
	}

	#spread(): void {
		this.#sample.setParameters(this.#parameters);
		this.#penalty?.setParameters(this.#parameters);
	}

	/** The loss of a step's batch; the gradient is left in its array. */
	#differentiate({ starts, counts, indexes }: StepQueue, step: number): number {
		const run = this.#sample;
		const roots = run.tape.roots;
		if (roots.length === 0) throw new RangeError('The graph has no root to differentiate');
		const start = starts[step]!;
		const count = counts[step]!;
		this.#share[0] = 1 / count;
		run.setSettings(this.#share);
		run.clear();
		this.#losses.fill(0);
		for (let position = 0; position < count; position++) {
			run.setSample(this.#columns, indexes[start + position]!);
			run.forward();
			const parity = (position % 2) as 0 | 1;
			for (const [i, root] of roots.entries()) this.#losses[2 * i + parity]! += run.values[root]!;
			run.backward(parity);
		}
		this.#gradient.fill(0);
		run.reduce(this.#gradient);
		let loss = 0;
		for (let i = 0; i < this.#losses.length; i += 2)
			loss += this.#losses[i]! + this.#losses[i + 1]!;
		const penalty = this.#penalty;
		if (!penalty) return loss;
		penalty.forward();
		penalty.clear();
		penalty.backward(0);
		penalty.reduce(this.#gradient);
		return loss + penalty.values[penalty.tape.roots[0]!]!;
	}
}
