import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { presets } from '$lib/experiment/defaults';
import { InvalidExperiment } from '$lib/experiment/schema';
import { openWorkDatabase } from '$lib/state/workStore';
import { sentenceOf } from '$lib/state/workBundle';
import type { Device } from '../../support/device';
import { drawnExperiment } from '../../support/experiments';
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
	worksIn
} from '../../support/works';

let device: Device;

beforeEach(() => {
	device = freshDevice();
});
afterEach(endDevice);

const byId = (records: Record<string, unknown>[]) =>
	Object.fromEntries(records.map((record) => [String(record['id']), record]));

describe('one file of all works', () => {
	it('gives back every one, its progress and its history, to the last bit', async () => {
		const odd = checkpointAt(4);
		odd.parameters.set([-0, 5e-324, -1.7976931348623157e308], 3);
		await shelve(
			{ ...recordAt('a', 1, { ...workAt(4, drawnExperiment(9)), checkpoint: odd }), placed: true },
			{ ...recordAt('b', 2, workAt(7, seeded(2))), placed: false },
			{ ...recordAt('c', 3, workAt(0, presets.notebook)), placed: false }
		);
		const before = byId(await shelf());
		const works = worksIn(device.tab());
		await works.resume();
		const text = await works.bundle(workAt(0, presets.notebook));
		expect(() => JSON.parse(text) as unknown).not.toThrow();
		await works.dispose();

		device = freshDevice();
		const other = worksIn(device.tab());
		expect(await other.restore(text)).toEqual({ count: 3, unreadable: [] });
		const after = byId(await shelf());
		expect(after['a']).toEqual(before['a']);
		expect(after['b']).toEqual(before['b']);
		expect(after['c']).toMatchObject({ experiment: presets.notebook });
		const { parameters } = (after['a'] as { checkpoint: { parameters: Float64Array } }).checkpoint;
		expect(Object.is(parameters[3], -0)).toBe(true);
	});

	it('holds what is only in memory, and the open work though it was never saved', async () => {
		const works = worksIn(device.tab());
		device.trouble.writing = new DOMException('full', 'QuotaExceededError');
		works.save(workAt(3, seeded(3)), true);
		works.startNew(seeded(4));
		await works.flush();
		const text = await works.bundle(workAt(0, seeded(4)));
		device.trouble.writing = null;
		const other = worksIn(device.tab());
		expect(await other.restore(text)).toEqual({ count: 2, unreadable: [] });
	});

	it('holds what cannot be read as it is, and names it when it is opened', async () => {
		await shelve(
			{ id: 'broken', updated: 1, experiment: { version: 9 }, big: 7n, map: new Map([[1, -0]]) },
			{ id: '\u202e<b>'.repeat(50), updated: 2 },
			{ ...recordAt('half', 3, workAt(3)), checkpoint: { step: 3 } }
		);
		const database = await openWorkDatabase(() => undefined);
		await database.put('works', { id: 7, updated: 1 } as never);
		database.close();
		const works = worksIn(device.tab());
		const text = await works.bundle(workAt(0));
		const parsed = JSON.parse(text) as { works: Record<string, unknown>[] };
		expect(parsed.works).toContainEqual({
			unreadable: {
				id: 'broken',
				updated: 1,
				experiment: { version: 9 },
				big: '7',
				map: [[1, '-0']]
			}
		});
		device = freshDevice();
		const { count, unreadable } = await worksIn(device.tab()).restore(text);
		expect(count).toBe(2);
		expect(unreadable).toHaveLength(4);
		expect(unreadable).toContain('“broken”');
		expect(unreadable.every((name) => name.length <= 42)).toBe(true);
		expect(sentenceOf({ count, unreadable })).toMatch(
			/^2 works are .* 4 could not be read: .* and 1 more\./
		);
	});

	it('cannot be had from a store that does not answer', async () => {
		device.trouble.opening = new DOMException('no', 'SecurityError');
		await expect(worksIn(device.tab()).bundle(workAt(0))).rejects.toThrow('no');
	});
});

describe('works that are put back', () => {
	const bundleOf = async (...records: Parameters<typeof shelve>) => {
		await shelve(...records);
		const works = worksIn(device.tab());
		const text = await works.bundle(workAt(0, seeded(999)));
		await works.dispose();
		device = freshDevice();
		return text;
	};

	it('never take the place of what is there, and what is there already is not doubled', async () => {
		const text = await bundleOf(
			recordAt('same', 5, workAt(3, seeded(1))),
			recordAt('gone on', 6, workAt(3, seeded(2))),
			recordAt('other', 7, workAt(3, seeded(3)))
		);
		await shelve(
			recordAt('same', 5, workAt(3, seeded(1))),
			recordAt('gone on', 8, workAt(9, seeded(2))),
			recordAt('other', 1, workAt(1, seeded(30)))
		);
		expect(await worksIn(device.tab()).restore(text)).toEqual({ count: 4, unreadable: [] });
		const stored = await shelf();
		expect(stored).toHaveLength(5);
		expect(byId(stored)).toMatchObject({
			same: { checkpoint: { step: 3 } },
			'gone on': { checkpoint: { step: 9 }, updated: 8 },
			other: { experiment: { seed: 30 } }
		});
	});

	it('leave what any tab has open alone', async () => {
		const text = await bundleOf(recordAt('a', 5, workAt(3, seeded(1))));
		await shelve(recordAt('a', 1, workAt(1, seeded(1))));
		const other = worksIn(device.tab());
		await other.resume();
		const works = worksIn(device.tab());
		await works.restore(text);
		other.save(workAt(2, seeded(1)), true);
		await other.flush();
		const steps = (await shelf()).map(
			(record) => (record['checkpoint'] as { step: number } | null)?.step ?? 0
		);
		expect(steps.sort()).toEqual([0, 2, 3]);
	});

	it('are never from the future', async () => {
		const text = await bundleOf(recordAt('a', 8e15, workAt(3, seeded(1))));
		await worksIn(device.tab()).restore(text);
		expect(byId(await shelf())['a']).toMatchObject({ updated: device.time });
	});
});

describe('a file that is not to be trusted', () => {
	const head = '{"sketchgrad":"works","version":1,"works":[';
	const good = JSON.stringify(recordAt('good', 5));

	it.each([
		['another version', `{"sketchgrad":"works","version":2,"works":[\n${good}\n]}`],
		['no line of works', `{"sketchgrad":"works"}`],
		['another layout', JSON.stringify({ sketchgrad: 'works', version: 1, works: [] }, null, '\t')],
		['too many works', `${head}\n${'1,\n'.repeat(10_001)}]}`]
	])('with %s gets a sentence', async (_, text) => {
		await expect(worksIn(device.tab()).restore(text)).rejects.toBeInstanceOf(InvalidExperiment);
		expect(await shelf()).toEqual([]);
	});

	it('that was cut off gives what is whole', async () => {
		const text = `${head}\n${good},\n${good.replace('good', 'cut').slice(0, 60)}`;
		expect(await worksIn(device.tab()).restore(text)).toEqual({
			count: 1,
			unreadable: ['number 2']
		});
		expect(await shelf()).toMatchObject([{ id: 'good' }]);
	});

	it.each([
		['null', 'null'],
		['a number', '7'],
		['a list', '[]'],
		['nothing', '{}'],
		['an id that is none', good.replace('"good"', '7')],
		['a time that is none', good.replace('"updated":5', '"updated":-1')],
		['an experiment of a newer app', good.replace('"version":1', '"version":2')],
		['an odd field', good.replace('"version":1', '"version":1,"__proto__":{"polluted":true}')],
		['too many layers', good.replace('[8,8]', `[${'8,'.repeat(100)}8]`)],
		['no JSON', `${good.slice(0, -1)},,}`],
		['too much', `"${'x'.repeat(9_000_000)}"`]
	])('names a work that is %s, and puts the others back', async (_, line) => {
		const { count, unreadable } = await worksIn(device.tab()).restore(
			`${head}\n${line},\n${good}\n]}\n`
		);
		expect([count, unreadable.length]).toEqual([1, 1]);
		expect(await shelf()).toMatchObject([
			{ id: 'good', experiment: recordAt('good', 5).experiment }
		]);
		expect('polluted' in {}).toBe(false);
	});

	it.each([
		['of no base64url', 'not base64url!'],
		['of half a number', 'AAAA'],
		['of another network', 'A'.repeat(32 * 8)],
		['as a list', Array.from({ length: 105 }, () => 0)]
	])('costs only the progress when parameters are %s', async (_, parameters) => {
		const checkpoint = { step: 2, epoch: 2, cursor: 0, parameters };
		const line = JSON.stringify({ ...recordAt('a', 5), checkpoint });
		expect((await worksIn(device.tab()).restore(`${head}\n${line}\n]}`)).count).toBe(1);
		expect(await shelf()).toMatchObject([{ id: 'a', checkpoint: null }]);
	});
});

describe('forgetting', () => {
	it('deletes all, the tab’s own session too, and nothing is written from then on', async () => {
		await shelve(recordAt('a', 1, workAt(2)), { id: 'bad', updated: 1 });
		const tab = device.tab();
		const works = worksIn(tab);
		await works.resume();
		works.save(workAt(3), true);
		works.startNew(presets.xor);
		works.save(workAt(4, presets.xor), true);
		works.startNew(presets.spiral);
		await works.deleteAll(() => undefined);
		works.save(workAt(5), true);
		await works.leave();
		expect(await indexedDB.databases()).toEqual([]);
		expect([...tab.session.values()]).toEqual([]);
		expect(await worksIn(tab.reload()).resume()).toBeNull();
		expect(await shelf()).toEqual([]);
	});

	it('is told to other tabs, which write nothing back before they are saved again', async () => {
		const listener = new Listener();
		const other = worksIn(device.tab(), listener);
		await other.resume();
		other.save(workAt(1, seeded(1)), true);
		await other.flush();
		other.startNew(seeded(2));
		other.save(workAt(1, seeded(2)), true);
		other.save(workAt(2, seeded(2)), false);
		const works = worksIn(device.tab());
		await works.resume();
		await works.deleteAll(() => undefined);
		expect(listener.told).toEqual(['deleted']);
		await other.flush();
		expect(await shelf()).toEqual([]);
		other.save(workAt(3, seeded(2)), true);
		await other.flush();
		expect(await shelf()).toMatchObject([{ checkpoint: { step: 3 } }]);
	});

	it('waits for a page that holds the store, and says so', async () => {
		await shelve(recordAt('a', 1));
		const holder = await new Promise<IDBDatabase>((resolve) => {
			const request = indexedDB.open('sketchgrad/');
			request.onsuccess = () => resolve(request.result);
		});
		const works = worksIn(device.tab());
		await works.resume();
		const blocked = vi.fn(() => {
			holder.close();
		});
		await works.deleteAll(blocked);
		expect(blocked).toHaveBeenCalledOnce();
		expect(await shelf()).toEqual([]);
	});

	it('that fails leaves all as it was', async () => {
		await shelve(recordAt('a', 1, workAt(2)));
		const works = worksIn(device.tab());
		expect(await works.resume()).toEqual(whole(workAt(2)));
		const refused = vi.spyOn(indexedDB, 'deleteDatabase').mockImplementation(() => {
			throw new DOMException('no', 'SecurityError');
		});
		await expect(works.deleteAll(() => undefined)).rejects.toThrow('no');
		refused.mockRestore();
		works.save(workAt(6), true);
		await works.flush();
		expect(await shelf()).toMatchObject([{ id: 'a', checkpoint: { step: 6 } }]);
	});
});
