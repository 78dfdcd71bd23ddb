import { openDB } from 'idb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultExperiment, presets } from '$lib/experiment/defaults';
import { encodeLink } from '$lib/experiment/link';
import type { Experiment } from '$lib/experiment/schema';
import { historyOf } from '$lib/state/history';
import { Keeper, type KeeperSurroundings } from '$lib/state/keeper.svelte';
import { Notices } from '$lib/state/notices.svelte';
import { openWorkDatabase, storageName } from '$lib/state/workStore';
import type { Checkpoint } from '$lib/training/snapshot';
import { drawnExperiment } from '../../support/experiments';
import { Device, type Tab } from '../../support/device';

let device: Device;
let notices: Notices;
let keepers: Keeper[];

beforeEach(() => {
	device = new Device();
	notices = new Notices();
	keepers = [];
});
afterEach(async () => {
	device.trouble.writing = device.trouble.reading = device.trouble.opening = null;
	await Promise.all(keepers.map((keeper) => keeper.dispose()));
});

function keeperIn(tab: Tab, more: KeeperSurroundings = {}): Keeper {
	const keeper = new Keeper(notices, { ...tab.surroundings, ...more });
	keepers.push(keeper);
	return keeper;
}

const seeded = (seed: number): Experiment => ({ ...defaultExperiment, seed });
const start = { checkpoint: null, history: historyOf() };
const checkpoint: Checkpoint = {
	step: 2,
	epoch: 2,
	cursor: 0,
	parameters: new Float64Array(105).fill(0.5)
};
const samples = [0, 1, 2].map((step) => ({ step, trainLoss: 1 - step / 10, testLoss: 1 }));
const keys = () => notices.list.map(({ key }) => key);

describe('a page begins', () => {
	it('with the default experiment on a first visit', async () => {
		const keeper = keeperIn(device.tab());
		expect(await keeper.begin('')).toEqual({ experiment: defaultExperiment, resume: start });
		expect(notices.list).toEqual([]);
		expect(keeper.stored).toBe(true);
	});

	it('where the work stood', async () => {
		const tab = device.tab();
		const keeper = keeperIn(tab);
		await keeper.begin('');
		keeper.save(seeded(7), checkpoint, samples, true);
		await keeper.flush();
		expect(await keeperIn(tab.reload()).begin('#plot')).toEqual({
			experiment: seeded(7),
			resume: { checkpoint, history: historyOf(samples) }
		});
	});

	it('with what a link holds, as a new work beside the former', async () => {
		const tab = device.tab();
		const keeper = keeperIn(tab);
		await keeper.begin('');
		keeper.save(seeded(7), checkpoint, samples, true);
		await keeper.flush();
		const linked = drawnExperiment(12);
		const next = keeperIn(tab.reload());
		expect(await next.begin(await encodeLink(linked))).toEqual({
			experiment: linked,
			resume: start
		});
		await vi.waitFor(() => {
			expect(next.recent).toMatchObject([{ title: 'Moons, 2-8-8-1', step: 2 }]);
		});
		expect(await keeperIn(tab.reload()).begin('')).toEqual({ experiment: linked, resume: start });
	});

	it('with a preset', async () => {
		const keeper = keeperIn(device.tab());
		expect((await keeper.begin('#preset=spiral')).experiment).toEqual(presets.spiral);
	});

	it.each([
		['#1.eJyrVkrLz1eyUkpKLFKqBQ', /cut off/],
		['#2.abc', /newer/],
		['#preset=unknown', /no preset/]
	])('with the former work when the link is bad: %s', async (hash, sentence) => {
		const tab = device.tab();
		const keeper = keeperIn(tab);
		await keeper.begin('');
		keeper.save(seeded(7), checkpoint, samples, true);
		await keeper.flush();
		const { experiment } = await keeperIn(tab.reload()).begin(hash);
		expect(experiment).toEqual(seeded(7));
		expect(notices.list).toMatchObject([{ key: 'link', kind: 'warning' }]);
		expect(notices.list[0]!.text).toMatch(sentence);
	});

	it('with a word about a damaged checkpoint', async () => {
		const database = await openWorkDatabase(() => undefined);
		const bad = { ...checkpoint, parameters: new Float64Array(3) };
		const experiment = defaultExperiment;
		await database.put('works', {
			id: 'a',
			updated: 1,
			placed: false,
			experiment,
			checkpoint: bad,
			history: []
		});
		database.close();
		const begun = await keeperIn(device.tab()).begin('');
		expect(begun).toEqual({ experiment: defaultExperiment, resume: start });
		expect(notices.list).toMatchObject([
			{ key: 'work', text: expect.stringMatching(/starts over/) as string }
		]);
	});

	it('with one word about all that cannot be read, once', async () => {
		const database = await openWorkDatabase(() => undefined);
		for (const id of ['a', 'b']) await database.put('works', { id, updated: 1 } as never);
		database.close();
		const keeper = keeperIn(device.tab());
		await keeper.begin('');
		await vi.waitFor(() => {
			expect(notices.list).toMatchObject([
				{ key: 'unreadable', text: expect.stringMatching(/^2 pieces .* were set aside/) as string }
			]);
		});
		expect(keeper.recent).toMatchObject([{ title: null }, { title: null }]);
		expect(JSON.parse(await keeper.raw('a'))).toEqual({ id: 'a', updated: 1 });
		notices.dismiss('unreadable');
		const again = keeperIn(device.tab());
		await again.begin('');
		await again.refresh();
		expect(notices.list).toEqual([]);
	});
});

describe('the person opens', () => {
	it('something new, and the former work stays', async () => {
		const keeper = keeperIn(device.tab());
		await keeper.begin('');
		keeper.save(seeded(1), null, [], true);
		keeper.openAsNew(presets.xor);
		keeper.save(presets.xor, null, [], true);
		await keeper.flush();
		await keeper.refresh();
		expect(keeper.recent).toMatchObject([{ title: 'Moons, 2-8-8-1' }]);
		expect(await keeper.openRecent(keeper.recent[0]!.id)).toEqual({
			experiment: seeded(1),
			resume: start
		});
		await vi.waitFor(() => {
			expect(keeper.recent).toMatchObject([{ title: 'XOR, 2-8-8-1' }]);
		});
	});

	it('what is gone or broken, and gets a sentence', async () => {
		const keeper = keeperIn(device.tab());
		await keeper.begin('');
		expect(await keeper.openRecent('gone')).toBeNull();
		expect(notices.list).toMatchObject([
			{ key: 'work', text: expect.stringMatching(/cannot be read.*still open/) as string }
		]);
		device.trouble.reading = new Error('broken');
		expect(await keeper.openRecent('other')).toBeNull();
		expect(notices.list).toMatchObject([
			{ key: 'work', text: expect.stringMatching(/does not answer/) as string }
		]);
	});
});

describe('a storage in trouble', () => {
	it.each([
		[new DOMException('full', 'QuotaExceededError'), /is full/],
		[new DOMException('newer', 'VersionError'), /newer Sketchgrad/],
		[new DOMException('odd', 'DataError'), /does not let/]
	])('is told once, with a way to keep the work, until it is over: %s', async (error, sentence) => {
		const saveAsFile = vi.fn();
		const keeper = keeperIn(device.tab(), { saveAsFile });
		await keeper.begin('');
		device.trouble.writing = error;
		keeper.save(seeded(1), null, [], true);
		await keeper.flush();
		expect(keeper.stored).toBe(false);
		expect(notices.list).toMatchObject([
			{ key: 'storage', kind: 'error', action: { label: 'Save as a file' } }
		]);
		expect(notices.list[0]!.text).toMatch(sentence);
		expect(notices.list[0]!.text).toMatch(/save it as a file/);
		notices.list[0]!.action!.run();
		expect(saveAsFile).toHaveBeenCalledOnce();
		notices.dismiss('storage');
		keeper.save(seeded(2), null, [], true);
		await keeper.flush();
		expect(notices.list).toEqual([]);
		device.trouble.writing = null;
		keeper.save(seeded(3), null, [], true);
		await keeper.flush();
		expect(keeper.stored).toBe(true);
		device.trouble.writing = error;
		keeper.save(seeded(4), null, [], true);
		await keeper.flush();
		expect(keys()).toEqual(['storage']);
		device.trouble.writing = null;
		keeper.save(seeded(5), null, [], true);
		await keeper.flush();
		expect(notices.list).toEqual([]);
	});

	it('at the start loses nothing: former work waits, and is offered when it can be had', async () => {
		const former = keeperIn(device.tab());
		await former.begin('');
		former.save(seeded(7), checkpoint, samples, true);
		await former.dispose();
		vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
		try {
			device.trouble.opening = new DOMException('no', 'UnknownError');
			const keeper = keeperIn(device.tab());
			expect((await keeper.begin('')).experiment).toEqual(defaultExperiment);
			expect(notices.list).toMatchObject([
				{
					key: 'storage',
					kind: 'error',
					text: expect.stringMatching(/What was kept before is not lost/) as string
				}
			]);
			device.trouble.opening = null;
			await vi.advanceTimersByTimeAsync(5000);
			vi.useRealTimers();
			await vi.waitFor(() => {
				expect(notices.list).toMatchObject([
					{ key: 'storage', text: expect.stringMatching(/former work is under Recent/) as string }
				]);
			});
			expect(keeper.recent).toMatchObject([{ title: 'Moons, 2-8-8-1', step: 2 }]);
			expect(keeper.stored).toBe(true);
		} finally {
			vi.useRealTimers();
		}
	});

	it('does not keep a link or the default from opening', async () => {
		device.trouble.opening = new ReferenceError('indexedDB is not defined');
		expect((await keeperIn(device.tab()).begin('')).experiment).toEqual(defaultExperiment);
		expect(keys()).toEqual(['storage']);
		const linked = drawnExperiment(3);
		const keeper = keeperIn(device.tab());
		expect((await keeper.begin(await encodeLink(linked))).experiment).toEqual(linked);
		await vi.waitFor(() => {
			expect(keeper.stored).toBe(false);
		});
	});
});

describe('persistence', () => {
	it('is asked for once, after the first edit', async () => {
		const storage = {
			persist: vi.fn(() => Promise.resolve(true)),
			persisted: vi.fn(() => Promise.resolve(false))
		};
		const keeper = keeperIn(device.tab(), { storage });
		await keeper.begin('');
		keeper.save(seeded(1), checkpoint, samples, false);
		expect(storage.persist).not.toHaveBeenCalled();
		expect(keeper.persisted).toBe(false);
		keeper.save(seeded(2), null, [], true);
		keeper.save(seeded(3), null, [], true);
		await vi.waitFor(() => {
			expect(keeper.persisted).toBe(true);
		});
		expect(storage.persist).toHaveBeenCalledOnce();
	});

	it('that was granted before is known', async () => {
		const storage = {
			persist: () => Promise.resolve(true),
			persisted: () => Promise.resolve(true)
		};
		const keeper = keeperIn(device.tab(), { storage });
		await keeper.begin('');
		await vi.waitFor(() => {
			expect(keeper.persisted).toBe(true);
		});
	});

	it('may be missing or refused', async () => {
		const refuse = () => Promise.reject(new TypeError('no'));
		for (const storage of [undefined, { persist: refuse, persisted: refuse }]) {
			const keeper = keeperIn(device.tab(), { storage });
			await keeper.begin('');
			await keeper.requestPersistence();
			expect(keeper.persisted).toBe(false);
		}
	});
});

it('lets other tabs have the work when it ends', async () => {
	const keeper = keeperIn(device.tab());
	await keeper.begin('');
	keeper.save(seeded(1), null, [], false);
	await keeper.dispose();
	const next = keeperIn(device.tab());
	expect((await next.begin('')).experiment).toEqual(seeded(1));
	next.save(seeded(2), null, [], true);
	await next.flush();
	const database = await openDB(storageName(), 1);
	expect(await database.count('works')).toBe(1);
	database.close();
});
