import { openDB } from 'idb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultExperiment, presets } from '$lib/experiment/defaults';
import { InvalidExperiment, type Experiment } from '$lib/experiment/schema';
import type { Work } from '$lib/state/workRecord';
import { openWorkDatabase, storageName } from '$lib/state/workStore';
import { Works, type WorkListener } from '$lib/state/works';
import type { Checkpoint } from '$lib/training/snapshot';
import { drawnExperiment, scatteredPoints } from '../../support/experiments';
import { Device, type Tab } from '../../support/device';

let device: Device;
let opened: Works[];

beforeEach(() => {
	device = new Device();
	opened = [];
});
afterEach(async () => {
	device.trouble.writing = device.trouble.reading = device.trouble.opening = null;
	await Promise.all(opened.map((works) => works.dispose()));
});

class Listener implements WorkListener {
	readonly errors: unknown[] = [];
	readonly counts: number[] = [];
	stored(error: unknown): void {
		if (this.errors.length === 0 ? error !== null : this.errors.at(-1) !== error) {
			this.errors.push(error);
		}
	}
	unreadable(count: number): void {
		this.counts.push(count);
	}
}

function worksIn(tab: Tab, listener = new Listener()): Works {
	const works = new Works(listener, tab.surroundings);
	opened.push(works);
	return works;
}

/** 2-8-8-1 has 105 parameters. */
function checkpointAt(step: number, count = 105): Checkpoint {
	const parameters = Float64Array.from({ length: count }, (_, index) => step + index / 7);
	return { step, epoch: step, cursor: 0, parameters };
}

function workAt(step: number, experiment: Experiment = defaultExperiment): Work {
	const history = Array.from({ length: step + 1 }, (_, index) => ({
		step: index,
		trainLoss: 1 / (index + 1),
		testLoss: null
	}));
	return { experiment, checkpoint: step === 0 ? null : checkpointAt(step), history };
}

const seeded = (seed: number): Experiment => ({ ...defaultExperiment, seed });
const whole = (work: Work) => ({ ...work, damage: null });

/** All that is in the store, as it is. */
async function shelf(): Promise<Record<string, unknown>[]> {
	const database = await openDB(storageName(), 1);
	const all = (await database.getAll('works')) as Record<string, unknown>[];
	database.close();
	return all;
}

async function shelve(...records: Record<string, unknown>[]): Promise<void> {
	const database = await openWorkDatabase(() => undefined);
	for (const record of records) await database.put('works', record as never);
	database.close();
}

const recordAt = (id: string, updated: number, work = workAt(0)) => ({ id, updated, ...work });

describe('(a) a reload', () => {
	it('goes on with the same work, its checkpoint and its history', async () => {
		const tab = device.tab();
		const works = worksIn(tab);
		expect(await works.resume()).toBeNull();
		const work = workAt(12, seeded(5));
		works.save(work, true);
		await works.flush();
		expect(await worksIn(tab.reload()).resume()).toEqual(whole(work));
		expect(await shelf()).toHaveLength(1);
	});

	it('goes on with its own work, not with one that is newer', async () => {
		const tab = device.tab();
		const works = worksIn(tab);
		await works.resume();
		works.save(workAt(3, seeded(3)), true);
		await works.flush();
		device.time += 1000;
		await shelve(recordAt('newer', device.time, workAt(0, seeded(4))));
		expect(await worksIn(tab.reload()).resume()).toEqual(whole(workAt(3, seeded(3))));
	});

	it('waits for the page before it to end', async () => {
		const tab = device.tab();
		const works = worksIn(tab);
		await works.resume();
		works.save(workAt(1), true);
		await works.flush();
		const after = device.tab(tab.session);
		const resumed = worksIn(after).resume();
		await new Promise((resolve) => setTimeout(resolve, 50));
		tab.end();
		expect(await resumed).toEqual(whole(workAt(1)));
		const [{ id }] = (await shelf()) as [{ id: string }];
		expect(after.session.get(storageName())).toBe(id);
	});

	it('of a duplicated tab gets a copy', async () => {
		const tab = device.tab();
		const works = worksIn(tab);
		await works.resume();
		works.save(workAt(1), true);
		await works.flush();
		await shelve(recordAt('newer', device.time + 1, workAt(0, seeded(9))));
		const copy = worksIn(tab.duplicate());
		expect(await copy.resume()).toEqual(whole(workAt(1)));
		copy.save(workAt(2), true);
		works.save(workAt(3), true);
		await Promise.all([copy.flush(), works.flush()]);
		expect(await shelf()).toHaveLength(3);
	});
});

describe('(b) a fresh tab', () => {
	it('has a new work on a fresh device, which is not stored before it is saved', async () => {
		const works = worksIn(device.tab());
		expect(await works.resume()).toBeNull();
		await works.flush();
		expect(await shelf()).toEqual([]);
	});

	it('continues the newest work', async () => {
		await shelve(recordAt('old', 1), recordAt('new', 3, workAt(7)), recordAt('middle', 2));
		const works = worksIn(device.tab());
		expect(await works.resume()).toEqual(whole(workAt(7)));
		works.save(workAt(8), true);
		await works.flush();
		expect(await shelf()).toHaveLength(3);
		expect((await shelf()).find(({ id }) => id === 'new')).toMatchObject({
			updated: device.time,
			checkpoint: { step: 8 }
		});
	});

	it('starts with a copy of the newest when another tab has it, and never writes the same record', async () => {
		const first = worksIn(device.tab());
		await first.resume();
		first.save(workAt(5), true);
		await first.flush();
		const second = worksIn(device.tab());
		expect(await second.resume()).toEqual(whole(workAt(5)));
		first.save(workAt(6, seeded(1)), true);
		second.save(workAt(7, seeded(2)), true);
		await Promise.all([first.flush(), second.flush()]);
		const seeds = (await shelf()).map(({ experiment }) => (experiment as Experiment).seed);
		expect(seeds.sort()).toEqual([1, 2]);
		const third = worksIn(device.tab());
		expect(await third.resume()).not.toBeNull();
	});

	it('continues what a closed tab left', async () => {
		const tab = device.tab();
		const works = worksIn(tab);
		await works.resume();
		works.save(workAt(5), true);
		await works.flush();
		tab.end();
		const next = worksIn(device.tab());
		expect(await next.resume()).toEqual(whole(workAt(5)));
		next.save(workAt(6), true);
		await next.flush();
		expect(await shelf()).toHaveLength(1);
	});

	it('of two that open at once, each has a record of its own', async () => {
		await shelve(recordAt('one', 1));
		const both = [worksIn(device.tab()), worksIn(device.tab())];
		await Promise.all(both.map((works) => works.resume()));
		for (const [index, works] of both.entries()) works.save(workAt(index, seeded(index)), true);
		await Promise.all(both.map((works) => works.flush()));
		expect(await shelf()).toHaveLength(2);
	});

	it('passes over what cannot be read', async () => {
		await shelve(
			recordAt('good', 1, workAt(2)),
			{ id: 'bad', updated: 2, experiment: { version: 7 } },
			{ id: 'worse', updated: 'yesterday' }
		);
		expect(await worksIn(device.tab()).resume()).toEqual(whole(workAt(2)));
	});
});

describe('(c) something that is opened over the work', () => {
	it('is a new work, stored at once, and the former stays', async () => {
		const tab = device.tab();
		const works = worksIn(tab);
		await works.resume();
		works.save(workAt(4, seeded(1)), true);
		device.time += 10;
		const before = device.writes;
		works.startNew(presets.spiral);
		expect(device.writes).toBeGreaterThan(before);
		await works.flush();
		expect(await shelf()).toHaveLength(2);
		const [former, ...others] = await works.list();
		expect(others).toEqual([]);
		expect(former).toMatchObject({ title: 'Moons, 2-8-8-1', step: 4, updated: device.time - 10 });
		const reloaded = worksIn(tab.reload());
		expect(await reloaded.resume()).toEqual({
			experiment: presets.spiral,
			checkpoint: null,
			history: [],
			damage: null
		});
	});

	it('lets another tab continue the former', async () => {
		const works = worksIn(device.tab());
		await works.resume();
		works.save(workAt(4, seeded(1)), true);
		await works.flush();
		const [{ id }] = (await shelf()) as [{ id: string }];
		expect(device.locks.isHeld(`sketchgrad-work-${id}`)).toBe(true);
		works.startNew(presets.xor);
		await works.flush();
		await vi.waitFor(() => {
			expect(device.locks.isHeld(`sketchgrad-work-${id}`)).toBe(false);
		});
	});

	it('stores what the former had still to write', async () => {
		const works = worksIn(device.tab());
		await works.resume();
		works.save(workAt(1), true);
		works.save(workAt(2), false);
		works.startNew(presets.xor);
		await works.flush();
		expect(await works.list()).toMatchObject([{ step: 2 }]);
	});

	it('leaves nothing behind of a first visit that changed nothing', async () => {
		const works = worksIn(device.tab());
		await works.resume();
		works.startNew(presets.xor);
		await works.flush();
		expect(await works.list()).toEqual([]);
	});

	it('is not undone by a slower opening before it', async () => {
		await shelve(recordAt('old', 1, workAt(2)));
		const works = worksIn(device.tab());
		const resuming = works.resume();
		works.startNew(presets.xor);
		expect(await resuming).toBeNull();
		works.save({ experiment: presets.circle, checkpoint: null, history: [] }, true);
		await works.flush();
		expect(await works.list()).toMatchObject([{ id: 'old', step: 2 }]);
	});
});

describe('(d) the list of works', () => {
	it('has titles and times, newest first, without the open one', async () => {
		const drawn = drawnExperiment(3);
		const grown: Experiment = {
			...defaultExperiment,
			hiddenLayers: [],
			events: [{ step: 1, change: { splice: { at: 0, remove: 100, insert: scatteredPoints(1) } } }]
		};
		await shelve(
			recordAt('a', 10, workAt(0, drawn)),
			recordAt('b', 30, workAt(0, presets.notebook)),
			recordAt('c', 20, workAt(0, grown)),
			recordAt('d', 40)
		);
		const works = worksIn(device.tab());
		await works.resume();
		expect(await works.list()).toEqual([
			{ id: 'b', title: 'Notebook, 2-16-16-1', step: 0, updated: 30 },
			{ id: 'c', title: '1 drawn point, 2-1', step: 0, updated: 20 },
			{ id: 'a', title: '3 drawn points, 2-8-8-1', step: 0, updated: 10 }
		]);
	});

	it('opens a work itself, and the former stays', async () => {
		await shelve(recordAt('a', 1, workAt(3)), recordAt('b', 2, workAt(4)));
		const works = worksIn(device.tab());
		await works.resume();
		expect(await works.open('a')).toEqual(whole(workAt(3)));
		works.save(workAt(5), true);
		await works.flush();
		expect(await works.list()).toMatchObject([{ id: 'b', step: 4 }]);
		expect(await works.open('b')).toEqual(whole(workAt(4)));
		expect(await works.list()).toMatchObject([{ id: 'a', step: 5 }]);
		expect(await shelf()).toHaveLength(2);
	});

	it('opens a copy of what another tab has open', async () => {
		await shelve(recordAt('a', 1, workAt(3)), recordAt('b', 2, workAt(4)));
		const first = worksIn(device.tab());
		await first.resume();
		const second = worksIn(device.tab());
		await second.resume();
		await second.open('a');
		expect(await first.open('a')).toEqual(whole(workAt(3)));
		first.save(workAt(9), true);
		second.save(workAt(8), true);
		await Promise.all([first.flush(), second.flush()]);
		expect(await shelf()).toHaveLength(3);
	});

	it('can go back at once to what was left', async () => {
		const works = worksIn(device.tab());
		await works.resume();
		works.save(workAt(1), true);
		await works.flush();
		const [{ id }] = (await shelf()) as [{ id: string }];
		works.startNew(presets.xor);
		expect(await works.open(id)).toEqual(whole(workAt(1)));
		works.save(workAt(2), true);
		await works.flush();
		expect(await shelf()).toHaveLength(2);
	});

	it('does nothing for the work that is open, and says when one is gone', async () => {
		await shelve(recordAt('a', 1));
		const works = worksIn(device.tab());
		await works.resume();
		expect(await works.open('a')).toBeNull();
		await expect(works.open('gone')).rejects.toBeInstanceOf(InvalidExperiment);
		works.save(workAt(2), true);
		await works.flush();
		expect(await shelf()).toHaveLength(1);
	});
});

describe('(e) the store', () => {
	const many = (count: number) =>
		Array.from({ length: count }, (_, index) => recordAt(`work ${index}`, index + 1));

	it('keeps the 50 newest', async () => {
		await shelve(...many(55));
		const works = worksIn(device.tab());
		works.startNew(presets.xor);
		await works.flush();
		await vi.waitFor(async () => {
			expect(await shelf()).toHaveLength(50);
		});
		const ids = (await shelf()).map(({ id }) => id);
		expect(ids).toContain('work 54');
		expect(ids).toContain('work 6');
		expect(ids).not.toContain('work 5');
	});

	it('never prunes what another tab has open, nor what cannot be read', async () => {
		await shelve(recordAt('open', 0.5));
		const other = worksIn(device.tab());
		await other.resume();
		const unreadable = { id: 'unreadable', updated: 0.1, experiment: { version: 9 } };
		await shelve(...many(55), unreadable, { id: 'timeless' });
		const works = worksIn(device.tab());
		works.startNew(presets.xor);
		await works.flush();
		await vi.waitFor(async () => {
			expect(await shelf()).toHaveLength(53);
		});
		const ids = (await shelf()).map(({ id }) => id);
		expect(ids).toEqual(expect.arrayContaining(['open', 'unreadable', 'timeless', 'work 6']));
		expect(ids).not.toContain('work 5');
	});

	it('leaves 50 alone', async () => {
		await shelve(...many(49));
		const works = worksIn(device.tab());
		works.startNew(presets.xor);
		await works.flush();
		await new Promise((resolve) => setTimeout(resolve, 50));
		expect(await shelf()).toHaveLength(50);
	});
});

describe('(f) a record that cannot be read', () => {
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
		['another shape', 'step 2']
	];

	it.each(spoiled)('costs only the checkpoint when that has %s', async (_, checkpoint) => {
		await shelve({ ...recordAt('a', 1, workAt(2)), checkpoint });
		const opened = await worksIn(device.tab()).resume();
		expect(opened).toMatchObject({ experiment: defaultExperiment, checkpoint: null, history: [] });
		expect(opened?.damage).toMatch(/starts over\.$/);
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
		['has a hole', [null]]
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

describe('(g) a store in trouble', () => {
	const full = new DOMException('full', 'QuotaExceededError');

	it.each([
		['is missing', new ReferenceError('indexedDB is not defined')],
		['is forbidden', new DOMException('no', 'SecurityError')],
		['is of a newer app', new DOMException('newer', 'VersionError')]
	])('that %s leaves all in memory', async (_, error) => {
		device.trouble.opening = error;
		const listener = new Listener();
		const works = worksIn(device.tab(), listener);
		expect(await works.resume()).toBeNull();
		expect(listener.errors).toEqual([error]);
		works.save(workAt(1), true);
		await works.flush();
		await expect(works.list()).rejects.toBe(error);
		works.startNew(presets.xor);
		await works.flush();
		expect(listener.errors).toEqual([error]);
		const [left] = await works.list();
		expect(left).toMatchObject({ title: 'Moons, 2-8-8-1', step: 1 });
		expect(await works.open(left!.id)).toEqual(whole(workAt(1)));
	});

	it('really is of a newer app', async () => {
		(await openDB(storageName(), 2)).close();
		const listener = new Listener();
		const works = new Works(listener, {
			...device.tab().surroundings,
			openDatabase: openWorkDatabase
		});
		opened.push(works);
		expect(await works.resume()).toBeNull();
		expect(listener.errors).toMatchObject([{ name: 'VersionError' }]);
	});

	it('that does not answer is not waited for', async () => {
		vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
		try {
			const listener = new Listener();
			let open: (() => void) | undefined;
			const { surroundings } = device.tab();
			const works = new Works(listener, {
				...surroundings,
				openDatabase: async (lost) => {
					await new Promise<void>((resolve) => (open = resolve));
					return surroundings.openDatabase(lost);
				}
			});
			opened.push(works);
			const resuming = works.resume();
			await vi.advanceTimersByTimeAsync(4000);
			expect(await resuming).toBeNull();
			expect(listener.errors).toHaveLength(1);
			works.save(workAt(1), true);
			await works.flush();
			open!();
			vi.useRealTimers();
			await vi.waitFor(async () => {
				await works.flush();
				expect(await shelf()).toHaveLength(1);
			});
			expect(listener.errors.at(-1)).toBeNull();
		} finally {
			vi.useRealTimers();
		}
	});

	it('that is full keeps the newest in memory until it has room', async () => {
		const listener = new Listener();
		const works = worksIn(device.tab(), listener);
		await works.resume();
		works.save(workAt(1), true);
		await works.flush();
		device.trouble.writing = full;
		works.save(workAt(2), true);
		await works.flush();
		works.save(workAt(3), true);
		await works.flush();
		expect(listener.errors).toEqual([full]);
		expect(await shelf()).toMatchObject([{ checkpoint: { step: 1 } }]);
		device.trouble.writing = null;
		works.save(workAt(4), true);
		await works.flush();
		expect(listener.errors).toEqual([full, null]);
		expect(await shelf()).toMatchObject([{ checkpoint: { step: 4 } }]);
	});

	it('that is full does not lose what is left for another work', async () => {
		const listener = new Listener();
		const works = worksIn(device.tab(), listener);
		await works.resume();
		device.trouble.writing = full;
		works.save(workAt(7), true);
		works.startNew(presets.xor);
		await works.flush();
		const [left] = await works.list();
		expect(left).toMatchObject({ title: 'Moons, 2-8-8-1', step: 7 });
		expect(await works.open(left!.id)).toEqual(whole(workAt(7)));
		expect(await works.list()).toMatchObject([{ title: 'XOR, 2-8-8-1' }]);
		device.trouble.writing = null;
		await works.flush();
		expect(await shelf()).toHaveLength(2);
		expect(listener.errors).toEqual([full, null]);
	});

	it('whose connection breaks is opened anew', async () => {
		const listener = new Listener();
		const works = worksIn(device.tab(), listener);
		await works.resume();
		works.save(workAt(1), true);
		await works.flush();
		device.trouble.writing = new DOMException('closing', 'InvalidStateError');
		const mended = vi.spyOn(device, 'open').mockImplementation((lost) => {
			device.trouble.writing = null;
			mended.mockRestore();
			return device.open(lost);
		});
		works.save(workAt(2), true);
		await works.flush();
		expect(await shelf()).toMatchObject([{ checkpoint: { step: 2 } }]);
		expect(listener.errors).toEqual([]);
	});

	it('gives way to a newer app in another tab', async () => {
		const listener = new Listener();
		const works = worksIn(device.tab(), listener);
		await works.resume();
		works.save(workAt(1), true);
		await works.flush();
		const newer = await openDB(storageName(), 2);
		newer.close();
		works.save(workAt(2), true);
		await works.flush();
		expect(listener.errors).toMatchObject([{ name: 'VersionError' }]);
	});

	it('while reading leaves the open work as it was', async () => {
		await shelve(recordAt('a', 1), recordAt('b', 2));
		const works = worksIn(device.tab());
		await works.resume();
		device.trouble.reading = new DOMException('broken', 'NotReadableError');
		await expect(works.open('a')).rejects.toThrow('broken');
		device.trouble.reading = null;
		works.save(workAt(3), true);
		await works.flush();
		expect(await works.list()).toMatchObject([{ id: 'a' }]);
	});
});

describe('(h) writes', () => {
	it('of an edit begin in the same task', async () => {
		const works = worksIn(device.tab());
		await works.resume();
		const before = device.writes;
		works.save(workAt(1), true);
		expect(device.writes).toBe(before + 1);
	});

	it('are never two for the same record', async () => {
		const works = worksIn(device.tab());
		await works.resume();
		for (let step = 0; step < 50; step++) {
			works.save(workAt(step), true);
			if (step % 7 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
		}
		expect(device.mostWriting).toBe(1);
		await works.flush();
		expect(await shelf()).toMatchObject([{ checkpoint: { step: 49 } }]);
	});

	it('store what was saved, whatever becomes of the objects', async () => {
		const works = worksIn(device.tab());
		await works.resume();
		const work = workAt(3);
		works.save(work, true);
		work.checkpoint!.parameters.fill(NaN);
		await works.flush();
		expect(await shelf()).toMatchObject([{ checkpoint: checkpointAt(3) }]);
	});

	it('bring the last state to the store when the page is left', async () => {
		const tab = device.tab();
		const works = worksIn(tab);
		await works.resume();
		works.save(workAt(1), true);
		works.save(workAt(2), false);
		void works.flush();
		tab.end();
		expect(await worksIn(tab.reload()).resume()).toEqual(whole(workAt(2)));
	});
});

describe('without Web Locks', () => {
	const unlocked = (tab: Tab) => {
		const works = new Works(new Listener(), { ...tab.surroundings, locks: undefined });
		opened.push(works);
		return works;
	};

	it('a reload goes on, and a fresh tab takes a copy, since another may be open', async () => {
		const tab = device.tab();
		const works = unlocked(tab);
		await works.resume();
		works.save(workAt(1), true);
		await works.leave();
		const reloaded = unlocked(tab.reload());
		expect(await reloaded.resume()).toEqual(whole(workAt(1)));
		reloaded.save(workAt(2), true);
		await reloaded.flush();
		expect(await shelf()).toHaveLength(1);
		const fresh = unlocked(device.tab());
		expect(await fresh.resume()).toEqual(whole(workAt(2)));
		fresh.save(workAt(3), true);
		await fresh.flush();
		expect(await shelf()).toHaveLength(2);
	});

	it.each([true, false])('a duplicated tab takes a copy; after a reload: %s', async (reloaded) => {
		const tab = device.tab();
		let works = unlocked(tab);
		await works.resume();
		works.save(workAt(1), true);
		await works.flush();
		if (reloaded) {
			await works.leave();
			works = unlocked(tab);
			await works.resume();
		}
		const duplicate = unlocked(tab.duplicate());
		expect(await duplicate.resume()).toEqual(whole(workAt(1)));
		expect(duplicate.openId).not.toBe(works.openId);
		duplicate.save(workAt(2), true);
		works.save(workAt(3), true);
		await Promise.all([works.flush(), duplicate.flush()]);
		expect(await shelf()).toHaveLength(2);
	});

	it('a lock manager that refuses is as good as none', async () => {
		const request = () => Promise.reject(new DOMException('no', 'SecurityError'));
		const { surroundings } = device.tab();
		const works = new Works(new Listener(), {
			...surroundings,
			locks: { request } as unknown as LockManager
		});
		opened.push(works);
		await shelve(recordAt('a', 1, workAt(1)));
		expect(await works.resume()).toEqual(whole(workAt(1)));
	});
});

describe('without a session', () => {
	it('a reload goes on with the newest work', async () => {
		const tab = device.tab();
		const lone = (of: Tab) => {
			const works = new Works(new Listener(), { ...of.surroundings, session: null });
			opened.push(works);
			return works;
		};
		const works = lone(tab);
		await works.resume();
		works.save(workAt(1), true);
		await works.flush();
		const resuming = lone(device.tab()).resume();
		setTimeout(() => {
			tab.end();
		}, 20);
		expect(await resuming).toEqual(whole(workAt(1)));
		expect(await shelf()).toHaveLength(1);
	});

	it('one that throws is as good as none', async () => {
		const forbidden = () => {
			throw new DOMException('no', 'SecurityError');
		};
		const works = new Works(new Listener(), {
			...device.tab().surroundings,
			session: { getItem: forbidden, setItem: forbidden, removeItem: forbidden }
		});
		opened.push(works);
		expect(await works.resume()).toBeNull();
		works.save(workAt(1), true);
		await works.flush();
		expect(await shelf()).toHaveLength(1);
	});
});
