import { datasets } from '$lib/data/datasets';
import { limits, within, type Range } from '$lib/experiment/limits';
import {
	InvalidExperiment,
	parseExperiment,
	pointCount,
	type Experiment
} from '$lib/experiment/schema';
import { parameterCount } from '$lib/nn/places';
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
	/** When it was last saved, in milliseconds since 1970. */
	readonly updated: number;
}

/** A record that could be read; `damage` says in a sentence what of it could not. */
export interface ReadableRecord extends WorkRecord {
	readonly damage: string | null;
}

/** Samples of a history that are kept at most; the newest stay. */
export const historyLimit = 5000;

const progressLost = 'The progress of this work could not be read, so its run starts over.';
const historyLost = 'The loss curve of this work could not be read, so it begins anew.';

/**
 * What a kept record holds. Damage to the progress alone costs only that.
 * @throws InvalidExperiment when there is no record or its experiment cannot be read
 */
export function readRecord(stored: unknown): ReadableRecord {
	const record = (stored ?? {}) as Partial<Record<keyof WorkRecord, unknown>>;
	const { id, updated } = record;
	if (typeof id !== 'string' || !isTime(updated)) {
		throw new InvalidExperiment('This is not a piece of work.');
	}
	const experiment = parseExperiment(record.experiment);
	const start = { id, updated, experiment, checkpoint: null, history: [] };
	const checkpoint = record.checkpoint ?? null;
	if (checkpoint !== null && !isCheckpoint(checkpoint, experiment)) {
		return { ...start, damage: progressLost };
	}
	const samples = historyIn(record.history);
	if (!samples) return { ...start, checkpoint, damage: historyLost };
	const reached = checkpoint?.step ?? 0;
	const history = samples.filter(({ step }) => step <= reached);
	return { ...start, checkpoint, history, damage: null };
}

/** Whether this is a moment that can be written as a date, in milliseconds since 1970. */
export function isTime(value: unknown): value is number {
	return typeof value === 'number' && within(value, { min: 0, max: 8.64e15 });
}

const isCount = (value: unknown, range: Range) =>
	Number.isInteger(value) && !Object.is(value, -0) && within(value as number, range);

function isCheckpoint(value: unknown, { hiddenLayers }: Experiment): value is Checkpoint {
	if (typeof value !== 'object' || value === null) return false;
	const { step, epoch, cursor, parameters } = value as Record<string, unknown>;
	return (
		isCount(step, limits.step) &&
		// A pass takes a step at least.
		isCount(epoch, { min: 0, max: step as number }) &&
		isCount(cursor, limits.points) &&
		parameters instanceof Float64Array &&
		parameters.length === parameterCount([2, ...hiddenLayers, 1]) &&
		parameters.every(Number.isFinite)
	);
}

const isLoss = (value: unknown) => value === null || Number.isFinite(value);

/** The newest samples of a kept history; null when they are none. What is older is not even looked at. */
function historyIn(value: unknown): readonly LossSample[] | null {
	if (!Array.isArray(value)) return null;
	const newest = value.slice(-historyLimit) as unknown[];
	let last = -1;
	// Not `every`, which skips holes.
	for (const sample of newest) {
		if (typeof sample !== 'object' || sample === null) return null;
		const { step, trainLoss, testLoss } = sample as Record<string, unknown>;
		if (!isCount(step, limits.step) || (step as number) <= last) return null;
		last = step as number;
		if (!isLoss(trainLoss) || !isLoss(testLoss)) return null;
	}
	return newest as readonly LossSample[];
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

/** A record as JSON text that leaves nothing out, whatever it holds. */
export function rawText(stored: unknown): string {
	return JSON.stringify(stored, (_, value: unknown) => plain(value), '\t') ?? 'null';
}

function plain(value: unknown): unknown {
	if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
		return Array.from(value as unknown as ArrayLike<unknown>);
	}
	if (value instanceof Map || value instanceof Set) return [...value];
	const unwritable =
		typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value));
	return unwritable ? String(value) : value;
}
