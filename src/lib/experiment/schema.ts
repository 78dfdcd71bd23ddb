import * as v from 'valibot';
import { domain, latticeStep } from '../data/lattice';
import { rankCount, type Point } from '../data/point';
import { datasets, type DatasetName } from '../data/datasets';
import { activations, type ActivationName } from '../nn/activations';
import { losses, type LossName } from '../nn/losses';
import { limits, within, type Range } from './limits';

/** How a control or a field is called in a sentence. */
const spoken = (value: number) => (value < 1e-3 && value > 0 ? value.toFixed(5) : String(value));

/** A zero of either sign is the same rate, count or place, and JSON does not keep both apart: documents know one. */
const plainZero = (value: number) => (value === 0 ? 0 : value);

const numberIn = (name: string, range: Range) => {
	const sentence = `${name} must be a number from ${spoken(range.min)} to ${spoken(range.max)}.`;
	return v.pipe(
		v.number(sentence),
		v.minValue(range.min, sentence),
		v.maxValue(range.max, sentence),
		v.transform(plainZero)
	);
};

const wholeIn = (name: string, range: Range) => {
	const sentence = `${name} must be a whole number from ${spoken(range.min)} to ${spoken(range.max)}.`;
	return v.pipe(
		v.number(sentence),
		v.integer(sentence),
		v.minValue(range.min, sentence),
		v.maxValue(range.max, sentence),
		v.transform(plainZero)
	);
};

/** A list whose length is checked before anything in it is looked at. */
const listOf = <Item extends v.GenericSchema>(item: Item, most: number, sentence: string) =>
	v.pipe(v.custom<v.InferInput<Item>[]>(Array.isArray), v.maxLength(most, sentence), v.array(item));

const keysOf = <Name extends string>(table: Record<Name, unknown>) => Object.keys(table) as Name[];

const onLattice = (value: unknown) =>
	typeof value === 'number' && within(value, domain) && Number.isInteger(value / latticeStep);

function isPoint(value: unknown): value is Point {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
	if (Object.keys(value).length !== 4) return false;
	const { x, y, target, rank } = value as Record<string, unknown>;
	return (
		onLattice(x) &&
		onLattice(y) &&
		(target === -1 || target === 1) &&
		Number.isInteger(rank) &&
		within(rank as number, { min: 0, max: rankCount - 1 })
	);
}

/** Arrays that were found good: documents are immutable and share them, so each is walked through once. */
const checked = new WeakSet<object>();

function arePoints(value: unknown): value is readonly Point[] {
	if (!Array.isArray(value)) return false;
	if (checked.has(value)) return true;
	if (value.length > limits.points.max) return false;
	// Not `every`, which skips holes.
	for (const point of value) if (!isPoint(point)) return false;
	return true;
}

const negativeZeroIn = ({ x, y, rank }: Point) => [x, y, rank].some((n) => Object.is(n, -0));

/** The points themselves, or a copy where there is a zero below zero. */
function withPlainZeros(list: readonly Point[]): readonly Point[] {
	if (checked.has(list)) return list;
	const plain = list.some(negativeZeroIn)
		? list.map(({ x, y, target, rank }) => {
				return { x: plainZero(x), y: plainZero(y), target, rank: plainZero(rank) };
			})
		: list;
	checked.add(plain);
	return plain;
}

const points = v.pipe(
	v.custom<readonly Point[]>(
		arePoints,
		`Points must be at most ${limits.points.max}, each with x and y from ${domain.min} to ${domain.max} in steps of 1/1024, a target of -1 or 1, and a rank from 0 to ${rankCount - 1}.`
	),
	v.transform(withPlainZeros)
);

const trainShare = v.pipe(
	wholeIn('The training share', limits.trainShare),
	v.multipleOf(limits.trainShare.step, 'The training share must be a multiple of 5 percent.')
);

const dataset = v.variant(
	'kind',
	[
		v.strictObject({
			kind: v.picklist(keysOf<DatasetName>(datasets)),
			samples: wholeIn('Samples', limits.samples),
			noise: numberIn('Noise', limits.noise),
			trainShare
		}),
		v.strictObject({ kind: v.literal('drawn'), points, trainShare }),
		v.strictObject({ kind: v.literal('notebook') })
	],
	'This dataset is not known.'
);

const schedule = v.variant(
	'kind',
	[
		v.strictObject({ kind: v.literal('constant') }),
		v.strictObject({ kind: v.literal('linear'), steps: wholeIn('Decay steps', limits.decaySteps) })
	],
	'This learning rate schedule is not known.'
);

const learningRate = numberIn('The learning rate', limits.learningRate);
const l2 = numberIn('L2', limits.l2);
const batchSize = v.union(
	[v.literal('full'), wholeIn('The batch size', limits.batchSize)],
	`The batch size must be "full" or a whole number from ${limits.batchSize.min} to ${limits.batchSize.max}.`
);

const splice = v.strictObject({
	at: wholeIn('The place of an edit', limits.points),
	remove: wholeIn('The number of removed points', limits.points),
	insert: points
});

const event = v.strictObject({
	step: wholeIn('The step of a live edit', { min: 1, max: limits.step.max }),
	change: v.strictObject({
		learningRate: v.exactOptional(learningRate),
		schedule: v.exactOptional(schedule),
		l2: v.exactOptional(l2),
		batchSize: v.exactOptional(batchSize),
		dataset: v.exactOptional(dataset),
		splice: v.exactOptional(splice)
	})
});

const notebookLayers = [16, 16];

const document = v.pipe(
	v.strictObject({
		version: v.literal(1),
		seed: wholeIn('The seed', limits.seed),
		dataset,
		hiddenLayers: listOf(
			wholeIn('Neurons in a layer', limits.neurons),
			limits.hiddenLayers.max,
			`A network has at most ${limits.hiddenLayers.max} hidden layers.`
		),
		activation: v.picklist(keysOf<ActivationName>(activations), 'This activation is not known.'),
		initialization: v.picklist(['scaled-uniform', 'notebook'], 'This initialization is not known.'),
		loss: v.picklist(keysOf<LossName>(losses), 'This loss is not known.'),
		learningRate,
		schedule,
		l2,
		batchSize,
		events: listOf(
			event,
			limits.events.max,
			`A run holds at most ${limits.events.max} live edits. Reset makes the present set-up the start of a new run.`
		)
	}),
	v.check(
		({ initialization, hiddenLayers }) =>
			initialization !== 'notebook' || hiddenLayers.join() === notebookLayers.join(),
		"The notebook's initial parameters fit two hidden layers of 16 only."
	),
	v.check(
		({ dataset, events }) => eventsFit(dataset, events),
		'The live edits of this experiment do not fit each other.'
	),
	v.check(
		({ events }) => eventPoints(events) <= limits.eventPoints.max,
		`The live edits of a run bring in at most ${limits.eventPoints.max} points. Reset makes the present set-up the start of a new run.`
	)
);

/** Where the points come from. A generated set is named with its parameters; `trainShare` is in percent. */
export type Dataset = v.InferOutput<typeof dataset>;
/** An edit of the list of points in force: at index `at`, `remove` points give way to `insert`. */
export type Splice = v.InferOutput<typeof splice>;
/** A live edit: in force for everything shown at its step, and for every update from there on. */
export type LiveEvent = v.InferOutput<typeof event>;
/** The whole description of a run. Weights, losses and pictures are a pure function of it and a step. */
export type Experiment = Readonly<v.InferOutput<typeof document>>;

/** How many points a dataset has, without making them. */
export function pointCount(dataset: Dataset): number {
	if (dataset.kind === 'drawn') return dataset.points.length;
	return dataset.kind === 'notebook' ? 100 : dataset.samples;
}

function eventsFit(start: Dataset, events: readonly LiveEvent[]): boolean {
	let count = pointCount(start);
	let step = 0;
	for (const event of events) {
		if (event.step <= step) return false;
		step = event.step;
		const { dataset, splice } = event.change;
		if (dataset) count = pointCount(dataset);
		if (!splice) continue;
		if (splice.at + splice.remove > count) return false;
		count += splice.insert.length - splice.remove;
		if (count > limits.points.max) return false;
	}
	return true;
}

function eventPoints(events: readonly LiveEvent[]): number {
	let count = 0;
	for (const { change } of events) {
		count += change.splice?.insert.length ?? 0;
		if (change.dataset?.kind === 'drawn') count += change.dataset.points.length;
	}
	return count;
}

/** Bad input, with a sentence for the person who gave it. */
export class InvalidExperiment extends Error {
	override name = 'InvalidExperiment';
}

/**
 * The document that `input` (a file, a link, stored data, an edit) stands for.
 * @throws InvalidExperiment when it is not one.
 */
export function parseExperiment(input: unknown): Experiment {
	const version = (input as { version?: unknown } | null | undefined)?.version;
	if (typeof version === 'number' && version > 1) {
		throw new InvalidExperiment(
			'This experiment was made with a newer Sketchgrad. Update the app to open it.'
		);
	}
	if (version !== 1) throw new InvalidExperiment('This is not a Sketchgrad experiment.');
	const result = v.safeParse(document, input, { abortEarly: true });
	if (result.success) return result.output;
	const { message } = result.issues[0];
	const sentence = message.endsWith('.') ? message : 'Something in it is missing or not known.';
	throw new InvalidExperiment(sentence);
}
