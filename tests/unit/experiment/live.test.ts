import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { datasets } from '../../../src/lib/data/datasets';
import { loadNotebook } from '../../../src/lib/data/notebook';
import type { Point } from '../../../src/lib/data/point';
import { defaultExperiment, presets } from '../../../src/lib/experiment/defaults';
import {
	applyEvent,
	initialSettings,
	needsNotebook,
	settingsAt,
	spliceBetween,
	startingFrom,
	trainShareOf,
	withSettings,
	type LiveSettings
} from '../../../src/lib/experiment/live';
import { parseExperiment, type Experiment } from '../../../src/lib/experiment/schema';
import {
	arbitraryDataset,
	arbitraryExperiment,
	arbitraryPoint,
	drawnExperiment,
	scatteredPoints
} from '../../support/experiments';

const notebook = await loadNotebook();
const lastStep = (experiment: Experiment) => experiment.events.at(-1)?.step ?? 0;

/** The live settings after a person drew these points. */
function drawing(settings: LiveSettings, points: readonly Point[]): LiveSettings {
	const trainShare = trainShareOf(settings.dataset);
	return { ...settings, dataset: { kind: 'drawn', points, trainShare }, points };
}

describe('the settings in force', () => {
	it('at step 0 are those of the document', () => {
		const { learningRate, schedule, l2, batchSize, dataset } = defaultExperiment;
		const settings = settingsAt(defaultExperiment, 0, null);
		expect(settings).toMatchObject({ learningRate, schedule, l2, batchSize, dataset });
		expect(settings.points).toHaveLength(100);
	});

	it('change at the step of an event, not before', () => {
		const [first, second] = scatteredPoints(2) as [Point, Point];
		const experiment = parseExperiment({
			...drawnExperiment(0),
			events: [
				{ step: 10, change: { learningRate: 1, splice: { at: 0, remove: 0, insert: [first] } } },
				{ step: 20, change: { l2: 1, splice: { at: 0, remove: 1, insert: [second, first] } } }
			]
		});
		const at = (step: number) => settingsAt(experiment, step, null);
		expect(at(9)).toMatchObject({ learningRate: 0.3, l2: 0.0001, points: [] });
		expect(at(10)).toMatchObject({ learningRate: 1, l2: 0.0001, points: [first] });
		expect(at(19)).toEqual(at(10));
		expect(at(20)).toMatchObject({ learningRate: 1, l2: 1, points: [second, first] });
		expect(at(1_000_000)).toEqual(at(20));
	});

	it('of a whole run make a document of their own, at every step', () => {
		fc.assert(
			fc.property(arbitraryExperiment, fc.nat({ max: 700_000 }), (experiment, step) => {
				const settings = settingsAt(experiment, step, notebook);
				const start = parseExperiment(startingFrom(experiment, settings));
				expect(start.events).toEqual([]);
				expect(initialSettings(start, notebook)).toEqual(settings);
			})
		);
	});

	it('are the same for the same document, whatever objects it is made of', () => {
		fc.assert(
			fc.property(arbitraryExperiment, (experiment) => {
				const copy = structuredClone(experiment);
				const step = lastStep(experiment);
				expect(settingsAt(copy, step, notebook)).toEqual(settingsAt(experiment, step, notebook));
			})
		);
	});

	it("of the notebook's dataset need its table", () => {
		expect(needsNotebook(defaultExperiment)).toBe(false);
		expect(needsNotebook(presets.notebook)).toBe(true);
		const change = { dataset: { kind: 'notebook' as const } };
		expect(needsNotebook({ ...defaultExperiment, events: [{ step: 1, change }] })).toBe(true);
		expect(() => settingsAt(presets.notebook, 0, null)).toThrow(/notebook/);
		expect(settingsAt(presets.notebook, 0, notebook).points).toBe(notebook.points);
	});

	it("bring the notebook's points onto the lattice once they are edited", () => {
		const splice = { at: 100, remove: 0, insert: scatteredPoints(1) };
		const experiment = parseExperiment({
			...presets.notebook,
			events: [{ step: 1, change: { splice } }]
		});
		const settings = settingsAt(experiment, 1, notebook);
		expect(settings.points).toHaveLength(101);
		parseExperiment(startingFrom(experiment, settings));
	});
});

describe('a replay', () => {
	const { generate } = datasets.spiral;
	const spiral = (noise: number) =>
		({ kind: 'spiral', samples: 1000, noise, trainShare: 80 }) as const;
	afterEach(() => {
		vi.restoreAllMocks();
	});

	/** Fails as soon as a second dataset is made. */
	function watched(): { made: () => number } {
		const made = vi.spyOn(datasets.spiral, 'generate').mockImplementation(generate);
		return { made: () => made.mock.calls.length };
	}

	it.each([
		['datasets', () => ({})],
		['datasets that are edited at once', () => ({ splice: { at: 0, remove: 1, insert: [] } })]
	])('of 2,000 %s makes only the last', (_, more) => {
		const { made } = watched();
		const experiment = parseExperiment({
			...defaultExperiment,
			dataset: spiral(0),
			events: Array.from({ length: 2000 }, (_, index) => ({
				step: index + 1,
				change: { dataset: spiral((index % 50) / 100), ...more() }
			}))
		});
		const settings = settingsAt(experiment, 2000, null);
		expect(made()).toBe(1);
		withSettings(experiment, 3000, { ...settings, l2: 0.5 }, null);
		expect(made()).toBe(2);
	});

	it('makes a dataset that is edited later, once', () => {
		const { made } = watched();
		const splice = { at: 3, remove: 2, insert: scatteredPoints(1) };
		const experiment = parseExperiment({
			...defaultExperiment,
			events: [
				{ step: 1, change: { dataset: spiral(0.2) } },
				...Array.from({ length: 900 }, (_, index) => ({ step: index + 2, change: { splice } }))
			]
		});
		expect(settingsAt(experiment, 901, null).points).toHaveLength(100);
		expect(made()).toBe(1);
	});

	it('gives what the events give one after the other', () => {
		fc.assert(
			fc.property(arbitraryExperiment, fc.nat({ max: 700_000 }), (experiment, step) => {
				const start = initialSettings(experiment, notebook);
				const oneByOne = experiment.events
					.filter((event) => event.step <= step)
					.reduce((now, event) => applyEvent(now, event, experiment.seed, notebook), start);
				expect(settingsAt(experiment, step, notebook)).toEqual(oneByOne);
			})
		);
	});
});

describe('an edit', () => {
	const anySettings = fc.record({
		learningRate: fc.constantFrom(0.3, 0.1, 1),
		l2: fc.constantFrom(0, 0.0001),
		batchSize: fc.constantFrom('full' as const, 10),
		schedule: fc.constantFrom({ kind: 'constant' as const }, { kind: 'linear' as const, steps: 9 }),
		dataset: arbitraryDataset
	});

	it('at a step is in force there, and leaves the past as it was', () => {
		fc.assert(
			fc.property(
				arbitraryExperiment,
				anySettings,
				fc.nat({ max: 700_000 }),
				(experiment, edit, step) => {
					const { points } = initialSettings({ ...experiment, ...edit, events: [] }, notebook);
					const wanted: LiveSettings = { ...edit, points };
					const document = parseExperiment(withSettings(experiment, step, wanted, notebook));
					expect(settingsAt(document, step, notebook)).toEqual(wanted);
					expect(lastStep(document)).toBeLessThanOrEqual(step);
					if (step === 0) return;
					expect(settingsAt(document, step - 1, notebook)).toEqual(
						settingsAt(experiment, step - 1, notebook)
					);
				}
			)
		);
	});

	it('of points at a step is in force there', () => {
		const points = fc.array(arbitraryPoint, { maxLength: 30 });
		fc.assert(
			fc.property(
				arbitraryExperiment,
				points,
				fc.nat({ max: 700_000 }),
				(experiment, drawn, step) => {
					const wanted = drawing(settingsAt(experiment, step, notebook), drawn);
					const document = parseExperiment(withSettings(experiment, step, wanted, notebook));
					expect(settingsAt(document, step, notebook)).toEqual(wanted);
				}
			)
		);
	});

	it('that changes nothing leaves no event', () => {
		fc.assert(
			fc.property(arbitraryExperiment, fc.nat({ max: 700_000 }), (experiment, step) => {
				fc.pre(step > 0);
				const events = experiment.events.filter((event) => event.step < step);
				const past = { ...experiment, events };
				const present = settingsAt(past, step, notebook);
				expect(withSettings(past, step, present, notebook)).toEqual(past);
			})
		);
	});

	it('and its undoing at the same step leave no event', () => {
		const before = settingsAt(defaultExperiment, 7, null);
		const after = drawing(before, [...before.points, ...scatteredPoints(1)]);
		const edited = withSettings(defaultExperiment, 7, after, null);
		expect(edited.events).toHaveLength(1);
		expect(withSettings(edited, 7, before, null)).toEqual(defaultExperiment);
	});

	it('that adds one point to a generated set holds one point', () => {
		const before = settingsAt(defaultExperiment, 7, null);
		const [first, second] = scatteredPoints(2) as [Point, Point];
		const once = withSettings(
			defaultExperiment,
			7,
			drawing(before, [...before.points, first]),
			null
		);
		expect(once.events).toEqual([
			{ step: 7, change: { splice: { at: 100, remove: 0, insert: [first] } } }
		]);
		const then = settingsAt(structuredClone(once), 9, null);
		const twice = withSettings(once, 9, drawing(then, [second, ...then.points]), null);
		expect(twice.events[1]).toEqual({
			step: 9,
			change: { splice: { at: 0, remove: 0, insert: [second] } }
		});
	});

	it('drops the events of a future that will not happen', () => {
		const experiment = {
			...defaultExperiment,
			events: [
				{ step: 5, change: { l2: 0.1 } },
				{ step: 50, change: { l2: 0.2 } }
			]
		};
		const settings = { ...settingsAt(experiment, 20, null), learningRate: 1 };
		expect(withSettings(experiment, 20, settings, null).events).toEqual([
			{ step: 5, change: { l2: 0.1 } },
			{ step: 20, change: { learningRate: 1 } }
		]);
	});
});

describe('the splice between two lists', () => {
	const few = fc.array(fc.constantFrom(...scatteredPoints(4)), { maxLength: 12 });

	it('turns one into the other, and is no longer than it has to be', () => {
		fc.assert(
			fc.property(few, few, (before, after) => {
				const { at, remove, insert } = spliceBetween(before, after);
				expect(before.toSpliced(at, remove, ...insert)).toEqual(after);
				for (let start = 0; start <= before.length; start++) {
					for (let gone = 0; gone < remove && start + gone <= before.length; gone++) {
						const added = after.slice(start, after.length - before.length + start + gone);
						expect(before.toSpliced(start, gone, ...added)).not.toEqual(after);
					}
				}
			})
		);
	});

	it('compares points by what they are', () => {
		const points = scatteredPoints(10);
		expect(spliceBetween(points, structuredClone(points))).toEqual({
			at: 10,
			remove: 0,
			insert: []
		});
	});
});
