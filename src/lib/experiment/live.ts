import { datasets } from '../data/datasets';
import { snap } from '../data/lattice';
import type { Notebook } from '../data/notebook';
import type { Point } from '../data/point';
import { Random } from '../random/random';
import type { Dataset, Experiment, LiveEvent, Splice } from './schema';

/** What can change while the weights are kept, as it is in force at one step. */
export interface LiveSettings {
	readonly learningRate: number;
	readonly schedule: Experiment['schedule'];
	readonly l2: number;
	readonly batchSize: number | 'full';
	readonly dataset: Dataset;
	/** The dataset's points, in the order in which sums run over them. */
	readonly points: readonly Point[];
}

/** The points of a dataset. The notebook's table has to be at hand for its own dataset. */
function pointsOf(dataset: Dataset, seed: number, notebook: Notebook | null): readonly Point[] {
	if (dataset.kind === 'drawn') return dataset.points;
	if (dataset.kind !== 'notebook') {
		const { samples, noise } = dataset;
		return datasets[dataset.kind].generate(samples, noise, new Random(seed, 'data'));
	}
	if (!notebook) throw new Error("The notebook's table was not loaded.");
	return notebook.points;
}

/** Whether the document, its events included, needs the notebook's table. */
export function needsNotebook(experiment: Experiment): boolean {
	return (
		experiment.initialization === 'notebook' ||
		experiment.dataset.kind === 'notebook' ||
		experiment.events.some(({ change }) => change.dataset?.kind === 'notebook')
	);
}

/** The training share of a dataset in percent; the notebook trains on all of its points. */
export function trainShareOf(dataset: Dataset): number {
	return dataset.kind === 'notebook' ? 100 : dataset.trainShare;
}

/** The settings of step 0, before any event. */
export function initialSettings(experiment: Experiment, notebook: Notebook | null): LiveSettings {
	return settingsAfter(experiment, 0, notebook);
}

/** Settings whose points may be yet to be made. */
type Unmade = Omit<LiveSettings, 'points'> & { readonly points: readonly Point[] | null };

/** The settings after events, one after the other. Of all the datasets that come and go, only the last is made. */
function replay(
	start: Unmade,
	events: readonly LiveEvent[],
	seed: number,
	notebook: Notebook | null
): LiveSettings {
	let next = start;
	/** Those of the dataset in force. */
	let splices: Splice[] = [];
	for (const { change } of events) {
		const { dataset, splice, ...hyperparameters } = change;
		next = { ...next, ...hyperparameters };
		if (dataset) {
			next = { ...next, dataset, points: null };
			splices = [];
		}
		if (splice) splices.push(splice);
	}
	const { dataset } = next;
	const points = next.points ?? pointsOf(dataset, seed, notebook);
	if (splices.length === 0) return { ...next, points };
	const drawn = dataset.kind === 'notebook' ? points.map(onLattice) : [...points];
	for (const { at, remove, insert } of splices) drawn.splice(at, remove, ...insert);
	const trainShare = trainShareOf(dataset);
	return { ...next, dataset: { kind: 'drawn', points: drawn, trainShare }, points: drawn };
}

/** The settings after one event. */
export function applyEvent(
	settings: LiveSettings,
	event: LiveEvent,
	seed: number,
	notebook: Notebook | null
): LiveSettings {
	return replay(settings, [event], seed, notebook);
}

/** A document holds drawn points on the lattice only, so the notebook's move there when they become drawn ones. */
export function onLattice(point: Point): Point {
	return { ...point, x: snap(point.x), y: snap(point.y) };
}

/** The settings after the first `count` events. What that may cost is stated in `limits.ts`. */
export function settingsAfter(
	experiment: Experiment,
	count: number,
	notebook: Notebook | null
): LiveSettings {
	const { learningRate, schedule, l2, batchSize, dataset, seed, events } = experiment;
	const start = { learningRate, schedule, l2, batchSize, dataset, points: null };
	return replay(start, events.slice(0, count), seed, notebook);
}

/** How many events are in force at `step`: all up to and including it. */
export function eventCountAt({ events }: Experiment, step: number): number {
	const next = events.findIndex((event) => event.step > step);
	return next < 0 ? events.length : next;
}

/** The settings in force at `step`. */
export function settingsAt(
	experiment: Experiment,
	step: number,
	notebook: Notebook | null
): LiveSettings {
	return settingsAfter(experiment, eventCountAt(experiment, step), notebook);
}

/** The document whose start is `settings`: no event is left. */
export function startingFrom(experiment: Experiment, settings: LiveSettings): Experiment {
	const { learningRate, schedule, l2, batchSize, dataset } = settings;
	return { ...experiment, learningRate, schedule, l2, batchSize, dataset, events: [] };
}

/** By value: a generated set is made anew, with other objects, at each replay. */
function samePoint(a: Point, b: Point): boolean {
	return a === b || (a.x === b.x && a.y === b.y && a.target === b.target && a.rank === b.rank);
}

/** The shortest splice that turns one list of points into another. */
export function spliceBetween(before: readonly Point[], after: readonly Point[]): Splice {
	const shorter = Math.min(before.length, after.length);
	let at = 0;
	while (at < shorter && samePoint(before[at]!, after[at]!)) at++;
	let kept = 0;
	while (kept < shorter - at && samePoint(before.at(-1 - kept)!, after.at(-1 - kept)!)) kept++;
	return { at, remove: before.length - at - kept, insert: after.slice(at, after.length - kept) };
}

/** Whether two flat records hold the same values. */
function alike<Fields extends object>(a: Fields, b: Fields): boolean {
	const keys = Object.keys({ ...a, ...b }) as (keyof Fields)[];
	return keys.every((key) => a[key] === b[key]);
}

function datasetChange(before: LiveSettings, after: LiveSettings): LiveEvent['change'] {
	const { dataset } = after;
	if (alike(before.dataset, dataset)) return {};
	if (dataset.kind === 'drawn' && dataset.trainShare === trainShareOf(before.dataset)) {
		const splice = spliceBetween(before.points, after.points);
		const same = splice.remove === 0 && splice.insert.length === 0;
		return same && before.dataset.kind === 'drawn' ? {} : { splice };
	}
	return { dataset };
}

function changeBetween(before: LiveSettings, after: LiveSettings): LiveEvent['change'] {
	const { learningRate, schedule, l2, batchSize } = after;
	return {
		...(learningRate !== before.learningRate && { learningRate }),
		...(!alike(schedule, before.schedule) && { schedule }),
		...(l2 !== before.l2 && { l2 }),
		...(batchSize !== before.batchSize && { batchSize }),
		...datasetChange(before, after)
	};
}

/**
 * The document in which `settings` take effect at `step`: as its start at step 0, else as the one event of that step.
 * Events after it are dropped, since they belong to a run that will not happen.
 */
export function withSettings(
	experiment: Experiment,
	step: number,
	settings: LiveSettings,
	notebook: Notebook | null
): Experiment {
	if (step === 0) return startingFrom(experiment, settings);
	const earlier = experiment.events.filter((event) => event.step < step);
	const past = { ...experiment, events: earlier };
	const change = changeBetween(settingsAt(past, step, notebook), settings);
	if (Object.keys(change).length === 0) return past;
	return { ...past, events: [...earlier, { step, change }] };
}
