import { Arena } from './arena';
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
import * as fields from './machine/fields';
import { layOutTraining, memoryLimit, roundUp, type TrainingLayout } from './trainingLayout';
import type { WasmMachine } from './wasmMachine';

/** The queue in the machine's memory. */
interface QueueViews {
	readonly rates: Float64Array;
	readonly starts: Uint32Array;
	readonly counts: Uint32Array;
	readonly places: Uint32Array;
}

/** Runs tapes on the machine: lifts them, lays them out in its memory, and calls it. */
export class WasmExecutor implements Executor {
	readonly kind = 'wasm';
	readonly #machine: WasmMachine;
	readonly #tapes: TrainingTapes;
	readonly #layout: TrainingLayout;
	readonly #count: number;
	/** Samples that the memory has room for, and how many there are. */
	#capacity = 0;
	#samples = 0;
	/** Where the data's region ends and the queue's begins; what of the queue the memory has room for. */
	#dataEnd = 0;
	#queue = { steps: 0, indexes: 0 };
	#queueEnd = 0;
	/** The indexes in memory, and how many of them. */
	#queued: Uint32Array | null = null;
	#queuedEnd = 0;
	#queueViews: QueueViews | null = null;
	#pictureColumns: readonly Float32Array[] = [];
	#picture = { end: 0, results: 0 };

	/**
	 * @param machine - claimed until another executor claims it
	 * @throws RangeError when the tapes do not fit each other, or need too much memory; nothing was allocated then
	 */
	constructor(machine: WasmMachine, tapes: TrainingTapes) {
		checkTapes(tapes);
		this.#machine = machine;
		this.#tapes = tapes;
		this.#count = tapes.sample.parameterCount;
		this.#layout = layOutTraining(tapes, machine.run.firstAddress());
		this.#dataEnd = this.#layout.end;
		this.#write();
	}

	setParameters(values: ArrayLike<number>): void {
		checkCount('parameters', this.#count, values);
		this.#doubles(this.#layout.kept.parameters, this.#count).set(values);
	}

	getParameters(): Float64Array {
		return this.#doubles(this.#layout.kept.parameters, this.#count).slice();
	}

	setSamples(columns: readonly ArrayLike<number>[]): void {
		const count = sampleLength(this.#tapes.sample, columns);
		if (count > this.#capacity || this.#dataEnd === this.#layout.end) this.#makeRoom(count);
		this.#samples = count;
		// The indexes have to be looked at again.
		this.#queued = null;
		const { sample } = this.#layout;
		const table = new Uint32Array(
			this.#machine.buffer,
			sample.inputTable,
			2 * sample.inputs.length
		);
		for (const [i, { index }] of sample.inputs.entries()) {
			this.#doubles(table[2 * i]!, count).set(columns[index]!);
		}
	}

	setPenaltySettings(values: readonly number[]): void {
		const settings = this.#layout.penalty?.settings ?? [];
		if (values.length !== settings.length) {
			throw new RangeError('The penalty has another number of settings');
		}
		for (const [i, address] of settings.entries()) this.#doubles(address, 1)[0] = values[i]!;
	}

	setHyperparameters(values: readonly number[]): void {
		checkCount('hyperparameters', this.#tapes.update.hyperparameterCount, values);
		for (const { settings } of this.#layout.update?.programs ?? []) {
			// The learning rate comes first.
			for (const [i, value] of values.entries()) this.#doubles(settings[1 + i]!, 1)[0] = value;
		}
	}

	setState(values: ArrayLike<number>): void {
		const state = this.#stateAt(this.#layout.kept.parameters);
		const length = state.reduce((sum, part) => sum + part.length, 0);
		checkCount("numbers of the optimizer's state", length, values);
		let place = 0;
		for (const part of state) for (let i = 0; i < part.length; i++) part[i] = values[place++]!;
	}

	getState(): Float64Array {
		return this.#state(this.#layout.kept.parameters);
	}

	penalty(): number {
		return this.#layout.penalty ? this.#machine.run.penalize(this.#layout.head) : 0;
	}

	train(queue: StepQueue): Outcome {
		this.#take(queue);
		const { head, loss, kept } = this.#layout;
		const steps = this.#machine.run.train(head, queue.length);
		if (steps === queue.length) return { steps, failure: null };
		const value = this.#doubles(loss, 1)[0]!;
		if (!Number.isFinite(value)) return { steps, failure: { what: 'loss', value } };
		const next = this.#doubles(kept.next, this.#count);
		return { steps, failure: brokenUpdate(next, this.#state(kept.next)) };
	}

	differentiate(queue: StepQueue): Gradient {
		if (this.#tapes.sample.roots.length === 0) {
			throw new RangeError('The graph has no root to differentiate');
		}
		this.#take(queue);
		const { head, loss, gradient } = this.#layout;
		this.#machine.run.differentiate(head);
		return {
			loss: this.#doubles(loss, 1)[0]!,
			gradient: this.#doubles(gradient, this.#count).slice()
		};
	}

	evaluate(start: number, end: number): Float64Array[] {
		if (!(start >= 0 && start <= end && end <= this.#samples)) {
			throw new RangeError('There are no such samples');
		}
		const { sample, head } = this.#layout;
		this.#machine.run.evaluate(head, start, end);
		const table = new Uint32Array(
			this.#machine.buffer,
			sample.outputTable,
			2 * sample.outputs.length
		);
		return sample.outputs.map((_, i) => this.#doubles(table[2 * i + 1]!, end - start).slice());
	}

	picture(columns: readonly Float32Array[], outputs: readonly number[] = [0]): Float32Array[] {
		const { picture, kept, pictureParameters } = this.#layout;
		const tape = this.#tapes.picture;
		if (!picture || !tape) throw new RangeError('There is no graph for pictures');
		const count = sampleLength(tape, columns);
		this.#placePicture(columns, count, picture.inputs.length + outputs.length);
		const { buffer } = this.#machine;
		new Float32Array(buffer, pictureParameters, this.#count).set(
			this.#doubles(kept.parameters, this.#count)
		);
		for (const { from, to } of picture.copies) {
			new Float32Array(buffer, to, 1).set(new Float32Array(buffer, from, 1));
		}
		const head = new Uint32Array(buffer, picture.head, fields.programWords);
		const stride = roundUp(4 * count);
		const results = this.#picture.results;
		head[fields.programOutputs] = outputs.length;
		head[fields.programOutputTable] = this.#picture.end - roundUp(8 * outputs.length);
		const table = new Uint32Array(buffer, head[fields.programOutputTable], 2 * outputs.length);
		for (const [i, output] of outputs.entries()) {
			const column = picture.outputs[output];
			if (column === undefined) throw new RangeError(`The picture has no output ${output}`);
			table.set([column, results + stride * i], 2 * i);
		}
		this.#machine.run.picture(picture.head, count);
		return outputs.map((_, i) => new Float32Array(buffer, results + stride * i, count).slice());
	}

	#doubles(address: number, count: number): Float64Array {
		return new Float64Array(this.#machine.buffer, address, count);
	}

	/** The parts of the state of the parameters at an address: its columns, then its scalars. */
	#stateAt(parameters: number): Float64Array[] {
		const { columns, scalars } = this.#layout.kept;
		return [
			...columns.map((offset) => this.#doubles(parameters + offset, this.#count)),
			this.#doubles(parameters + scalars, this.#tapes.update.scalarCount)
		];
	}

	#state(parameters: number): Float64Array {
		return Float64Array.from(this.#stateAt(parameters).flatMap((part) => [...part]));
	}

	#write(): void {
		const { sample, penalty, picture, update, words, end } = this.#layout;
		this.#machine.grow(end);
		const { buffer, run } = this.#machine;
		new Uint8Array(buffer).fill(0, run.firstAddress(), end);
		for (const { address, row } of words) new Uint32Array(buffer, address, row.length).set(row);
		for (const program of [sample, penalty, ...(update?.programs ?? [])]) {
			for (const { address, value } of program?.constants ?? []) {
				this.#doubles(address, 1)[0] = value;
			}
		}
		for (const { address, value } of picture?.constants ?? []) {
			new Float32Array(buffer, address, 1)[0] = value;
		}
	}

	/** Moves what depends on the number of samples, so that there is room for twice as many. */
	#makeRoom(count: number): void {
		const { sample, end } = this.#layout;
		this.#capacity = Math.max(256, 2 * count);
		const arena = new Arena(end, memoryLimit);
		const inputs = sample.inputs.map(() => arena.take(8 * this.#capacity));
		const results = sample.outputs.map(() => arena.take(8 * this.#capacity));
		this.#machine.grow(arena.end);
		this.#dataEnd = arena.end;
		this.#queue = { steps: 0, indexes: 0 };
		this.#queueEnd = 0;
		this.#queued = null;
		this.#queueViews = null;
		this.#pictureColumns = [];
		const { buffer } = this.#machine;
		new Uint32Array(buffer, sample.inputTable, 2 * inputs.length).set(
			sample.inputs.flatMap(({ column }, i) => [inputs[i]!, column])
		);
		new Uint32Array(buffer, sample.outputTable, 2 * results.length).set(
			sample.outputs.flatMap((column, i) => [column, results[i]!])
		);
	}

	/** Copies a queue into memory. */
	#take(queue: StepQueue): void {
		const known = queue.indexes === this.#queued ? this.#queuedEnd : 0;
		const end = checkQueue(queue, this.#samples, known);
		const { length, indexes } = queue;
		if (length > this.#queue.steps || end > this.#queue.indexes) this.#makeQueue(length, end);
		const { rates, starts, counts, places } = this.#viewsOfQueue();
		for (let step = 0; step < length; step++) {
			rates[step] = queue.rates[step]!;
			starts[step] = queue.starts[step]!;
			counts[step] = queue.counts[step]!;
		}
		if (indexes === this.#queued && end <= this.#queuedEnd) return;
		for (let place = 0; place < end; place++) places[place] = indexes[place]!;
		this.#queued = indexes;
		this.#queuedEnd = end;
	}

	/** The arrays of the queue in memory, made once for each place that they have. */
	#viewsOfQueue(): QueueViews {
		const { buffer } = this.#machine;
		if (this.#queueViews?.rates.buffer === buffer) return this.#queueViews;
		const { steps, indexes } = this.#queue;
		const head = new Uint32Array(buffer, this.#layout.head, fields.trainingWords);
		this.#queueViews = {
			rates: this.#doubles(head[fields.trainingRates]!, steps),
			starts: new Uint32Array(buffer, head[fields.trainingStarts], steps),
			counts: new Uint32Array(buffer, head[fields.trainingCounts], steps),
			places: new Uint32Array(buffer, head[fields.trainingIndexes], indexes)
		};
		return this.#queueViews;
	}

	#makeQueue(length: number, end: number): void {
		const steps = Math.max(64, 2 * length, this.#queue.steps);
		const indexCount = Math.max(1024, 2 * end, this.#queue.indexes);
		const arena = new Arena(this.#dataEnd, memoryLimit);
		const rates = arena.take(8 * steps);
		const starts = arena.take(4 * steps);
		const counts = arena.take(4 * steps);
		const places = arena.take(4 * indexCount);
		this.#machine.grow(arena.end);
		this.#queue = { steps, indexes: indexCount };
		this.#queued = null;
		this.#queueViews = null;
		this.#pictureColumns = [];
		const head = new Uint32Array(this.#machine.buffer, this.#layout.head, fields.trainingWords);
		head[fields.trainingRates] = rates;
		head[fields.trainingStarts] = starts;
		head[fields.trainingCounts] = counts;
		head[fields.trainingIndexes] = places;
		this.#queueEnd = arena.end;
	}

	/** Lays out the columns, results and table of a picture behind the queue; columns that are there already stay. */
	#placePicture(columns: readonly Float32Array[], count: number, rows: number): void {
		const { picture } = this.#layout;
		const arena = new Arena(Math.max(this.#queueEnd, this.#dataEnd), memoryLimit);
		const inputs = picture!.inputs.map(() => arena.take(4 * count));
		const results = arena.take(0);
		for (let row = 0; row < rows; row++) arena.take(roundUp(4 * count));
		arena.take(roundUp(8 * rows));
		arena.take(0);
		this.#machine.grow(arena.end);
		this.#picture = { end: arena.end, results };
		if (
			this.#pictureColumns.length === columns.length &&
			columns.every((column, i) => column === this.#pictureColumns[i])
		)
			return;
		const { buffer } = this.#machine;
		const table = new Uint32Array(buffer, picture!.inputTable, 2 * inputs.length);
		for (const [i, { index, column }] of picture!.inputs.entries()) {
			new Float32Array(buffer, inputs[i], count).set(columns[index]!);
			table.set([inputs[i]!, column], 2 * i);
		}
		this.#pictureColumns = [...columns];
	}
}
