import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultExperiment } from '$lib/experiment/defaults';
import { InvalidExperiment } from '$lib/experiment/schema';
import type { Work } from '$lib/state/workRecord';
import type { Device } from '../../support/device';
import {
	Listener,
	checkpointAt,
	endDevice,
	freshDevice,
	recordAt,
	shelf,
	shelve,
	whole,
	workAt,
	worksIn
} from '../../support/works';

let device: Device;

/** A checkpoint with so many numbers that an optimizer remembers. */
const withState = (name: string, count: number, value = 0.5) => ({
	...checkpointAt(2),
	optimizer: { name, numbers: new Float64Array(count).fill(value) }
});

beforeEach(() => {
	device = freshDevice();
});
afterEach(endDevice);

describe('a record that cannot be read', () => {
	const bad: [string, Record<string, unknown>][] = [
		['of a newer app', { experiment: { ...defaultExperiment, version: 2 } }],
		['without an experiment', { experiment: undefined }],
		['with an invalid experiment', { experiment: { ...defaultExperiment, l2: NaN } }],
		['without a time', { updated: undefined }],
		['with a time that is no number', { updated: Infinity }],
		['with a time that is no date', { updated: 9e15 }]
	];

	it.each(bad)('%s stays as it is, is listed, and told once', async (_, damage) => {
		const record = { ...recordAt('bad', 5, workAt(1)), ...damage };
		await shelve(record);
		const stored = await shelf();
		const listener = new Listener();
		const works = worksIn(device.tab(), listener);
		expect(await works.resume()).toBeNull();
		works.save(workAt(1), true);
		await works.flush();
		const [line, ...others] = await works.list();
		expect(line).toMatchObject({ id: 'bad', title: null });
		expect(others).toEqual([]);
		await works.list();
		expect(listener.counts).toEqual([1]);
		await expect(works.open('bad')).rejects.toBeInstanceOf(InvalidExperiment);
		expect(JSON.parse(await works.raw('bad'))).toMatchObject({ id: 'bad' });
		expect((await shelf()).filter(({ id }) => id === 'bad')).toEqual(stored);
		const later = new Listener();
		await worksIn(device.tab(), later).list();
		expect(later.counts).toEqual([]);
	});

	it('can be had as text, with all that is in it', async () => {
		await shelve({ ...recordAt('bad', 5), checkpoint: checkpointAt(2, 3), l2: -Infinity, big: 7n });
		expect(JSON.parse(await worksIn(device.tab()).raw('bad'))).toMatchObject({
			checkpoint: { step: 2, parameters: [2, 2 + 1 / 7, 2 + 2 / 7] },
			l2: '-Infinity',
			big: '7'
		});
	});

	const spoiled: [string, unknown][] = [
		['a step below zero', { ...checkpointAt(2), step: -1 }],
		['half a step', { ...checkpointAt(2), step: 1.5 }],
		['no epoch', { ...checkpointAt(2), epoch: undefined }],
		['more epochs than steps', { ...checkpointAt(2), epoch: 3 }],
		['a zero below zero', { ...checkpointAt(2), epoch: -0 }],
		['a cursor beyond all points', { ...checkpointAt(2), cursor: 2001 }],
		['a step beyond the last', { ...checkpointAt(2), step: 1_000_000_001 }],
		['a cursor that is no number', { ...checkpointAt(2), cursor: NaN }],
		['too few parameters', checkpointAt(2, 104)],
		['too many parameters', checkpointAt(2, 106)],
		['parameters of another kind', { ...checkpointAt(2), parameters: new Array(105).fill(0) }],
		['rounded parameters', { ...checkpointAt(2), parameters: new Float32Array(105) }],
		[
			'an infinite parameter',
			{ ...checkpointAt(2), parameters: new Float64Array(105).fill(Infinity) }
		],
		[
			'a parameter that is no number',
			{ ...checkpointAt(2), parameters: new Float64Array(105).fill(NaN) }
		],
		['no optimizer where one is named', { ...checkpointAt(2), optimizer: null }],
		['an optimizer that is not known', withState('toString', 0)],
		['too little of what the optimizer remembers', withState('momentum', 104)],
		['something that the optimizer does not remember', withState('sgd', 105)],
		['what the optimizer remembers no longer finite', withState('momentum', 105, Infinity)],
		['another shape', 'step 2']
	];

	it.each(spoiled)('costs only the checkpoint when that has %s', async (_, checkpoint) => {
		await shelve({ ...recordAt('a', 1, workAt(2)), checkpoint });
		const opened = await worksIn(device.tab()).resume();
		expect(opened).toMatchObject({ experiment: defaultExperiment, checkpoint: null, history: [] });
		expect(opened?.damage).toMatch(/starts over\.$/);
	});

	it('costs nothing when the optimizer remembers what it should', async () => {
		const checkpoint = withState('momentum', 105);
		await shelve({ ...recordAt('a', 1, workAt(2)), checkpoint });
		expect(await worksIn(device.tab()).resume()).toMatchObject({ checkpoint, damage: null });
	});

	it('costs nothing when there is no checkpoint yet', async () => {
		await shelve({ ...recordAt('a', 1), checkpoint: undefined });
		expect(await worksIn(device.tab()).resume()).toEqual(whole(workAt(0)));
	});

	const sample = { step: 1, trainLoss: 0.5, testLoss: null };
	it.each([
		['is none', 'history'],
		['has an infinite loss', [{ ...sample, trainLoss: Infinity }]],
		['has a loss that is no number', [{ ...sample, testLoss: NaN }]],
		['lacks a loss', [{ step: 1, trainLoss: 1 }]],
		['has half a step', [{ ...sample, step: 0.5 }]],
		['runs backward', [{ ...sample, step: 2 }, sample]],
		['has a hole', [null]],
		['has a place that nothing was put in', Object.assign(new Array(2), { 1: sample })],
		['is longer than any list that was filled', new Array(2 ** 32 - 1)]
	])('costs only the history when that %s', async (_, history) => {
		await shelve({ ...recordAt('a', 1, workAt(2)), history });
		const opened = await worksIn(device.tab()).resume();
		expect(opened).toMatchObject({ checkpoint: { step: 2 }, history: [] });
		expect(opened?.damage).toMatch(/begins anew\.$/);
	});

	it('keeps at most 5,000 samples, the newest, and none beyond the checkpoint', async () => {
		const works = worksIn(device.tab());
		await works.resume();
		const long = workAt(6000);
		works.save({ ...long, checkpoint: checkpointAt(5990) }, true);
		await works.flush();
		const [record] = (await shelf()) as unknown as [Work];
		expect(record.history).toHaveLength(5000);
		const resumed = await worksIn(device.tab()).resume();
		expect(resumed?.history.at(0)?.step).toBe(1001);
		expect(resumed?.history.at(-1)?.step).toBe(5990);
	});
});
