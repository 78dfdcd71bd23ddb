import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultExperiment, presets } from '../../../src/lib/experiment/defaults';
import { limits, within } from '../../../src/lib/experiment/limits';
import { InvalidExperiment, parseExperiment, pointCount } from '../../../src/lib/experiment/schema';
import { arbitraryExperiment, scatteredPoints } from '../../support/experiments';

function refusal(input: unknown): string {
	try {
		parseExperiment(input);
	} catch (error) {
		expect(error).toBeInstanceOf(InvalidExperiment);
		const { message } = error as InvalidExperiment;
		expect(message).toMatch(/^[A-Z].*\.$/);
		return message;
	}
	throw new Error('It was taken.');
}

const withDataset = (dataset: unknown) => ({ ...defaultExperiment, dataset });
const drawn = (points: unknown) => withDataset({ kind: 'drawn', points, trainShare: 80 });
const withEvents = (...events: unknown[]) => ({ ...defaultExperiment, events });
const point = { x: 0, y: 0, target: 1, rank: 0 };

describe('an experiment', () => {
	it('is taken as it is when it is valid', () => {
		fc.assert(
			fc.property(arbitraryExperiment, (experiment) => {
				expect(parseExperiment(experiment)).toEqual(experiment);
			})
		);
	});

	it.each(Object.entries(presets))('of the preset %s is valid', (_, preset) => {
		expect(parseExperiment(preset)).toEqual(preset);
	});

	it('may stand at every limit', () => {
		const least = {
			...defaultExperiment,
			seed: 0,
			dataset: { kind: 'spiral', samples: 10, noise: 0, trainShare: 50 },
			hiddenLayers: [],
			learningRate: 1e-5,
			schedule: { kind: 'linear', steps: 1 },
			l2: 0,
			batchSize: 1
		};
		const most = {
			...defaultExperiment,
			seed: 4294967295,
			dataset: { kind: 'spiral', samples: 1000, noise: 0.5, trainShare: 100 },
			hiddenLayers: [32, 32, 32, 32, 32, 32],
			learningRate: 1000,
			schedule: { kind: 'linear', steps: 1_000_000 },
			l2: 10,
			batchSize: 2000
		};
		expect(parseExperiment(least)).toEqual(least);
		expect(parseExperiment(most)).toEqual(most);
		expect(parseExperiment(drawn([]))).toEqual(drawn([]));
		const many = drawn(scatteredPoints(2000));
		expect(parseExperiment(many)).toEqual(many);
	});

	it.each([
		['seed', [-1, 4294967296, 0.5, NaN, Infinity, '1', null]],
		['learningRate', [0, -1, 1e-6, 1000.1, NaN, Infinity, '0.3', undefined]],
		['l2', [-1e-9, 10.1, NaN, null]],
		['batchSize', [0, 2001, 1.5, NaN, 'all', null]],
		[
			'hiddenLayers',
			[[0], [33], [1.5], [NaN], ['8'], [1, 1, 1, 1, 1, 1, 1], 8, null, { length: 1 }]
		],
		['activation', ['softmax', '', null, 'toString', '__proto__']],
		['loss', ['hinge', null, 'constructor']],
		['initialization', ['zeros', null]],
		[
			'schedule',
			[null, 'constant', { kind: 'cosine' }, { kind: 'linear' }, { kind: 'linear', steps: 0 }]
		],
		[
			'dataset',
			[
				null,
				'moons',
				{},
				{ kind: 'moons' },
				{ kind: 'toString', samples: 100, noise: 0, trainShare: 80 }
			]
		],
		['events', [null, {}, [null], [{}], new Array(2001).fill(null)]],
		['version', [0, 2, 1.5, '1', null, undefined]]
	] as const)('with a bad %s is refused in a sentence', (key, values) => {
		for (const value of values) refusal({ ...defaultExperiment, [key]: value });
	});

	it('with a field too few or too many is refused', () => {
		for (const key of Object.keys(defaultExperiment)) {
			refusal(
				Object.fromEntries(Object.entries(defaultExperiment).filter(([name]) => name !== key))
			);
		}
		refusal({ ...defaultExperiment, more: 1 });
		refusal(withDataset({ ...defaultExperiment.dataset, points: [] }));
		refusal(withDataset({ kind: 'notebook', trainShare: 80 }));
	});

	it.each([undefined, null, 1, 'text', [], () => 1, Symbol('s')])(
		'that is none at all: %s',
		(input) => {
			expect(refusal(input)).toMatch(/not a Sketchgrad experiment/);
		}
	);

	it.each([2, 3, 1e9])('of version %d says so', (version) => {
		expect(refusal({ version })).toMatch(/newer/);
	});

	it('names the control and its range', () => {
		expect(refusal({ ...defaultExperiment, learningRate: 5000 })).toBe(
			'The learning rate must be a number from 0.00001 to 1000.'
		);
		expect(refusal({ ...defaultExperiment, seed: 1.5 })).toBe(
			'The seed must be a whole number from 0 to 4294967295.'
		);
	});

	it.each([
		{ ...point, x: 3.0009765625 },
		{ ...point, x: 0.1 },
		{ ...point, y: NaN },
		{ ...point, y: -Infinity },
		{ ...point, y: '0' },
		{ ...point, target: 0 },
		{ ...point, target: true },
		{ ...point, rank: 20 },
		{ ...point, rank: -1 },
		{ ...point, rank: 0.5 },
		{ ...point, more: 1 },
		{ x: 0, y: 0, target: 1 },
		[0, 0, 1, 0],
		null
	])('with the bad point %j is refused', (bad) => {
		expect(refusal(drawn([point, bad]))).toMatch(/^Points/);
		const insertion = { step: 1, change: { splice: { at: 0, remove: 0, insert: [bad] } } };
		expect(refusal(withEvents(insertion))).toMatch(/^Points/);
	});

	it('with a hole in a list is refused in a sentence', () => {
		const holed = <Item>(...items: Item[]) => {
			const list = [...items];
			// A place that nothing was ever put in.
			list.length++;
			return list;
		};
		const list = holed(point);
		expect(list).toHaveLength(2);
		expect(1 in list).toBe(false);
		expect(refusal(drawn(list))).toMatch(/^Points/);
		expect(refusal(drawn(new Array(3)))).toMatch(/^Points/);
		const insertion = { step: 1, change: { splice: { at: 0, remove: 0, insert: list } } };
		expect(refusal(withEvents(insertion))).toMatch(/^Points/);
		refusal({ ...defaultExperiment, events: holed({ step: 1, change: {} }) });
		refusal({ ...defaultExperiment, hiddenLayers: holed(8) });
	});

	it('with a list that is too long is refused before anything in it is looked at', () => {
		const untouchable = new Proxy(
			{},
			{
				get: () => {
					throw new Error('looked at');
				},
				has: () => {
					throw new Error('looked at');
				},
				ownKeys: () => {
					throw new Error('looked at');
				}
			}
		);
		const list = (length: number) => new Array<unknown>(length).fill(untouchable);
		expect(refusal(drawn(list(2001)))).toMatch(/at most 2000/);
		expect(refusal({ ...defaultExperiment, events: list(2001) })).toMatch(
			/at most 2000 live edits/
		);
		expect(refusal({ ...defaultExperiment, hiddenLayers: list(7) })).toMatch(/at most 6 hidden/);
		const longest = new Array<unknown>(2 ** 32 - 1);
		expect(refusal({ ...defaultExperiment, events: longest })).toMatch(/at most 2000 live edits/);
		expect(refusal(drawn(longest))).toMatch(/at most 2000/);
	});

	it('knows one zero only, whatever it came in', () => {
		const zero = (sign: number) =>
			withEvents({
				step: 1,
				change: {
					l2: sign * 0,
					dataset: { kind: 'spiral', samples: 10, noise: sign * 0, trainShare: 80 },
					splice: {
						at: sign * 0,
						remove: sign * 0,
						insert: [{ x: sign * 0, y: sign * 0, target: -1, rank: sign * 0 }]
					}
				}
			});
		const below = { ...zero(-1), seed: -0, l2: -0 };
		const copy = structuredClone(below);
		expect(parseExperiment(below)).toEqual({ ...zero(1), seed: 0, l2: 0 });
		expect(below, 'the input stays as it is').toEqual(copy);
		const list = [point, { ...point, x: -0 }];
		expect(parseExperiment(drawn(list))).toEqual(drawn([point, point]));
	});

	it('with a key of every object’s own prototype is refused', () => {
		for (const key of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
			const spoiled = (value: object) =>
				JSON.parse(JSON.stringify(value).replace('{', `{"${key}":{"seed":1},`)) as unknown;
			const splice = { at: 0, remove: 0, insert: [] };
			refusal(spoiled(defaultExperiment));
			refusal(withDataset(spoiled(defaultExperiment.dataset)));
			refusal({ ...defaultExperiment, schedule: spoiled({ kind: 'constant' }) });
			refusal(withEvents(spoiled({ step: 1, change: {} })));
			refusal(withEvents({ step: 1, change: spoiled({ l2: 0 }) }));
			refusal(withEvents({ step: 1, change: { splice: spoiled(splice) } }));
			refusal(drawn([spoiled(point)]));
		}
		refusal(drawn([Object.assign([], point)]));
	});

	it('with too many points is refused', () => {
		expect(refusal(drawn(scatteredPoints(2001)))).toMatch(/at most 2000/);
	});

	it("takes the notebook's parameters only for the notebook's layers", () => {
		expect(refusal({ ...presets.notebook, hiddenLayers: [16] })).toMatch(/two hidden layers of 16/);
		expect(refusal({ ...presets.notebook, hiddenLayers: [16, 17] })).toMatch(/two hidden layers/);
	});
});

describe('live edits', () => {
	const change = { l2: 0 };

	it.each([
		['step 0', withEvents({ step: 0, change })],
		['the same step twice', withEvents({ step: 5, change }, { step: 5, change })],
		['falling steps', withEvents({ step: 5, change }, { step: 4, change })],
		['a half step', withEvents({ step: 1.5, change })],
		['a step out of reach', withEvents({ step: 1_000_000_001, change })],
		['an unknown change', withEvents({ step: 1, change: { seed: 1 } })],
		['a change that is there and undefined', withEvents({ step: 1, change: { l2: undefined } })]
	])('with %s are refused', (_, experiment) => {
		refusal(experiment);
	});

	const splice = (at: number, remove: number, inserted: number) => ({
		splice: { at, remove, insert: scatteredPoints(inserted) }
	});

	it.each([
		['starts beyond the end', withEvents({ step: 1, change: splice(101, 0, 1) })],
		['removes beyond the end', withEvents({ step: 1, change: splice(99, 2, 0) })],
		[
			'removes what is gone',
			withEvents({ step: 1, change: splice(0, 60, 0) }, { step: 2, change: splice(0, 60, 0) })
		],
		['makes too many points', withEvents({ step: 1, change: splice(0, 0, 1901) })],
		[
			'ignores the dataset of its own event',
			withEvents({
				step: 1,
				change: { dataset: { kind: 'drawn', points: [], trainShare: 80 }, ...splice(1, 0, 1) }
			})
		]
	])('are refused when a splice %s', (_, experiment) => {
		expect(refusal(experiment)).toMatch(/do not fit/);
	});

	it('may do all that fits', () => {
		const experiment = withEvents(
			{ step: 1, change: splice(100, 0, 1900) },
			{ step: 2, change: splice(0, 2000, 2000) },
			{ step: 3, change: { dataset: { kind: 'notebook' }, ...splice(100, 0, 1) } },
			{ step: 1_000_000_000, change: splice(0, 101, 0) }
		);
		expect(parseExperiment(experiment)).toEqual(experiment);
	});

	it('bring in a limited number of points', () => {
		const times = (count: number) =>
			withEvents(
				...Array.from({ length: count }, (_, index) => ({
					step: index + 1,
					change: index === 0 ? splice(0, 100, 2000) : splice(0, 2000, 2000)
				}))
			);
		expect(parseExperiment(times(25)).events).toHaveLength(25);
		expect(refusal(times(26))).toMatch(/at most 50000 points\. Reset/);
	});

	it('are limited in number', () => {
		const times = (count: number) =>
			withEvents(...Array.from({ length: count }, (_, index) => ({ step: index + 1, change })));
		expect(parseExperiment(times(2000)).events).toHaveLength(2000);
		expect(refusal(times(2001))).toMatch(/at most 2000 live edits\. Reset/);
	});
});

describe('a limit', () => {
	it('holds both ends and nothing that is no number', () => {
		const range = { min: -1, max: 1 };
		expect([-1, 0, 1].every((value) => within(value, range))).toBe(true);
		expect([-1.1, 1.1, NaN, Infinity, -Infinity].some((value) => within(value, range))).toBe(false);
	});

	it('has its ends in order', () => {
		for (const { min, max } of Object.values(limits)) expect(min).toBeLessThan(max);
	});
});

it('counts the points of a dataset', () => {
	expect(pointCount({ kind: 'xor', samples: 37, noise: 0, trainShare: 80 })).toBe(37);
	expect(pointCount({ kind: 'drawn', points: scatteredPoints(5), trainShare: 80 })).toBe(5);
	expect(pointCount({ kind: 'notebook' })).toBe(100);
});
