import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { datasets } from '../../src/lib/data/datasets';
import { loadNotebook } from '../../src/lib/data/notebook';
import { defaultExperiment } from '../../src/lib/experiment/defaults';
import { fileLength, fromFile, toFile } from '../../src/lib/experiment/file';
import { limits } from '../../src/lib/experiment/limits';
import { decodeLink, encodeLink } from '../../src/lib/experiment/link';
import { settingsAt, startingFrom } from '../../src/lib/experiment/live';
import { pack } from '../../src/lib/experiment/packing';
import {
	InvalidExperiment,
	parseExperiment,
	type Experiment,
	type LiveEvent
} from '../../src/lib/experiment/schema';
import { long, report, seed, times } from '../support/attack';
import { arbitraryExperiment, drawnExperiment, scatteredPoints } from '../support/experiments';

const notebook = await loadNotebook();
const run = (numRuns: number) => ({ seed, numRuns, endOnFailure: !long });

/** Counts what came of the attempts, and the longest of them. */
class Tally {
	refused = 0;
	taken = 0;
	slowest = 0;

	/** The document that `read` gives; null when it refuses with a sentence, which is the only other thing it may do. */
	async of(read: () => Experiment | Promise<Experiment>): Promise<Experiment | null> {
		const start = performance.now();
		try {
			const experiment = await read();
			this.taken++;
			return experiment;
		} catch (error) {
			expect(error).toBeInstanceOf(InvalidExperiment);
			expect((error as Error).message).toMatch(/^[A-Z].*\.$/);
			this.refused++;
			return null;
		} finally {
			this.slowest = Math.max(this.slowest, performance.now() - start);
		}
	}

	report(attack: string): void {
		const { refused, taken, slowest } = this;
		const seen = `${refused} refused, ${taken} documents, slowest ${slowest.toFixed(0)} ms`;
		report({ attack, attempts: refused + taken, seen });
	}
}

/** Every document is the same by each of its ways, and its replay makes one dataset at most. */
async function expectLawful(experiment: Experiment): Promise<void> {
	expect(parseExperiment(structuredClone(experiment))).toEqual(experiment);
	expect(fromFile(toFile(experiment))).toEqual(experiment);
	const tally = new Tally();
	const linked = await tally.of(async () => decodeLink(await encodeLink(experiment)));
	// There is a file for what is too large for a link.
	if (linked) expect(linked).toEqual(experiment);
	const steps = [0, experiment.events.at(-1)?.step ?? 1, limits.step.max];
	for (const step of steps) {
		const made = Object.values(datasets).map((dataset) => vi.spyOn(dataset, 'generate'));
		const settings = settingsAt(experiment, step, notebook);
		expect(made.reduce((sum, { mock }) => sum + mock.calls.length, 0)).toBeLessThan(2);
		vi.restoreAllMocks();
		expect(settings.points.length).toBeLessThanOrEqual(limits.points.max);
		parseExperiment(startingFrom(experiment, settings));
	}
}

/** Where in a list, from 0 to below 1. */
const place = fc.double({ min: 0, max: 0.999, noNaN: true });
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** A link in which one character is another, or which is cut off there. */
const damagedLink = fc
	.tuple(arbitraryExperiment, place, fc.nat(64))
	.map(([experiment, at, letter]) => async () => {
		const link = await encodeLink(experiment);
		const index = 3 + Math.floor(at * (link.length - 3));
		const head = link.slice(0, index);
		return letter === 64 ? head : head + alphabet[letter]! + link.slice(index + 1);
	});

const linkOf = (bytes: Uint8Array) => `#1.${deflateSync(bytes).toString('base64url')}`;

/** A sound stream of bytes of which some are others, gone, or there twice. */
const damagedPacking = fc
	.tuple(
		arbitraryExperiment,
		fc.array(fc.record({ at: place, remove: fc.nat(4), insert: fc.uint8Array({ maxLength: 4 }) }), {
			minLength: 1,
			maxLength: 3
		})
	)
	.map(([experiment, edits]) => () => {
		let bytes = [...pack(experiment)];
		for (const { at, remove, insert } of edits) {
			bytes = bytes.toSpliced(Math.floor(at * bytes.length), remove, ...insert);
		}
		return Promise.resolve(linkOf(Uint8Array.from(bytes)));
	});

const names = [
	...Object.keys(defaultExperiment),
	...['kind', 'samples', 'noise', 'points', 'trainShare', 'steps', 'step', 'change', 'splice'],
	...['at', 'remove', 'insert', 'x', 'y', 'target', 'rank', 'length'],
	...['__proto__', 'constructor', 'toString', 'prototype']
];

/** What a field may be made to hold: JSON of any kind, and numbers at and beyond the limits. */
const anything = fc.oneof(
	fc.jsonValue({ maxDepth: 3 }),
	fc.constantFrom<unknown>(-0, -1, 0.5, 2, 2001, 1e9, 1e9 + 1, 2 ** 53, 1e300, 4294967296),
	fc.constantFrom<unknown>('full', 'drawn', 'notebook', 'moons', '', 'x'.repeat(100_000)),
	fc.constantFrom(7, 2001, 50_001).map((length) => new Array<unknown>(length).fill({})),
	fc.nat(2000).map((length) => new Array<unknown>(length).fill(8)),
	fc
		.integer({ min: 1, max: 2000 })
		.map((depth) => JSON.parse('['.repeat(depth) + ']'.repeat(depth)) as unknown)
);

interface Mutation {
	readonly at: number;
	readonly name: string;
	readonly value: unknown;
	readonly how: 'set' | 'add' | 'drop' | 'twice' | 'swap';
}

const mutations = fc.array(
	fc.record<Mutation>({
		at: place,
		name: fc.constantFrom(...names),
		value: fc.oneof(fc.constantFrom(0, -0, 1, 2, 10, 0.5, 100, 'full'), anything),
		how: fc.constantFrom('set', 'set', 'set', 'add', 'drop', 'twice', 'swap')
	}),
	{ minLength: 1, maxLength: 2 }
);

/** All objects and lists of a document, from the outside in. */
function holdersIn(value: unknown): object[] {
	if (typeof value !== 'object' || value === null) return [];
	return [value, ...Object.values(value).flatMap(holdersIn)];
}

/** A document of which fields are others, more, fewer, there twice, or exchanged. */
function mutate(document: unknown, list: readonly Mutation[]): unknown {
	const copy = structuredClone(document);
	for (const { at, name, value, how } of list) {
		const holders = holdersIn(copy);
		const holder = holders[Math.floor(at * holders.length)]! as Record<string, unknown>;
		const keys = Object.keys(holder);
		const key = keys[Math.floor(at * 1009 * keys.length) % keys.length] ?? '0';
		const define = (property: string, held: unknown) =>
			Object.defineProperty(holder, property, {
				value: structuredClone(held),
				configurable: true,
				enumerable: true,
				writable: true
			});
		if (how === 'add' && !Array.isArray(holder)) define(name, value);
		else if (how === 'drop') Reflect.deleteProperty(holder, key);
		else if (keys.length === 0) continue;
		else if (Array.isArray(holder) && how === 'twice') holder.push(...holder.slice(-2));
		else if (Array.isArray(holder) && how === 'swap') holder.reverse();
		else define(key, value);
	}
	return copy;
}

/** JSON that keeps the sign of a zero, as any writer but a browser's may. */
const jsonOf = (value: unknown) =>
	JSON.stringify(value, (_, held: unknown) => (Object.is(held, -0) ? '\u0001' : held)).replaceAll(
		'"\\u0001"',
		'-0'
	);

/** The packed form of any JSON, followed by words that may be points. */
function packedText(json: string, words: Uint32Array): Uint8Array {
	const text = Buffer.from(json);
	const length = Buffer.alloc(4);
	length.writeUInt32LE(text.length);
	return Buffer.concat([length, text, Buffer.from(words.buffer)]);
}

/** A sound packing of a document that is none, or another one. */
const mutatedPacking = fc
	.tuple(arbitraryExperiment, mutations, fc.uint32Array({ maxLength: 3 }))
	.map(([experiment, list, more]) => () => {
		const bytes = pack(experiment);
		const end = 4 + new DataView(bytes.buffer).getUint32(0, true);
		const json = JSON.parse(Buffer.from(bytes.subarray(4, end)).toString()) as unknown;
		const points = new Uint32Array(bytes.slice(end).buffer);
		const words = list.length === 1 ? points : Uint32Array.from([...points, ...more]);
		return Promise.resolve(linkOf(packedText(jsonOf(mutate(json, list)), words)));
	});

it('a mutated link is refused with a sentence or is a document', async () => {
	const tally = new Tally();
	const link = fc.oneof(damagedLink, damagedPacking, mutatedPacking);
	await fc.assert(
		fc.asyncProperty(link, async (make) => {
			const hash = await make();
			const read = await tally.of(() => decodeLink(hash));
			if (read) await expectLawful(read);
		}),
		run(times(10_000, 300))
	);
	tally.report('mutated links');
});

it('a mutated file is refused with a sentence or is a document', async () => {
	const tally = new Tally();
	const text = fc
		.tuple(arbitraryExperiment, fc.option(mutations), fc.option(fc.tuple(place, fc.string())))
		.map(([experiment, list, edit]) => {
			const whole = list ? jsonOf(mutate(experiment, list)) : toFile(experiment);
			if (!edit) return whole;
			const [at, insert] = edit;
			const index = Math.floor(at * whole.length);
			return whole.slice(0, index) + insert + whole.slice(index + insert.length);
		});
	await fc.assert(
		fc.asyncProperty(text, async (file) => {
			const read = await tally.of(() => fromFile(file));
			if (read) await expectLawful(read);
		}),
		run(times(5000, 300))
	);
	tally.report('mutated files');
});

it('a mutated record’s experiment, with what JSON cannot hold, is refused or is a document', async () => {
	const tally = new Tally();
	const odd = fc.constantFrom<unknown>(
		...[NaN, Infinity, -Infinity, undefined, 7n, new Date(NaN), new Map([['x', 0]]), -0],
		...[new Float64Array(3), new Array(3), new Array(2 ** 32 - 1), Object.assign([], { x: 0 })]
	);
	const loose = mutations.chain((list) =>
		fc.tuple(...list.map((one) => odd.map((value) => ({ ...one, value }))))
	);
	await fc.assert(
		fc.asyncProperty(arbitraryExperiment, loose, async (experiment, list) => {
			const read = await tally.of(() => parseExperiment(mutate(experiment, list)));
			if (read) await expectLawful(read);
		}),
		run(times(5000, 300))
	);
	tally.report('mutated records');
});

it('a file of eight megabytes is refused with a sentence, whatever fills it', async () => {
	const tally = new Tally();
	const fill = (start: string, item: string, end: string) => {
		const room = fileLength - start.length - end.length;
		const count = Math.floor((long ? room : room / 8) / (item.length + 1));
		return start + new Array<string>(count).fill(item).join(',') + end;
	};
	const [before, after] = JSON.stringify(defaultExperiment).split('"events":[]') as [
		string,
		string
	];
	const deep = Math.floor(fileLength / (long ? 2 : 16)) - 1000;
	const keys = Array.from({ length: long ? 600_000 : 80_000 }, (_, index) => `"k${index}":0`);
	const layers = JSON.stringify(defaultExperiment).split('[8,8]') as [string, string];
	const texts = [
		...[
			'{}',
			'[]',
			'null',
			'1',
			'""',
			'{"step":1,"change":{}}',
			'{"step":1,"change":{"l2":0}}'
		].map((item) => fill(`${before}"events":[`, item, `]${after}`)),
		fill(`${layers[0]}[`, '8', `]${layers[1]}`),
		`${layers[0]}${'['.repeat(deep)}${']'.repeat(deep)}${layers[1]}`,
		`{"version":1,${keys.join(',')}}`,
		`{"version":1,"seed":${'9'.repeat(fileLength / 2)}}`,
		`{"version":1,"activation":"${'x'.repeat(fileLength / 2)}"}`,
		' '.repeat(fileLength),
		'['.repeat(fileLength)
	];
	for (const text of texts) expect(await tally.of(() => fromFile(text))).toBeNull();
	tally.report('files of any stuffing');
});

it('the largest documents that the limits allow are lawful', async () => {
	const tally = new Tally();
	const spiral = (index: number) =>
		({ kind: 'spiral', samples: 1000, noise: (index % 51) / 100, trainShare: 80 }) as const;
	const points = scatteredPoints(2000);
	const edits = (change: (index: number) => LiveEvent['change']) =>
		Array.from({ length: limits.events.max }, (_, index) => ({
			step: limits.step.max - limits.events.max + index + 1,
			change: change(index)
		}));
	const changes: ((index: number) => LiveEvent['change'])[] = [
		(index) => ({ dataset: spiral(index) }),
		(index) => ({ dataset: spiral(index), splice: { at: 999, remove: 1, insert: [] } }),
		(index) =>
			index % 2 ? { splice: { at: 0, remove: 1, insert: [] } } : { dataset: spiral(index) },
		(index) => ({ splice: { at: (index * 977) % 1975, remove: 25, insert: points.slice(0, 25) } }),
		(index) => (index < 25 ? { splice: { at: 0, remove: 2000, insert: points } } : { l2: 0.1 }),
		(index) => (index % 80 ? { l2: 0.1 } : { dataset: { kind: 'drawn', points, trainShare: 80 } }),
		() => ({ dataset: { kind: 'notebook' }, splice: { at: 0, remove: 100, insert: [] } })
	];
	for (const change of changes) {
		const document = { ...drawnExperiment(2000), events: edits(change) };
		const experiment = await tally.of(() => fromFile(jsonOf(document)));
		expect(experiment).toEqual(document);
		await expectLawful(experiment!);
		await tally.of(() => {
			settingsAt(experiment!, limits.step.max, notebook);
			return experiment!;
		});
	}
	tally.report('largest documents');
});
