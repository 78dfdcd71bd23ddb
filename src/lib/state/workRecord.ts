import { datasets } from '$lib/data/datasets';
import { limits, within, type Range } from '$lib/experiment/limits';
import {
	InvalidExperiment,
	parseExperiment,
	pointCount,
	type Dataset,
	type Experiment
} from '$lib/experiment/schema';
import { parameterCount } from '$lib/nn/places';
import { stateLength } from '$lib/optim/optimizer';
import { optimizers, type OptimizerName, type OptimizerState } from '$lib/optim/optimizers';
import type { Checkpoint } from '$lib/training/snapshot';
import type { LossSample } from './history';

/** A piece of work: an experiment, and how far its run has come. */
export interface Work {
	readonly experiment: Experiment;
	/** Where the run goes on; null for its start. */
	readonly checkpoint: Checkpoint | null;
	readonly history: readonly LossSample[];
}

/** A piece of work as it is kept on this device. */
export interface WorkRecord extends Work {
	readonly id: string;
	/** When it was last saved, in milliseconds since 1970; later than any work known before, even if the clock is set back. */
	readonly updated: number;
	/** Whether a point was placed in it by hand, on this device. */
	readonly placed: boolean;
}

/** A record that could be read; `damage` says in a sentence what of it could not. */
export interface ReadableRecord extends WorkRecord {
	readonly damage: string | null;
}

/** Samples of a history that are kept at most; the newest stay. */
export const historyLimit = 5000;

/** The last moment that can be written as a date, in milliseconds since 1970. */
export const latestTime = 8.64e15;

const progressLost = 'The progress of this work could not be read, so its run starts over.';
const historyLost = 'The loss curve of this work could not be read, so it begins anew.';

/**
 * What a kept record holds, in objects of its own. Damage to the progress alone costs only that.
 * @throws InvalidExperiment when there is no record or its experiment cannot be read
 */
export function readRecord(stored: unknown): ReadableRecord {
	const record = (stored ?? {}) as Partial<Record<keyof WorkRecord, unknown>>;
	const { id, updated } = record;
	if (typeof id !== 'string' || !isTime(updated)) {
		throw new InvalidExperiment('This is not a piece of work.');
	}
	const experiment = parseExperiment(record.experiment);
	// Records of older apps do not say it: what is drawn in them counts as placed.
	const placed = record.placed !== false;
	const start = { id, updated, placed, experiment, checkpoint: null, history: [] };
	const stands = record.checkpoint ?? null;
	const checkpoint = stands === null ? null : readCheckpoint(stands, experiment);
	if (stands !== null && !checkpoint) return { ...start, damage: progressLost };
	const history = readHistory(record.history, checkpoint?.step ?? 0);
	if (!history) return { ...start, checkpoint, damage: historyLost };
	return { ...start, checkpoint, history, damage: null };
}

/** What a stored record holds; null when it cannot be read. */
export function readableOf(stored: unknown): ReadableRecord | null {
	try {
		return readRecord(stored);
	} catch (error) {
		if (error instanceof InvalidExperiment) return null;
		throw error;
	}
}

/** Whether this is a moment that can be written as a date, in milliseconds since 1970. */
export function isTime(value: unknown): value is number {
	return typeof value === 'number' && within(value, { min: 0, max: latestTime });
}

const isCount = (value: unknown, range: Range): value is number =>
	Number.isInteger(value) && !Object.is(value, -0) && within(value as number, range);

function readCheckpoint(value: unknown, { hiddenLayers }: Experiment): Checkpoint | null {
	const { step, epoch, cursor, ...numbers } = value as Record<string, unknown>;
	if (!isCount(step, limits.step) || !isCount(cursor, limits.points)) return null;
	// A pass takes a step at least.
	if (!isCount(epoch, { min: 0, max: step })) return null;
	const count = parameterCount([2, ...hiddenLayers, 1]);
	const parameters = readNumbers(numbers['parameters'], count);
	if (!parameters) return null;
	if (numbers['optimizer'] === undefined) return { step, epoch, cursor, parameters };
	const optimizer = readOptimizerState(numbers['optimizer'], count);
	return optimizer && { step, epoch, cursor, parameters, optimizer };
}

function readOptimizerState(value: unknown, count: number): OptimizerState | null {
	const { name, numbers } = (value ?? {}) as Record<string, unknown>;
	if (typeof name !== 'string' || !Object.hasOwn(optimizers, name)) return null;
	const known = name as OptimizerName;
	const read = readNumbers(numbers, stateLength(optimizers[known], count));
	return read && { name: known, numbers: read };
}

/** So many finite numbers, in a copy: they may be a small part of what they lie in. Null when they are not. */
const readNumbers = (value: unknown, length: number): Float64Array | null =>
	value instanceof Float64Array && value.length === length && value.every(Number.isFinite)
		? value.slice()
		: null;

const isLoss = (value: unknown): value is number | null => value === null || Number.isFinite(value);

/** The newest samples up to the step that was reached; null when they cannot be read. What is older is not even looked at. */
function readHistory(value: unknown, reached: number): LossSample[] | null {
	if (!Array.isArray(value)) return null;
	const samples: LossSample[] = [];
	let last = -1;
	const newest = value.slice(-historyLimit) as (Partial<
		Record<keyof LossSample, unknown>
	> | null)[];
	// Not `every`, which skips holes.
	for (const sample of newest) {
		const { step, trainLoss, testLoss } = sample ?? {};
		if (!isCount(step, limits.step) || step <= last || !isLoss(trainLoss) || !isLoss(testLoss))
			return null;
		last = step;
		if (step <= reached) samples.push({ step, trainLoss, testLoss });
	}
	return samples;
}

/** Whether there is a point in it that was placed by hand, on this device. */
export function isDrawn({ placed, experiment: { dataset, events } }: WorkRecord): boolean {
	const holdsPoints = (set: Dataset | undefined) => set?.kind === 'drawn' && set.points.length > 0;
	return (
		placed &&
		(holdsPoints(dataset) ||
			events.some(({ change }) => change.splice?.insert.length || holdsPoints(change.dataset)))
	);
}

/** What a list calls an experiment: its data, as its last live edit left them, and its layers. */
export function titleOf({ dataset, events, hiddenLayers }: Experiment): string {
	let { kind } = dataset;
	let count = pointCount(dataset);
	for (const { change } of events) {
		if (change.dataset) {
			kind = change.dataset.kind;
			count = pointCount(change.dataset);
		}
		if (!change.splice) continue;
		kind = 'drawn';
		count += change.splice.insert.length - change.splice.remove;
	}
	return `${dataTitle(kind, count)}, ${[2, ...hiddenLayers, 1].join('-')}`;
}

function dataTitle(kind: Experiment['dataset']['kind'], count: number): string {
	if (kind === 'notebook') return 'Notebook';
	if (kind !== 'drawn') return datasets[kind].title;
	return count === 1 ? '1 drawn point' : `${count} drawn points`;
}
