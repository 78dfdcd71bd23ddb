import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Experiment } from '$lib/experiment/schema';
import { storageName } from '$lib/state/workStore';
import type { Device, Tab } from '../../support/device';
import {
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

describe('a reload', () => {
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

describe('a fresh tab', () => {
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

describe('without Web Locks', () => {
	const unlocked = (tab: Tab) => {
		const works = worksOn({ ...tab.surroundings, locks: undefined });
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
		const works = worksOn({
			...surroundings,
			locks: { request } as unknown as LockManager
		});
		await shelve(recordAt('a', 1, workAt(1)));
		expect(await works.resume()).toEqual(whole(workAt(1)));
	});
});

describe('without a session', () => {
	it('a reload goes on with the newest work', async () => {
		const tab = device.tab();
		const lone = (of: Tab) => {
			const works = worksOn({ ...of.surroundings, session: null });
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
		const works = worksOn({
			...device.tab().surroundings,
			session: { getItem: forbidden, setItem: forbidden, removeItem: forbidden }
		});
		expect(await works.resume()).toBeNull();
		works.save(workAt(1), true);
		await works.flush();
		expect(await shelf()).toHaveLength(1);
	});
});
