import type { Tape } from './tape';

/** What a training step runs. */
export interface TrainingTapes {
	/**
	 * The graph of one sample. Its roots add up to the sample's part of the loss. Its setting 0, if it has one, is the share of
	 * a sample in its batch: 1 / (samples in the batch), so that the parts of a batch add up to the mean.
	 */
	readonly sample: Tape;
	/** What is added to the loss once a step, with one root and without sample leaves; null for nothing. */
	readonly penalty: Tape | null;
	/** What pictures show, over the same parameters and without a root or settings; left out for nothing. */
	readonly picture?: Tape;
	/** How a step moves the parameters. */
	readonly update: UpdateTapes;
}

/** What an optimizer computes, as `traceUpdate` makes it. */
export interface UpdateTapes {
	/**
	 * The update of one parameter, run for each. Sample leaves: the parameter, its gradient, and what is remembered of it.
	 * Settings: the learning rate, the hyperparameters, and what `shared` puts out. Outputs: the parameter after the step, and
	 * what is remembered of it then.
	 */
	readonly parameter: Tape;
	/**
	 * What is computed once a step before the updates; null for nothing. Its parameter leaves are the gradients. Settings: the
	 * learning rate, the hyperparameters, the scalars that are remembered. Outputs: the scalars after the step, other results.
	 */
	readonly shared: Tape | null;
	readonly hyperparameterCount: number;
	readonly scalarCount: number;
}

/** Steps to make in one call, as columns: entry i of each array is step i. */
export interface StepQueue {
	/** How many steps. */
	length: number;
	/** The learning rate of each step. */
	readonly rates: Float64Array;
	/** Where in `indexes` a step's batch begins, and how many samples it has (at least one). */
	readonly starts: Uint32Array;
	readonly counts: Uint32Array;
	/** Sample indexes, batch after batch. An array that was there in the last call too is taken to hold the same numbers. */
	indexes: Uint32Array;
}

/** How a queue ended. A step that fails changes nothing. */
export interface Outcome {
	/** Steps made. */
	readonly steps: number;
	/** What was no longer finite in the step after these; null if all were made. */
	readonly failure: null | {
		readonly what: 'loss' | 'parameters' | 'state';
		readonly value: number;
	};
}

/** The loss of a batch and its gradient, one number for each parameter. */
export interface Gradient {
	readonly loss: number;
	readonly gradient: Float64Array;
}

/**
 * Something that runs tapes in double precision. All executors give the same bits, because these orders are part of the
 * definition:
 *
 * - each node computes what the op table says, one rounding for each arithmetic operation;
 * - the gradient of a node starts at 0 and its readers add to it from the last on the tape to the first;
 * - over the samples of a batch each use of a parameter has **two interleaved sums**: the positions 0, 2, 4, ... of the batch
 *   and the positions 1, 3, 5, ... are each added left to right from 0, then the even sum plus the odd sum. Each root likewise;
 * - the gradient of a parameter is the sum over its uses, in the order in which the backward pass meets them: those of the
 *   sample's graph, then those of the penalty. The loss is 0 plus the roots' sums, left to right, plus the penalty.
 *
 * What an optimizer remembers is its state: column after column of one number for each parameter, then its scalars.
 */
export interface Executor {
	readonly kind: 'wasm' | 'interpreter';
	/** Replaces the parameters. @throws RangeError when the count differs */
	setParameters(values: ArrayLike<number>): void;
	/** A copy of the parameters. */
	getParameters(): Float64Array;
	/** Replaces the samples: a column for each sample leaf, all of one length. @throws RangeError when they do not fit */
	setSamples(columns: readonly ArrayLike<number>[]): void;
	/** Sets the settings of the penalty. @throws RangeError when the count differs */
	setPenaltySettings(values: readonly number[]): void;
	/** Sets the optimizer's hyperparameters, without the learning rate. @throws RangeError when the count differs */
	setHyperparameters(values: readonly number[]): void;
	/** Replaces the optimizer's state, which is all zeros at first. @throws RangeError when the length differs */
	setState(values: ArrayLike<number>): void;
	/** A copy of the optimizer's state. */
	getState(): Float64Array;
	/** The penalty at the present parameters; 0 if there is none. */
	penalty(): number;
	/** Makes the steps of the queue: each takes the gradient of its batch and updates parameters and state. */
	train(queue: StepQueue): Outcome;
	/** What the first step of the queue would follow. */
	differentiate(queue: StepQueue): Gradient;
	/** The outputs of the sample's graph at the samples from `start` up to but not including `end`, a column for each output. */
	evaluate(start: number, end: number): Float64Array[];
	/**
	 * Outputs of the graph for pictures, in single precision, a column for each of the wanted `outputs`, the first alone if
	 * left out. The columns of the sample leaves are kept: handing in the same arrays again saves copying them.
	 * @throws RangeError when the columns do not fit the graph, or there is none
	 */
	picture(columns: readonly Float32Array[], outputs?: readonly number[]): Float32Array[];
}

/** A queue with room for so many steps. */
export function stepQueue(capacity: number): StepQueue {
	return {
		length: 0,
		rates: new Float64Array(capacity),
		starts: new Uint32Array(capacity),
		counts: new Uint32Array(capacity),
		indexes: new Uint32Array(0)
	};
}

/**
 * Checks what every executor relies on.
 * @throws RangeError when the tapes do not fit each other or the definition
 */
export function checkTapes({ sample, penalty, picture, update }: TrainingTapes): void {
	if (penalty && penalty.roots.length !== 1) {
		throw new RangeError('A penalty has one root');
	}
	if (sample.settingCount > 1) throw new RangeError("A sample's graph has one setting, its share");
	if (penalty && penalty.sampleCount > 0) throw new RangeError('A penalty has no sample leaves');
	for (const other of [penalty, picture, update.shared]) {
		if (other && other.parameterCount !== sample.parameterCount) {
			throw new RangeError('The tapes have different numbers of parameters');
		}
	}
	if (picture && (picture.roots.length > 0 || picture.settingCount > 0)) {
		throw new RangeError('A graph for pictures has no root and no settings');
	}
}

/** What of an update is not finite, the parameters first; null if all is. */
export function brokenUpdate(parameters: Float64Array, state: Float64Array): Outcome['failure'] {
	for (const [what, values] of [
		['parameters', parameters],
		['state', state]
	] as const) {
		const value = values.find((number) => !Number.isFinite(number));
		if (value !== undefined) return { what, value };
	}
	return null;
}

/** How many numbers of each parameter an optimizer remembers. */
export const stateColumns = ({ parameter }: UpdateTapes) => parameter.outputs.length - 1;

/**
 * Checks how many values there are for something.
 * @throws RangeError when they are not `count`
 */
export function checkCount(what: string, count: number, values: ArrayLike<number>): void {
	if (values.length === count) return;
	throw new RangeError(`${count} ${what} cannot take ${values.length} values`);
}

/**
 * Checks a list of columns against a tape.
 * @throws RangeError when a column is missing or too many, or their lengths differ
 */
export function sampleLength(tape: Tape, columns: readonly ArrayLike<number>[]): number {
	if (columns.length !== tape.sampleCount) {
		throw new RangeError(`The graph has ${tape.sampleCount} sample leaves, not ${columns.length}`);
	}
	const length = columns[0]?.length ?? 0;
	if (columns.some((column) => column.length !== length)) {
		throw new RangeError('The columns of the samples differ in length');
	}
	return length;
}

/**
 * Checks that a queue stays within its arrays and the samples.
 * @param known - so many of the indexes were checked before
 * @returns where in the indexes the last batch ends
 * @throws RangeError when it does not
 */
export function checkQueue(queue: StepQueue, sampleCount: number, known = 0): number {
	const { length, rates, starts, counts, indexes } = queue;
	if (length > Math.min(rates.length, starts.length, counts.length)) {
		throw new RangeError('The queue is longer than its arrays');
	}
	let last = 0;
	for (let step = 0; step < length; step++) {
		const end = starts[step]! + counts[step]!;
		if (counts[step] === 0 || end > indexes.length) {
			throw new RangeError('A batch reaches beyond the indexes');
		}
		if (end > last) last = end;
	}
	for (let place = known; place < last; place++) {
		if (indexes[place]! >= sampleCount) throw new RangeError('There is no such sample');
	}
	return last;
}
