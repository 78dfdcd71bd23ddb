import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultExperiment, presets } from '$lib/experiment/defaults';
import type { Experiment } from '$lib/experiment/schema';
import { storageName } from '$lib/state/workStore';
import type { Device } from '../../support/device';
import { drawnExperiment } from '../../support/experiments';
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
});
afterEach(endDevice);

/** What a work is without a save, as the page keeps it once something is done in it. */
const fresh = (experiment: Experiment) => ({ ...workAt(0, experiment), history: [] });
const ids = async () => (await shelf()).map(({ id }) => id);
/** Waits until what is stored is this, and stays so when a new work is begun. */
const expectShelf = (expected: readonly string[]) =>
	vi.waitFor(async () => {
		expect((await ids()).sort()).toEqual([...expected].sort());
	});

describe('what is opened and never touched', () => {
	it('is not stored, and a reload shows it again', async () => {
		const tab = device.tab();
		const works = worksIn(tab);
		works.startNew(presets.spiral);
		await works.leave();
		expect(await shelf()).toEqual([]);
		const reloaded = tab.reload();
		expect(await worksIn(reloaded).resume()).toEqual(whole(fresh(presets.spiral)));
		expect(await worksIn(reloaded.reload()).resume()).toEqual(whole(fresh(presets.spiral)));
		expect(await shelf()).toEqual([]);
	});

	it('does not come back in place of what was opened later', async () => {
		await shelve(recordAt('a', 1, workAt(3)));
		const tab = device.tab();
		const works = worksIn(tab);
		works.startNew(presets.spiral);
		expect(await works.open('a')).toEqual(whole(workAt(3)));
		await works.leave();
		expect(await worksIn(tab.reload()).resume()).toEqual(whole(workAt(3)));
	});

	it('is stored once it is saved, and then a reload goes on with that', async () => {
		const tab = device.tab();
		const works = worksIn(tab);
		works.startNew(presets.spiral);
		works.save(workAt(0, { ...presets.spiral, seed: 5 }), true);
		await works.flush();
		expect(await worksIn(tab.reload()).resume()).toMatchObject({ experiment: { seed: 5 } });
		expect(await shelf()).toHaveLength(1);
	});

	it('is shown after a crash that came before its first save was stored', async () => {
		await shelve(recordAt('other', 1));
		const tab = device.tab();
		const works = worksIn(tab);
		works.startNew(presets.spiral);
		device.trouble.writing = new DOMException('full', 'QuotaExceededError');
		works.save(workAt(0, { ...presets.spiral, seed: 5 }), true);
		await works.flush();
		device.trouble.writing = null;
		expect(await worksIn(tab.reload()).resume()).toEqual(whole(fresh(presets.spiral)));
	});

	it.each([
		['no session', null],
		[
			'a session that is full',
			{
				getItem: () => null,
				setItem: () => {
					throw new DOMException('full', 'QuotaExceededError');
				},
				removeItem: () => undefined
			}
		]
	])('is stored at once where there is %s', async (_, session) => {
		const works = worksOn({ ...device.tab().surroundings, session });
		works.startNew(presets.spiral);
		await works.flush();
		expect(await shelf()).toHaveLength(1);
	});

	it('is not believed when something has changed it', async () => {
		await shelve(recordAt('a', 1, workAt(3)));
		for (const text of ['{', '{"version":1}', 'null', '[]', '{"__proto__":{"version":1}}']) {
			const tab = device.tab(new Map([[`${storageName()}#untouched`, text]]));
			expect(await worksIn(tab).resume()).toEqual(whole(workAt(3)));
			tab.end();
		}
	});

	it('is a work of its own in a duplicated tab', async () => {
		const tab = device.tab();
		const works = worksIn(tab);
		works.startNew(presets.spiral);
		const copy = worksIn(tab.duplicate());
		expect(await copy.resume()).toEqual(whole(fresh(presets.spiral)));
		copy.save(workAt(2, presets.spiral), true);
		works.save(workAt(3, presets.spiral), true);
		await Promise.all([copy.flush(), works.flush()]);
		expect(await shelf()).toHaveLength(2);
	});
});

describe('a drawing of one’s own', () => {
	const drawing = drawnExperiment(106);

	it('outlives 60 presets that are opened, in one tab and in new ones', async () => {
		const works = worksIn(device.tab());
		works.markPlaced();
		works.save(fresh(drawing), true);
		for (let count = 0; count < 60; count++) {
			device.time += 1000;
			works.startNew(presets.spiral);
			worksIn(device.tab()).startNew(seeded(count));
		}
		await works.flush();
		expect(await shelf()).toMatchObject([{ experiment: drawing, placed: true }]);
	});

	it('outlives 60 datasets that are chosen in its place, which become one', async () => {
		const works = worksIn(device.tab());
		works.markPlaced();
		works.save(fresh(drawing), true);
		for (let count = 0; count < 60; count++) {
			device.time += 1000;
			works.startNew(defaultExperiment);
			works.save(fresh(count % 2 === 0 ? defaultExperiment : drawing), true);
			await works.flush();
		}
		await vi.waitFor(async () => {
			expect((await shelf()).length).toBeLessThan(6);
		});
		const kept = (await shelf()).filter(({ placed }) => placed === true);
		expect(kept).toMatchObject([{ experiment: drawing }]);
	});

	it('outlives all that was trained longer', async () => {
		await shelve(
			recordAt('drawing', 1, fresh(drawing)),
			...Array.from({ length: 70 }, (_, index) =>
				recordAt(`trained ${index}`, index + 2, workAt(5, seeded(index)))
			)
		);
		const works = worksIn(device.tab());
		works.save(workAt(1, presets.xor), true);
		await works.flush();
		await vi.waitFor(async () => {
			expect(await shelf()).toHaveLength(50);
		});
		expect(await ids()).toContain('drawing');
	});

	it('is kept beyond the limit, which is told once', async () => {
		const many = Array.from({ length: 60 }, (_, index) =>
			recordAt(`drawing ${index}`, index + 1, workAt(0, { ...drawing, seed: index }))
		);
		await shelve(...many);
		const listener = new Listener();
		const works = worksIn(device.tab(), listener);
		works.save(workAt(1, presets.xor), true);
		await works.flush();
		await vi.waitFor(() => {
			expect(listener.told).toEqual(['many drawings']);
		});
		works.startNew(presets.xor);
		works.save(workAt(2, presets.xor), true);
		await works.flush();
		expect(await shelf()).toHaveLength(62);
		const later = worksIn(device.tab(), listener);
		later.save(workAt(3, seeded(3)), true);
		await later.flush();
		await later.list();
		expect(listener.told).toEqual(['many drawings']);
	});

	it('counts as one only while points are in it that were placed here', async () => {
		const works = worksIn(device.tab());
		works.save(fresh(drawing), true);
		await works.flush();
		expect(await shelf()).toMatchObject([{ placed: false }]);
		works.markPlaced();
		works.save(fresh(drawing), true);
		await works.flush();
		expect(await shelf()).toMatchObject([{ placed: true }]);
		works.startNew(defaultExperiment);
		works.save(workAt(1), true);
		await works.flush();
		const placed = (await shelf()).map((record) => record['placed']);
		expect(placed.sort()).toEqual([false, true]);
	});
});

describe('when there are too many', () => {
	it('what was trained least goes first, then the oldest; the ten newest stay', async () => {
		const trained = Array.from({ length: 45 }, (_, index) =>
			recordAt(`trained ${index}`, index + 1, workAt(9, seeded(index)))
		);
		const idle = Array.from({ length: 20 }, (_, index) =>
			recordAt(`idle ${index}`, index + 100, workAt(0, seeded(100 + index)))
		);
		await shelve(...trained, ...idle);
		const works = worksIn(device.tab());
		works.save(workAt(1, presets.xor), true);
		await works.flush();
		await vi.waitFor(async () => {
			expect(await shelf()).toHaveLength(50);
		});
		const left = await ids();
		expect(left.filter((id) => String(id).startsWith('idle'))).toEqual(
			expect.arrayContaining(Array.from({ length: 9 }, (_, index) => `idle ${11 + index}`))
		);
		expect(left).toContain('trained 44');
		expect(left).not.toContain('idle 0');
		expect(left).not.toContain('trained 0');
	});
});

describe('equal works', () => {
	it('become one, that which was trained longest', async () => {
		await shelve(
			recordAt('a', 1, workAt(2)),
			recordAt('b', 2, workAt(7)),
			recordAt('c', 3, workAt(4)),
			recordAt('other', 4, workAt(1, seeded(4)))
		);
		const works = worksIn(device.tab());
		works.save(workAt(1, presets.xor), true);
		await works.flush();
		await expectShelf(['b', 'other', works.openId!]);
	});

	it('stay apart while one is open in any tab, since that may change', async () => {
		await shelve(recordAt('a', 1, workAt(2)), recordAt('b', 2, workAt(7)));
		const other = worksIn(device.tab());
		await other.resume();
		expect(other.openId).toBe('b');
		const works = worksIn(device.tab());
		works.save(workAt(1, presets.xor), true);
		await works.flush();
		await expectShelf(['a', 'b', works.openId!]);
	});

	it('stay apart where nobody knows what is open', async () => {
		await shelve(recordAt('a', 1, workAt(2)), recordAt('b', 2, workAt(7)));
		const works = worksOn({ ...device.tab().surroundings, locks: undefined });
		works.save(workAt(1, presets.xor), true);
		await works.flush();
		await expectShelf(['a', 'b', works.openId!]);
	});

	it('never give up the one whose points were placed here for one whose were not', async () => {
		const drawing = drawnExperiment(5);
		await shelve(
			{ ...recordAt('placed', 1, workAt(2, drawing)), placed: true },
			{ ...recordAt('opened', 2, workAt(7, drawing)), placed: false },
			{ ...recordAt('opened too', 3, workAt(6, drawing)), placed: false }
		);
		const works = worksIn(device.tab());
		works.save(workAt(1, presets.xor), true);
		await works.flush();
		await expectShelf(['placed', 'opened', works.openId!]);
	});
});

describe('a clock that is set back', () => {
	it('does not make the work of now an old one', async () => {
		const first = worksIn(device.tab());
		first.save(workAt(1, seeded(1)), true);
		await first.flush();
		first.startNew(seeded(2));
		device.time -= 500_000;
		first.save(workAt(2, seeded(2)), true);
		await first.flush();
		const last = first.openId;
		await first.dispose();
		expect(await worksIn(device.tab()).resume()).toEqual(whole(workAt(2, seeded(2))));
		expect((await worksIn(device.tab()).list()).map(({ id }) => id)[0]).toBe(last);
	});

	it('nor that of a tab which did not know of the newer ones', async () => {
		const tab = worksIn(device.tab());
		tab.startNew(seeded(1));
		await shelve(recordAt('newer', device.time + 500_000, workAt(3)));
		tab.save(workAt(1, seeded(1)), true);
		await tab.flush();
		tab.save(workAt(2, seeded(1)), true);
		await tab.flush();
		await tab.dispose();
		expect(await worksIn(device.tab()).resume()).toEqual(whole(workAt(2, seeded(1))));
	});

	it('does not follow a time that no clock can have', async () => {
		await shelve(recordAt('absurd', 8e15, workAt(3)));
		const works = worksIn(device.tab());
		await works.list();
		works.save(workAt(1, seeded(1)), true);
		await works.flush();
		works.save(workAt(2, seeded(1)), true);
		await works.flush();
		const updated = (await shelf()).map((record) => record['updated'] as number);
		expect(Math.min(...updated)).toBeLessThan(device.time + 10);
	});
});
