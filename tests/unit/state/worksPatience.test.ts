import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { presets } from '$lib/experiment/defaults';
import { Unanswered } from '$lib/state/patience';
import { openWorkDatabase, type WorkDatabase } from '$lib/state/workStore';
import type { Device } from '../../support/device';
import {
	Listener,
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
	device.patience = 50;
});
afterEach(endDevice);

/** Another page that holds a transaction, until it lets go. */
async function holdStore(): Promise<() => Promise<void>> {
	const database = await openWorkDatabase(() => undefined);
	const transaction = database.transaction(['works', 'told'], 'readwrite');
	let held = true;
	const hold = (): void => {
		// A transaction lives as long as something is asked of it.
		if (held) void transaction.objectStore('told').get('nothing').then(hold);
	};
	hold();
	return async () => {
		held = false;
		await transaction.done;
		database.close();
	};
}

describe('a store that another page holds', () => {
	it('does not keep a page from starting, and is used when it answers again', async () => {
		await shelve(recordAt('a', 1, workAt(3)));
		const letGo = await holdStore();
		const listener = new Listener();
		const works = worksIn(device.tab(), listener);
		expect(await works.resume()).toBeNull();
		expect(works.reached).toBe(false);
		expect(listener.errors).toEqual([new Unanswered()]);
		works.save(workAt(1, presets.xor), true);
		await works.flush();
		works.save(workAt(2, presets.xor), true);
		await works.flush();
		await expect(works.list()).rejects.toBeInstanceOf(Unanswered);
		await letGo();
		await vi.waitFor(() => {
			expect(listener.errors.at(-1)).toBeNull();
		});
		expect(works.reached).toBe(true);
		expect(await works.list()).toMatchObject([{ id: 'a', step: 3 }]);
		works.save(workAt(5, presets.xor), true);
		await works.flush();
		expect(await shelf()).toHaveLength(2);
	});

	it('says so when it answers, though nothing is saved', async () => {
		await shelve(recordAt('a', 1, workAt(3)));
		const letGo = await holdStore();
		const listener = new Listener();
		const works = worksIn(device.tab(), listener);
		expect(await works.resume()).toBeNull();
		await letGo();
		await vi.waitFor(() => {
			expect(listener.errors.at(-1)).toBeNull();
		});
		// The answer to what was asked first came too late to be shown.
		works.save(workAt(9, presets.xor), true);
		await works.flush();
		expect((await shelf()).find(({ id }) => id === 'a')).toMatchObject({ checkpoint: { step: 3 } });
	});

	it('costs a reload nothing that was open and untouched', async () => {
		await shelve(recordAt('a', 1, workAt(3)));
		const tab = device.tab();
		worksIn(tab).startNew(presets.spiral);
		const letGo = await holdStore();
		const reloaded = worksIn(tab.reload());
		expect(await reloaded.resume()).toMatchObject({ experiment: presets.spiral });
		await letGo();
	});

	it('leaves the open work as it is when another cannot be read', async () => {
		await shelve(recordAt('a', 1, workAt(3)), recordAt('b', 2, workAt(4)));
		const works = worksIn(device.tab());
		await works.resume();
		const letGo = await holdStore();
		await expect(works.open('a')).rejects.toBeInstanceOf(Unanswered);
		expect(works.openId).toBe('b');
		await letGo();
		expect(await works.open('a')).toEqual(whole(workAt(3)));
	});
});

it('a store that refuses at the start is asked again', async () => {
	vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
	try {
		device.trouble.opening = new DOMException('no', 'UnknownError');
		const listener = new Listener();
		const works = worksIn(device.tab(), listener);
		expect(await works.resume()).toBeNull();
		expect(listener.errors).toEqual([device.trouble.opening]);
		device.trouble.opening = null;
		await vi.advanceTimersByTimeAsync(5000);
		vi.useRealTimers();
		await vi.waitFor(() => {
			expect(listener.errors.at(-1)).toBeNull();
		});
	} finally {
		vi.useRealTimers();
	}
});

describe('an older version', () => {
	/** A database whose first write breaks, as it does when the connection is lost. */
	function breaking(database: WorkDatabase, when: Promise<void>): WorkDatabase {
		let first = true;
		return new Proxy(database, {
			get: (target, key) => {
				const value: unknown = Reflect.get(target, key);
				if (typeof value !== 'function') return value;
				return (...parameters: unknown[]) => {
					const writes = key === 'transaction' && parameters[1] === 'readwrite';
					if (!writes || !first) return Reflect.apply(value, target, parameters) as unknown;
					first = false;
					const done = when.then(() => {
						throw new DOMException('lost', 'AbortError');
					});
					done.catch(() => undefined);
					const index = () => ({ openKeyCursor: () => Promise.resolve(null) });
					const store = { put: () => done, index };
					return { store, done, commit: () => undefined };
				};
			}
		});
	}

	it('is not tried again over a newer one that was written meanwhile', async () => {
		let breakNow: () => void;
		const broken = new Promise<void>((resolve) => (breakNow = resolve));
		const { surroundings } = device.tab();
		let opened = 0;
		const works = worksOn({
			...surroundings,
			openDatabase: async (lost) => {
				const database = await surroundings.openDatabase(lost);
				return opened++ === 0 ? breaking(database, broken) : database;
			}
		});
		await works.resume();
		works.save(workAt(1, seeded(1)), true);
		works.save(workAt(2, seeded(2)), true);
		await vi.waitFor(async () => {
			expect(await shelf()).toMatchObject([{ experiment: { seed: 2 } }]);
		});
		breakNow!();
		await works.flush();
		expect(opened).toBe(2);
		await works.list();
		expect(await shelf()).toMatchObject([{ experiment: { seed: 2 } }]);
	});
});
