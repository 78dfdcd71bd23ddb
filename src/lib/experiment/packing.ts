import { domain, latticeStep } from '../data/lattice';
import type { Point } from '../data/point';
import type { Experiment } from './schema';

/*
 * Version 1, little endian, to be read forever:
 *   4 bytes           length of the JSON in bytes
 *   so many bytes     JSON (UTF-8) of the document without the fields that are as in `base`, every list of points
 *                     replaced by its length
 *   4 bytes a point   x 13 bits | y 13 bits | 1 for class B | rank 5 bits, from the lowest bit up; x and y in lattice
 *                     steps from the domain's lower end; lists in the order of `withLists`
 */
const wordBytes = 4;
const coordinateBits = 13;
const coordinateMask = (1 << coordinateBits) - 1;
const targetShift = 2 * coordinateBits;
const rankShift = targetShift + 1;

/** What version 1 leaves out. It began as the first visit's experiment, and stays whatever becomes of that. */
const base: Experiment = {
	version: 1,
	seed: 1337,
	dataset: { kind: 'moons', samples: 100, noise: 0.1, trainShare: 80 },
	hiddenLayers: [8, 8],
	activation: 'tanh',
	initialization: 'scaled-uniform',
	loss: 'max-margin',
	learningRate: 0.3,
	schedule: { kind: 'constant' },
	l2: 0.0001,
	batchSize: 'full',
	events: []
};

/** The bytes do not have the form of a packed document. */
class BadPacking extends Error {
	override name = 'BadPacking';
}

/** The document as bytes; points take 32 bits each. */
export function pack(experiment: Experiment): Uint8Array<ArrayBuffer> {
	const points: Point[] = [];
	const counted = withLists(withoutBase(experiment), (list) => {
		points.push(...(list as readonly Point[]));
		return (list as readonly Point[]).length;
	});
	const json = new TextEncoder().encode(JSON.stringify(counted));
	const bytes = new Uint8Array(wordBytes + json.length + wordBytes * points.length);
	const view = new DataView(bytes.buffer);
	view.setUint32(0, json.length, true);
	bytes.set(json, wordBytes);
	for (const [index, point] of points.entries()) {
		view.setUint32(wordBytes + json.length + wordBytes * index, wordOf(point), true);
	}
	return bytes;
}

/**
 * What the bytes say, in the shape of a document; whether it is a valid one is for `parseExperiment` to say.
 * @throws BadPacking when the lengths do not fit the bytes; SyntaxError when the JSON is none.
 */
export function unpack(bytes: Uint8Array<ArrayBuffer>): unknown {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	if (bytes.length < wordBytes) throw new BadPacking('There is no length');
	const end = wordBytes + view.getUint32(0, true);
	if (end > bytes.length) throw new BadPacking('The JSON is cut off');
	const json = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(wordBytes, end));
	let offset = end;
	const document = withLists(withBase(JSON.parse(json)), (count) => {
		if (!Number.isInteger(count) || (count as number) < 0) throw new BadPacking('No count');
		const listEnd = offset + wordBytes * (count as number);
		if (listEnd > bytes.length) throw new BadPacking('Points are missing');
		const points: Point[] = [];
		for (; offset < listEnd; offset += wordBytes)
			points.push(pointOf(view.getUint32(offset, true)));
		return points;
	});
	if (offset !== bytes.length) throw new BadPacking('There are more points than counted');
	return document;
}

function withoutBase(experiment: Experiment): Partial<Experiment> {
	const told = Object.entries(experiment).filter(
		([key, value]) => JSON.stringify(value) !== JSON.stringify(base[key as keyof Experiment])
	);
	return Object.fromEntries(told);
}

function withBase(told: unknown): unknown {
	if (typeof told !== 'object' || told === null || Array.isArray(told))
		throw new BadPacking('No document');
	return { ...base, ...told };
}

function wordOf({ x, y, target, rank }: Point): number {
	const steps = (coordinate: number) => (coordinate - domain.min) / latticeStep;
	const classBit = target === 1 ? 1 : 0;
	return (
		(steps(x) | (steps(y) << coordinateBits) | (classBit << targetShift) | (rank << rankShift)) >>>
		0
	);
}

function pointOf(word: number): Point {
	const place = (steps: number) => domain.min + steps * latticeStep;
	return {
		x: place(word & coordinateMask),
		y: place((word >>> coordinateBits) & coordinateMask),
		target: ((word >>> targetShift) & 1) === 1 ? 1 : -1,
		rank: word >>> rankShift
	};
}

type Replace = (list: unknown) => unknown;
type Fields = Record<string, unknown>;

/**
 * A copy in which every list of points is replaced: the dataset's, then event by event the one of its dataset and the one
 * of its splice. Whatever has another shape than a document stays as it is.
 */
function withLists(document: unknown, replace: Replace): unknown {
	const start = within(document, 'dataset', (dataset) => within(dataset, 'points', replace));
	return within(start, 'events', (events) =>
		Array.isArray(events)
			? events.map((event: unknown) =>
					within(event, 'change', (change) => inChange(change, replace))
				)
			: events
	);
}

function inChange(change: unknown, replace: Replace): unknown {
	const next = within(change, 'dataset', (dataset) => within(dataset, 'points', replace));
	return within(next, 'splice', (splice) => within(splice, 'insert', replace));
}

function within(holder: unknown, key: string, replace: Replace): unknown {
	if (typeof holder !== 'object' || holder === null || !Object.hasOwn(holder, key)) return holder;
	return { ...holder, [key]: replace((holder as Fields)[key]) };
}
