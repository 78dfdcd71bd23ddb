import { openDB } from 'idb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { presets } from '$lib/experiment/defaults';
import { openWorkDatabase, storageName } from '$lib/state/workStore';
import type { Device } from '../../support/device';
import {
	Listener,
	checkpointAt,
	endDevice,
	freshDevice,
	recordAt,
	seeded,
	shelf,
	shelve,
	whole,
	workAt,
	worksIn,
	worksOn
} from '../../support/works';

let device: Device;

beforeEach(() => {
	device = freshDevice();
});
afterEach(endDevice);

describe('the store', () => {
	const many = (count: number) =>
		Array.from({ length: count }, (_, index) =>
			recordAt(`work ${index}`, index + 1, workAt(0, seeded(index)))
		);

	it('keeps the 50 newest', async () => {
		await shelve(...many(55));
		const works = worksIn(device.tab());
		works.save(workAt(0, presets.xor), true);
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
		works.save(workAt(0, presets.xor), true);
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
		works.save(workAt(0, presets.xor), true);
		await works.flush();
		await new Promise((resolve) => setTimeout(resolve, 50));
		expect(await shelf()).toHaveLength(50);
	});
});

describe('a store in trouble', () => {
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
		const works = worksOn(
			{
				...device.tab().surroundings,
				openDatabase: openWorkDatabase
			},
			listener
		);
		expect(await works.resume()).toBeNull();
		expect(listener.errors).toMatchObject([{ name: 'VersionError' }]);
	});

	it('that does not answer is not waited for', async () => {
		vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
		try {
			const listener = new Listener();
			let open: (() => void) | undefined;
			const { surroundings } = device.tab();
			const works = worksOn(
				{
					...surroundings,
					openDatabase: async (lost) => {
						await new Promise<void>((resolve) => (open = resolve));
						return surroundings.openDatabase(lost);
					}
				},
				listener
			);
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
		works.save(workAt(0, presets.xor), true);
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

describe('writes', () => {
	it('of an edit begin in the same task', async () => {
		const works = worksIn(device.tab());
		await works.resume();
		const before = device.writes;
		works.save(workAt(1), true);
		expect(device.writes).toBe(before + 1);
	});

	it('of edits are handed over at once, and end in their order', async () => {
		const works = worksIn(device.tab());
		await works.resume();
		works.save(workAt(0), true);
		await works.flush();
		for (let step = 1; step < 50; step++) {
			const before = device.writes;
			works.save(workAt(step), true);
			expect(device.writes).toBe(before + 1);
			if (step % 7 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
		}
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
