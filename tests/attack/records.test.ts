import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InvalidExperiment } from '../../src/lib/experiment/schema';
import { report, seed, times } from '../support/attack';
import type { Device } from '../support/device';
import { arbitraryExperiment } from '../support/experiments';
import {
	Listener,
	checkpointAt,
	endDevice,
	freshDevice,
	recordAt,
	shelf,
	shelve,
	workAt,
	worksIn
} from '../support/works';

let device: Device;

beforeEach(() => {
	device = freshDevice();
});
afterEach(endDevice);

const cyclic = () => {
	const ring: Record<string, unknown> = { name: 'ring' };
	ring['self'] = ring;
	return ring;
};

const deep = () => {
	let nest: unknown = 'end';
	for (let level = 0; level < 500; level++) nest = level % 2 ? [nest] : { nest };
	return nest;
};

const holes = (length: number, ...at: [number, unknown][]) => {
	const list: unknown[] = [];
	for (const [index, value] of at) list[index] = value;
	list.length = length;
	return list;
};

/** What structured clone lets into a store and no app of ours puts there. */
const oddities: [name: string, make: () => unknown][] = [
	['undefined', () => undefined],
	['null', () => null],
	['true', () => true],
	['an empty text', () => ''],
	['a long text', () => 'x'.repeat(100_000)],
	['markup', () => '<img src=x onerror=alert(1)>'],
	['half a surrogate', () => '\ud800'],
	['-0', () => -0],
	['NaN', () => NaN],
	['Infinity', () => Infinity],
	['-1', () => -1],
	['a half', () => 0.5],
	['a huge number', () => 1e300],
	['a bigint', () => 7n],
	['a date', () => new Date(5)],
	['a date that is none', () => new Date(NaN)],
	['a map', () => new Map<unknown, unknown>([['version', 1]])],
	['a set', () => new Set([1, 2])],
	['a pattern', () => /x/g],
	['an error', () => new TypeError('odd')],
	['an array buffer', () => new ArrayBuffer(8)],
	['a view', () => new DataView(new ArrayBuffer(8), 2)],
	['bytes', () => new Uint8Array([1, 2])],
	['rounded numbers', () => new Float32Array(105)],
	['large integers', () => new BigInt64Array(2)],
	['numbers that are none', () => new Float64Array(105).fill(NaN)],
	['a boxed number', () => Object(3) as unknown],
	['an empty list', () => []],
	['an empty object', () => ({})],
	['a list of one hole', () => holes(1)],
	['a list with a hole', () => holes(3, [0, 8], [2, 8])],
	['a list of four billion holes', () => holes(4_294_967_295)],
	['a list of four billion with an end', () => holes(4_294_967_295, [4_294_967_294, 8])],
	['a ring', cyclic],
	[
		'a list of itself',
		() => {
			const list: unknown[] = [];
			list.push(list);
			return list;
		}
	],
	['a deep nest', deep],
	[
		'a prototype by name',
		() => JSON.parse('{"__proto__":{"polluted":true},"constructor":1}') as unknown
	],
	['an object for a list', () => ({ length: 3, 0: 8 })]
];

/** Places of a record at which something can be odd. */
const places = [
	['updated'],
	['placed'],
	['experiment'],
	['checkpoint'],
	['history'],
	['more'],
	['experiment', 'version'],
	['experiment', 'seed'],
	['experiment', 'dataset'],
	['experiment', 'dataset', 'kind'],
	['experiment', 'dataset', 'points'],
	['experiment', 'hiddenLayers'],
	['experiment', 'learningRate'],
	['experiment', 'events'],
	['experiment', 'events', 0],
	['experiment', 'more'],
	['checkpoint', 'step'],
	['checkpoint', 'epoch'],
	['checkpoint', 'cursor'],
	['checkpoint', 'parameters'],
	['checkpoint', 'more'],
	['history', 0],
	['history', 1, 'step'],
	['history', 2, 'trainLoss'],
	['history', 'more']
] as const;

type Loose = Record<string | number, unknown>;

/** Whether the tests' own store can take it: it would walk through billions of holes in search of a key, where a browser stops at the first. */
const isStorable = (place: (typeof places)[number], make: () => unknown) => {
	const value = place[0] === 'updated' ? make() : null;
	return !Array.isArray(value) || value.length < 10;
};

/** A record that is good but for one place, which is odd or, for undefined, missing. */
function spoiled(place: (typeof places)[number], value: unknown, base: object): Loose {
	const record = structuredClone(base) as Loose;
	let holder = record;
	for (const key of place.slice(0, -1)) {
		// What is not there, such as an event, cannot be spoiled: it is made.
		holder[key] ??= {};
		holder = holder[key] as Loose;
	}
	const last = place.at(-1)!;
	if (value === undefined) Reflect.deleteProperty(holder, last);
	else holder[last] = value;
	return record;
}

/** Everything that the app does with a record: it lists it, opens it, hands it out as text, and prunes beside it. */
async function bear(record: Loose): Promise<'whole' | 'damaged' | 'unreadable'> {
	await shelve(record);
	const listener = new Listener();
	const works = worksIn(device.tab(), listener);
	const opened = await works.resume();
	const [line] = opened ? [null] : await works.list();
	const bundle = await works.bundle(workAt(0));
	const id = opened ? works.openId! : line!.id;
	expect(() => JSON.parse(bundle) as unknown).not.toThrow();
	const raw = await works.raw(id);
	expect(() => JSON.parse(raw) as unknown).not.toThrow();
	works.save(workAt(1), true);
	await works.flush();
	expect(listener.errors).toEqual([]);
	expect('polluted' in {}).toBe(false);
	if (!opened) {
		expect(line).toMatchObject({ title: null });
		expect(listener.counts).toEqual([1]);
		await expect(works.open(id)).rejects.toBeInstanceOf(InvalidExperiment);
		const stored = (await shelf()).find((other) => other['id'] === record['id']);
		expect(stored, 'what cannot be read stays as it is').toEqual(structuredClone(record));
		return 'unreadable';
	}
	const { checkpoint, history, damage } = opened;
	for (const { step, trainLoss, testLoss } of history) {
		expect(Number.isInteger(step)).toBe(true);
		for (const loss of [trainLoss, testLoss]) expect(loss === null || isFinite(loss)).toBe(true);
	}
	if (checkpoint) {
		expect(Object.keys(checkpoint)).toEqual(['step', 'epoch', 'cursor', 'parameters']);
		expect(checkpoint.parameters.every(Number.isFinite)).toBe(true);
		expect(Object.is(checkpoint.step, -0)).toBe(false);
	}
	return damage === null ? 'whole' : 'damaged';
}

const seen = { whole: 0, damaged: 0, unreadable: 0 };

describe('a record', () => {
	it('that is odd in any one place is read, set aside or costs only what is odd', async () => {
		const base = recordAt('odd', 5, workAt(5));
		const whole = places.flatMap((place) =>
			oddities
				.filter(([, make]) => isStorable(place, make))
				.map((oddity) => [place, oddity] as const)
		);
		const some = whole.filter((_, index) => (index + seed) % times(1, 4) === 0);
		for (const [place, [name, make]] of some) {
			device = freshDevice();
			const record = spoiled(place, make(), base);
			const outcome = await bear(record).catch((error: unknown) => {
				throw new Error(`${place.join('.')} is ${name}`, { cause: error });
			});
			seen[outcome]++;
			await endDevice();
		}
		report({
			attack: 'records odd in one place',
			attempts: some.length,
			seen: JSON.stringify(seen)
		});
	});

	it('of any experiment with any oddities is too', async () => {
		const attempts = times(2000, 150);
		const oddity = fc
			.record({
				place: fc.constantFrom(...places),
				make: fc.constantFrom(...oddities.map(([, make]) => make))
			})
			.filter(({ place, make }) => isStorable(place, make));
		const found = { whole: 0, damaged: 0, unreadable: 0 };
		await fc.assert(
			fc.asyncProperty(
				arbitraryExperiment,
				fc.array(oddity, { minLength: 1, maxLength: 3 }),
				async (experiment, odd) => {
					device = freshDevice();
					let record: Loose = {
						...recordAt('odd', 5, workAt(4, experiment)),
						checkpoint: checkpointAt(4)
					};
					for (const { place, make } of odd) {
						try {
							record = spoiled(place, make(), record);
						} catch {
							// The place is gone by what was made odd before.
						}
					}
					found[await bear(record)]++;
					await endDevice();
				}
			),
			{ seed, numRuns: attempts }
		);
		report({ attack: 'records odd in several places', attempts, seen: JSON.stringify(found) });
	});

	it('that has no place for its parts is none', async () => {
		for (const [, make] of oddities) {
			const stored = { id: 'odd', updated: 5, ...(Object(make()) as object) };
			device = freshDevice();
			expect(await bear({ ...stored, id: 'odd' })).toBe('unreadable');
			await endDevice();
		}
	});
});
