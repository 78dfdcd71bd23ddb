import { readFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { defaultExperiment, presets } from '../../../src/lib/experiment/defaults';
import {
	decodeLink,
	encodeLink,
	linkLength,
	presetOf,
	readHash
} from '../../../src/lib/experiment/link';
import {
	InvalidExperiment,
	parseExperiment,
	type Experiment
} from '../../../src/lib/experiment/schema';
import { arbitraryExperiment, drawnExperiment, scatteredPoints } from '../../support/experiments';

const fixture = (name: string) =>
	readFileSync(new URL(`../../fixtures/${name}`, import.meta.url), 'utf8');

afterEach(() => {
	vi.unstubAllGlobals();
});

/** A link of version 1 made by hand: JSON of any kind, followed by any words. */
function forged(json: string, words: readonly number[] = [], jsonLength?: number): string {
	const text = Buffer.from(json);
	const bytes = Buffer.alloc(4 + text.length + 4 * words.length);
	bytes.writeUInt32LE(jsonLength ?? text.length);
	text.copy(bytes, 4);
	for (const [index, word] of words.entries()) {
		bytes.writeUInt32LE(word, 4 + text.length + 4 * index);
	}
	return `#1.${deflateSync(bytes).toString('base64url')}`;
}

async function refusal(hash: string): Promise<string> {
	const error: unknown = await decodeLink(hash).then(
		() => null,
		(reason: unknown) => reason
	);
	expect(error).toBeInstanceOf(InvalidExperiment);
	const { message } = error as InvalidExperiment;
	expect(message).toMatch(/^[A-Z].*\.$/);
	return message;
}

describe('a link', () => {
	it('holds the whole document', async () => {
		await fc.assert(
			fc.asyncProperty(arbitraryExperiment, async (experiment) => {
				const hash = await encodeLink(experiment);
				expect(hash).toMatch(/^#1\.[\w-]+$/);
				expect(await decodeLink(hash)).toEqual(experiment);
			})
		);
	});

	it('takes at most 1,500 characters for 200 drawn points', async () => {
		const hash = await encodeLink(drawnExperiment(200));
		expect(hash.length).toBeLessThanOrEqual(1500);
	});

	it('takes no more when every setting differs from the usual', async () => {
		const hash = await encodeLink({
			...drawnExperiment(200),
			seed: 3829174651,
			hiddenLayers: [32, 24, 16, 31, 17, 29],
			activation: 'relu',
			loss: 'squared-error',
			learningRate: 0.0123,
			schedule: { kind: 'linear', steps: 123456 },
			l2: 0.00017,
			batchSize: 25
		});
		expect(hash.length).toBeLessThanOrEqual(1500);
	});

	it('holds 2,000 drawn points', async () => {
		const experiment = drawnExperiment(2000);
		expect(await decodeLink(await encodeLink(experiment))).toEqual(experiment);
	});

	it('keeps the corners of the plane and every rank', async () => {
		const corners = [-3, 3].flatMap((x) => [-3, 3].map((y) => ({ x, y })));
		const points = corners.flatMap(({ x, y }) =>
			Array.from({ length: 20 }, (_, rank) => ({ x, y, target: 1 as const, rank }))
		);
		const experiment: Experiment = {
			...defaultExperiment,
			dataset: { kind: 'drawn', points, trainShare: 100 }
		};
		expect(await decodeLink(await encodeLink(experiment))).toEqual(experiment);
	});

	it.each(['link-v1', 'link-v1-default'])(
		'of version 1 stays readable forever: %s',
		async (name) => {
			const experiment: unknown = JSON.parse(fixture(`${name}.json`));
			expect(await decodeLink(fixture(`${name}.txt`).trim())).toEqual(experiment);
		}
	);

	it('is refused to what is too large for one, with a way out', async () => {
		const events = Array.from({ length: 20 }, (_, index) => ({
			step: index + 1,
			change: {
				dataset: { kind: 'drawn', points: scatteredPoints(2000), trainShare: 80 } as const
			}
		}));
		// The same points again and again would deflate well.
		const varied = events.map((event, index) => ({
			...event,
			change: {
				dataset: {
					...event.change.dataset,
					points: event.change.dataset.points.map((point) => ({
						...point,
						x: ((point.x + 3 + index * 0.71875) % 6) - 3,
						rank: (point.rank * (index + 1) + index) % 20
					}))
				}
			}
		}));
		const experiment = parseExperiment({ ...defaultExperiment, events: varied });
		await expect(encodeLink(experiment)).rejects.toThrow(/as a file/);
		await expect(encodeLink(experiment)).rejects.toBeInstanceOf(InvalidExperiment);
	});
});

describe('a bad link', () => {
	it.each(['', '#', '#hello', 'https://example.org/#1.abc', '#0.abc', '#01.abc', '#-1.a'])(
		'that is foreign: %j',
		async (hash) => {
			expect(await refusal(hash)).toMatch(/not a Sketchgrad link/);
		}
	);

	it.each(['#2.abcd', '#10.abcd', '#99999999999999999999.x', '#2'])(
		'that is newer: %j',
		async (hash) => {
			expect(await refusal(hash)).toMatch(/newer/);
		}
	);

	it('that is cut off anywhere', async () => {
		const hash = await encodeLink(drawnExperiment(20));
		for (let length = 2; length < hash.length; length++) {
			expect(await refusal(hash.slice(0, length))).toMatch(/cut off/);
		}
	});

	it('with foreign characters', async () => {
		const hash = await encodeLink(defaultExperiment);
		for (const character of ['%', ' ', '\n', '+', '/', '=', 'é', '\u{1f600}', '.']) {
			expect(await refusal(hash.slice(0, 20) + character + hash.slice(21))).toMatch(/damaged/);
		}
	});

	it('throws or gives a valid experiment, however it was changed', async () => {
		const edit = fc.record({
			at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
			remove: fc.integer({ min: 0, max: 5 }),
			insert: fc.string({ unit: fc.constantFrom(...'AZaz09-_.#%'), maxLength: 5 })
		});
		await fc.assert(
			fc.asyncProperty(
				arbitraryExperiment,
				fc.array(edit, { minLength: 1, maxLength: 4 }),
				async (experiment, edits) => {
					let hash = await encodeLink(experiment);
					for (const { at, remove, insert } of edits) {
						const start = Math.floor(at * hash.length);
						hash = hash.slice(0, start) + insert + hash.slice(start + remove);
					}
					await expectValidOrRefused(hash);
				}
			),
			{ numRuns: 300 }
		);
	});

	it('throws or gives a valid experiment, whatever was packed', async () => {
		const key = fc.constantFrom(
			...Object.keys(defaultExperiment),
			...['kind', 'points', 'trainShare', 'step', 'change', 'splice', 'at', 'remove', 'insert'],
			...['__proto__', 'constructor', 'length', 'toString']
		);
		const { json } = fc.letrec<{ json: unknown; object: unknown }>((tie) => ({
			json: fc.oneof(
				{ depthSize: 'small' },
				fc.jsonValue(),
				fc.constantFrom(1, 'drawn', 'moons', 4294967295, -1, 1e300, 2),
				tie('object'),
				fc.array(tie('json'), { maxLength: 4 })
			),
			object: fc.dictionary(key, tie('json'), { maxKeys: 6 })
		}));
		const changed = fc
			.tuple(arbitraryExperiment, fc.dictionary(key, json, { minKeys: 1, maxKeys: 3 }))
			.map(([experiment, changes]) => ({ ...experiment, ...changes }));
		const words = fc.array(fc.nat({ max: 0xffffffff }), { maxLength: 50 });
		await fc.assert(
			fc.asyncProperty(fc.oneof(json, changed), words, async (value, tail) => {
				await expectValidOrRefused(forged(JSON.stringify(value), tail));
			}),
			{ numRuns: 500 }
		);
	});

	const drawn = (points: unknown, more = '') =>
		`${JSON.stringify({ ...defaultExperiment, dataset: { kind: 'drawn', points, trainShare: 80 } }).slice(0, -1)}${more}}`;

	it('is not what `forged` makes of a good document', async () => {
		const word = 3072 | (3072 << 13) | (1 << 26) | (19 << 27);
		const { dataset } = await decodeLink(forged(drawn(1), [word >>> 0]));
		expect(dataset).toMatchObject({ points: [{ x: 0, y: 0, target: 1, rank: 19 }] });
	});

	it('that spells a zero below zero holds a plain one', async () => {
		const read = await decodeLink(forged(drawn(0).replace('0.0001', '-0').replace('1337', '-0')));
		expect(read).toMatchObject({ l2: 0, seed: 0 });
		expect(await decodeLink(await encodeLink(read))).toEqual(read);
	});

	it.each([
		['a huge count', forged(drawn(4294967295), [0])],
		['a count beyond all numbers', forged(drawn(1).replace('"points":1', '"points":1e999'), [0])],
		['a negative count', forged(drawn(-1), [])],
		['a broken count', forged(drawn(0.5), [0])],
		['a count in words', forged(drawn('1'), [0])],
		['points in the JSON', forged(drawn([{ x: 0, y: 0, target: 1, rank: 0 }]), [])],
		['fewer points than counted', forged(drawn(2), [0])],
		['more points than counted', forged(drawn(1), [0, 0])],
		['too many points', forged(drawn(2001), new Array<number>(2001).fill(0))],
		['a place outside of the plane', forged(drawn(1), [6145])],
		['a rank that does not exist', forged(drawn(1), [(20 << 27) >>> 0])],
		['a length beyond the end', forged(drawn(0), [], 4294967295)],
		['a length within the JSON', forged(drawn(0), [], 40)],
		['JSON that is cut off', forged(drawn(0).slice(0, -1))],
		['no JSON', forged('')],
		['null', forged('null')],
		['an array', forged('[]')],
		['a number', forged('1')],
		['deep nesting', forged('['.repeat(400_000))],
		['a prototype', forged(drawn(0, ',"__proto__":{"seed":1}'))],
		['a constructor', forged(drawn(0, ',"constructor":{"prototype":{"seed":1}}'))],
		['an unknown field', forged(drawn(0, ',"more":1'))],
		['a wrong type', forged(drawn(0).replace('1337', '"1337"'))],
		['events that are none', forged(drawn(0).replace('"events":[]', '"events":{"length":3}'))],
		['an event that is null', forged(drawn(0).replace('"events":[]', '"events":[null]'))],
		['no zlib stream', `#1.${Buffer.from('not a stream').toString('base64url')}`],
		['raw text', `#1.${deflateSync('{}').toString('base64url')}`],
		['broken UTF-8', `#1.${deflateSync(Buffer.from([1, 0, 0, 0, 255])).toString('base64url')}`]
	])('with %s', async (_, hash) => {
		await refusal(hash);
		expect(({} as { seed?: number }).seed).toBeUndefined();
	});

	it('of a newer document says so', async () => {
		expect(await refusal(forged('{"version":2}'))).toMatch(/newer/);
	});

	it('that is too long is not even inflated', async () => {
		vi.stubGlobal('DecompressionStream', () => {
			throw new Error('inflated');
		});
		expect(await refusal(`#1.${'A'.repeat(linkLength)}`)).toMatch(/too long/);
	});

	it('that unpacks to too much is not inflated to its end', async () => {
		const Genuine = DecompressionStream;
		let inflated = 0;
		class Counting {
			readonly writable: WritableStream;
			readonly readable: ReadableStream;
			constructor(format: CompressionFormat) {
				const { readable, writable } = new Genuine(format);
				this.writable = writable;
				const count = new TransformStream<Uint8Array, Uint8Array>({
					transform(part, controller) {
						inflated += part.length;
						controller.enqueue(part);
					}
				});
				this.readable = readable.pipeThrough(count);
			}
		}
		vi.stubGlobal('DecompressionStream', Counting);
		const bomb = `#1.${deflateSync(Buffer.alloc(40_000_000)).toString('base64url')}`;
		expect(bomb.length).toBeLessThan(linkLength);
		expect(await refusal(bomb)).toMatch(/too long/);
		expect(inflated).toBeGreaterThan(0);
		expect(inflated).toBeLessThan(4_000_000);
	});
});

async function expectValidOrRefused(hash: string): Promise<void> {
	let experiment: Experiment;
	try {
		experiment = await decodeLink(hash);
	} catch (error) {
		expect(error).toBeInstanceOf(InvalidExperiment);
		return;
	}
	expect(parseExperiment(JSON.parse(JSON.stringify(experiment)))).toEqual(experiment);
}

describe('the hash of an address', () => {
	it('may name a preset', async () => {
		for (const [name, preset] of Object.entries(presets)) {
			expect(presetOf(`#preset=${name}`)).toBe(preset);
			expect(await readHash(`#preset=${name}`)).toEqual({ experiment: preset, source: 'preset' });
		}
	});

	it.each(['#preset=', '#preset=Moons', '#preset=__proto__', '#preset=toString', '#preset=%E0%A4'])(
		'that names an unknown preset gets a sentence: %j',
		async (hash) => {
			await expect(readHash(hash)).rejects.toThrow(/no preset of that name.*spiral/);
			await expect(readHash(hash)).rejects.toBeInstanceOf(InvalidExperiment);
		}
	);

	it('may be a link', async () => {
		const hash = await encodeLink(defaultExperiment);
		expect(await readHash(hash)).toEqual({ experiment: defaultExperiment, source: 'link' });
	});

	it.each(['', '#'])('may be empty: %j', async (hash) => {
		expect(await readHash(hash)).toBeNull();
	});

	it.each(['#plot', '#presets', '#preset', '#0.1', '#1a', '#activation=tanh&batchSize=10'])(
		'may be foreign: %j',
		async (hash) => {
			await expect(readHash(hash)).rejects.toThrow('not a Sketchgrad link');
		}
	);

	it.each(['#1', '#1.', '#1.eJ', '#2.x', '#7'])('may be a bad link: %j', async (hash) => {
		await expect(readHash(hash)).rejects.toBeInstanceOf(InvalidExperiment);
	});
});
