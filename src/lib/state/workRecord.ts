import { datasets } from '$lib/data/datasets';
import { limits, within } from '$lib/experiment/limits';
import {
	InvalidExperiment,
	parseExperiment,
	pointCount,
	type Experiment
} from '$lib/experiment/schema';
import { parameterCount } from '$lib/nn/places';
import { stateLength } from '$lib/optim/optimizer';
import { optimizers, type OptimizerName } from '$lib/optim/optimizers';
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
	if (!isHistory(record.history)) return { ...start, checkpoint, damage: historyLost };
	const reached = checkpoint?.step ?? 0;
	const history = record.history.filter(({ step }) => step <= reached).slice(-historyLimit);
	return { ...start, checkpoint, history, damage: null };
}

/** Whether this is a moment that can be written as a date, in milliseconds since 1970. */
export function isTime(value: unknown): value is number {
	return typeof value === 'number' && within(value, { min: 0, max: 8.64e15 });
}

const isCount = (value: unknown) => Number.isInteger(value) && within(value as number, limits.step);

function isCheckpoint(value: unknown, { hiddenLayers }: Experiment): value is Checkpoint {
	if (typeof value !== 'object' || value === null) return false;
	const { step, epoch, cursor, parameters, optimizer } = value as Record<string, unknown>;
	const count = parameterCount([2, ...hiddenLayers, 1]);
	return (
		[step, epoch, cursor].every(isCount) &&
		areNumbers(parameters, count) &&
		(optimizer === undefined || isOptimizerState(optimizer, count))
	);
}

function isOptimizerState(value: unknown, count: number): boolean {
	const { name, numbers } = (value ?? {}) as Record<string, unknown>;
	if (typeof name !== 'string' || !Object.hasOwn(optimizers, name)) return false;
	return areNumbers(numbers, stateLength(optimizers[name as OptimizerName], count));
}

/** So many finite numbers. */
const areNumbers = (value: unknown, length: number) =>
	value instanceof Float64Array && value.length === length && value.every(Number.isFinite);

const isLoss = (value: unknown) => value === null || Number.isFinite(value);

function isHistory(value: unknown): value is readonly LossSample[] {
	if (!Array.isArray(value)) return false;
	let last = -1;
	return value.every((sample: Partial<Record<keyof LossSample, unknown>> | null) => {
		if (!sample || !isCount(sample.step) || (sample.step as number) <= last) return false;
		last = sample.step as number;
		return isLoss(sample.trainLoss) && isLoss(sample.testLoss);
	});
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
