import fc from 'fast-check';
import { datasets, type DatasetName } from '../../src/lib/data/datasets';
import type { Point } from '../../src/lib/data/point';
import { defaultExperiment } from '../../src/lib/experiment/defaults';
import { limits, type Range } from '../../src/lib/experiment/limits';
import {
	pointCount,
	type Dataset,
	type Experiment,
	type LiveEvent
} from '../../src/lib/experiment/schema';
import { activations, type ActivationName } from '../../src/lib/nn/activations';
import { losses, type LossName } from '../../src/lib/nn/losses';

const keysOf = <Name extends string>(table: Record<Name, unknown>) =>
	fc.constantFrom(...(Object.keys(table) as Name[]));

const whole = ({ min, max }: Range) => fc.integer({ min, max });

/** Any number of the range; JSON knows one zero only, and so do documents. */
const real = ({ min, max }: Range) =>
	fc.double({ min, max, noNaN: true }).map((value) => (value === 0 ? 0 : value));

const coordinate = fc.integer({ min: -3072, max: 3072 }).map((steps) => steps / 1024);

/** Any point that can be drawn. */
export const arbitraryPoint: fc.Arbitrary<Point> = fc.record({
	x: coordinate,
	y: coordinate,
	target: fc.constantFrom(-1 as const, 1 as const),
	rank: fc.integer({ min: 0, max: 19 })
});

const points = fc.array(arbitraryPoint, { maxLength: 40 });
const trainShare = fc.integer({ min: 10, max: 20 }).map((twentieths) => twentieths * 5);

/** Any dataset, with few points if drawn. */
export const arbitraryDataset: fc.Arbitrary<Dataset> = fc.oneof(
	fc.record({
		kind: keysOf<DatasetName>(datasets),
		samples: whole(limits.samples),
		noise: real(limits.noise),
		trainShare
	}),
	fc.record({ kind: fc.constant('drawn' as const), points, trainShare }),
	fc.constant({ kind: 'notebook' as const })
);

const schedule: fc.Arbitrary<Experiment['schedule']> = fc.oneof(
	fc.constant({ kind: 'constant' as const }),
	fc.record({ kind: fc.constant('linear' as const), steps: whole(limits.decaySteps) })
);

const batchSize = fc.oneof(fc.constant('full' as const), whole(limits.batchSize));

/** An event whose splice is given in fractions of the points that will be there. */
const looseEvent = fc.record({
	gap: fc.integer({ min: 1, max: 100_000 }),
	settings: fc.record(
		{
			learningRate: real(limits.learningRate),
			schedule,
			l2: real(limits.l2),
			batchSize,
			dataset: arbitraryDataset
		},
		{ requiredKeys: [] }
	),
	splice: fc.option(
		fc.record({
			at: fc.double({ min: 0, max: 1, noNaN: true }),
			remove: fc.double({ min: 0, max: 1, noNaN: true }),
			insert: points
		})
	)
});

type LooseEvent = typeof looseEvent extends fc.Arbitrary<infer Event> ? Event : never;

/** The events with steps that rise and splices that fit the points in force. */
function fitted(start: Dataset, loose: readonly LooseEvent[]): LiveEvent[] {
	let step = 0;
	let count = pointCount(start);
	return loose.map(({ gap, settings, splice }) => {
		step += gap;
		if (settings.dataset) count = pointCount(settings.dataset);
		if (!splice) return { step, change: settings };
		const at = Math.floor(splice.at * count);
		const remove = Math.floor(splice.remove * (count - at));
		const room = limits.points.max - count + remove;
		const insert = splice.insert.slice(0, room);
		count += insert.length - remove;
		return { step, change: { ...settings, splice: { at, remove, insert } } };
	});
}

/** Any valid experiment, with few points and events. */
export const arbitraryExperiment: fc.Arbitrary<Experiment> = fc
	.record({
		seed: whole(limits.seed),
		dataset: arbitraryDataset,
		network: fc.oneof(
			fc.record({
				hiddenLayers: fc.array(whole(limits.neurons), { maxLength: limits.hiddenLayers.max }),
				initialization: fc.constant('scaled-uniform' as const)
			}),
			fc.record({
				hiddenLayers: fc.constant<number[]>([16, 16]),
				initialization: fc.constant('notebook' as const)
			})
		),
		activation: keysOf<ActivationName>(activations),
		loss: keysOf<LossName>(losses),
		learningRate: real(limits.learningRate),
		schedule,
		l2: real(limits.l2),
		batchSize,
		events: fc.array(looseEvent, { maxLength: 6 })
	})
	.map(({ network, events, ...rest }) => ({
		version: 1 as const,
		...rest,
		...network,
		events: fitted(rest.dataset, events)
	}));

/** So many points spread over the plane without any pattern that a compressor could use; the same at each call. */
export function scatteredPoints(count: number): Point[] {
	let state = 12345;
	const below = (end: number) => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return Math.floor((state / 2 ** 32) * end);
	};
	return Array.from({ length: count }, () => ({
		x: below(6145) / 1024 - 3,
		y: below(6145) / 1024 - 3,
		target: below(2) === 0 ? -1 : 1,
		rank: below(20)
	}));
}

/** The default set-up with so many scattered drawn points. */
export function drawnExperiment(count: number): Experiment {
	const dataset = { kind: 'drawn', points: scatteredPoints(count), trainShare: 80 } as const;
	return { ...defaultExperiment, dataset };
}
