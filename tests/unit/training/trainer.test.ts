import { describe, expect, it } from 'vitest';
import demo from '../../fixtures/micrograd-demo.json';
import { loadNotebook, type Notebook } from '$lib/data/notebook';
import { defaultExperiment, presets } from '$lib/experiment/defaults';
import { limits } from '$lib/experiment/limits';
import { settingsAt, startingFrom, withSettings } from '$lib/experiment/live';
import { parseExperiment, type Experiment } from '$lib/experiment/schema';
import type { Checkpoint, Snapshot } from '$lib/training/snapshot';
import { Trainer } from '$lib/training/trainer';
import { newMachine } from '../../support/machine';

const never = () => false;
const always = () => true;

type NewTrainer = (
	experiment: Experiment,
	notebook?: Notebook | null,
	checkpoint?: Checkpoint | null
) => Trainer;

const trainers: Record<'wasm' | 'interpreter', NewTrainer> = {
	wasm: (experiment, notebook = null, checkpoint = null) =>
		new Trainer(experiment, notebook, checkpoint, newMachine()),
	interpreter: (experiment, notebook = null, checkpoint = null) =>
		new Trainer(experiment, notebook, checkpoint, null)
};

const miniBatches: Experiment = { ...defaultExperiment, batchSize: 7 };
const diverging: Experiment = { ...defaultExperiment, loss: 'squared-error', learningRate: 1000 };

/** A run with an edit of everything that can be edited live. */
function withEvents(): Experiment {
	const first = settingsAt(miniBatches, 0, null);
	const drawn = first.points.slice(10);
	const faster = withSettings(
		miniBatches,
		5,
		{
			...first,
			learningRate: 0.1,
			l2: 0.01,
			batchSize: 9,
			schedule: { kind: 'linear', steps: 20 }
		},
		null
	);
	const fewer = {
		...settingsAt(faster, 8, null),
		dataset: { kind: 'drawn' as const, points: drawn, trainShare: 80 },
		points: drawn
	};
	return parseExperiment(withSettings(faster, 8, fewer, null));
}

describe.each(Object.entries(trainers))('Trainer, %s', (kind, newTrainer) => {
	/** The snapshot of `experiment` at `step`, made in one go. */
	function runTo(experiment: Experiment, step: number): Snapshot {
		const trainer = newTrainer(experiment);
		trainer.advance(step, never);
		return trainer.snapshot(null);
	}

	it('says what trains', () => {
		expect(runTo(defaultExperiment, 1).executor).toBe(kind);
	});

	it("reproduces the published notebook's losses, accuracies and final parameters", async () => {
		const trainer = newTrainer(presets.notebook, await loadNotebook());
		for (const [step, [loss, accuracy]] of demo.log.entries()) {
			const shown = trainer.snapshot(null);
			expect(shown.step).toBe(step);
			expect(Math.abs(shown.trainLoss! / loss! - 1)).toBeLessThan(1e-9);
			expect(shown.accuracy).toBe(accuracy);
			expect(shown.testLoss).toBeNull();
			trainer.advance(step + 1, never);
		}
		const { parameters } = trainer.snapshot(null);
		for (const [index, final] of demo.final.entries()) {
			expect(Math.abs(parameters[index]! - final)).toBeLessThan(1e-6);
		}
	});

	it('learns the default experiment to the last point', () => {
		const shown = runTo(defaultExperiment, 300);
		expect(shown).toMatchObject({ step: 300, epoch: 300, cursor: 0, accuracy: 1, testAccuracy: 1 });
	});

	it.each([
		['the default', defaultExperiment],
		['mini-batches', miniBatches],
		['live edits', withEvents()]
	])('gives the same bits however the work is sliced: %s', (_, experiment) => {
		const whole = runTo(experiment, 25);
		for (const slices of [[1], [2, 3], [7, 1, 4]]) {
			const trainer = newTrainer(experiment);
			for (let call = 0; trainer.step < 25; call++) {
				trainer.advance(Math.min(25, trainer.step + slices[call % slices.length]!), always);
			}
			expect(trainer.snapshot(null)).toEqual(whole);
		}
	});

	it.each([
		['the default', defaultExperiment],
		['mini-batches', miniBatches],
		['live edits', withEvents()]
	])('goes on from a checkpoint with the bits of an unbroken run: %s', (_, experiment) => {
		for (const at of [1, 5, 7, 8, 13]) {
			const checkpoint: Checkpoint = runTo(experiment, at);
			const trainer = newTrainer(experiment, null, structuredClone(checkpoint));
			expect(trainer.snapshot(null)).toEqual(checkpoint);
			trainer.advance(30, never);
			expect(trainer.snapshot(null)).toEqual(runTo(experiment, 30));
		}
	});

	it('replays a live edit at its step', () => {
		const trainer = newTrainer(miniBatches);
		trainer.advance(5, never);
		const experiment = withEvents();
		trainer.tune(experiment);
		trainer.advance(30, never);
		expect(trainer.snapshot(null)).toEqual(runTo(experiment, 30));
		expect(trainer.snapshot(null)).not.toEqual(runTo(miniBatches, 30));
	});

	it('looks at the time within a long run', () => {
		const trainer = newTrainer(defaultExperiment);
		trainer.advance(10_000, always);
		expect(trainer.step).toBeGreaterThan(0);
		expect(trainer.step).toBeLessThan(200);
	});

	it('takes over settings between any two steps', () => {
		const trainer = newTrainer(defaultExperiment);
		trainer.tune(miniBatches);
		trainer.advance(3, never);
		expect(trainer.snapshot(null)).toEqual(runTo(miniBatches, 3));
	});

	it('begins a new run with the folded settings where a live edit left them', () => {
		const experiment = withEvents();
		const folded = startingFrom(experiment, settingsAt(experiment, 20, null));
		expect(folded.events).toEqual([]);
		expect(runTo(folded, 0).parameters).toEqual(runTo(experiment, 0).parameters);
	});

	it('counts an epoch as one pass, its last batch being what is left', () => {
		const shown = runTo({ ...defaultExperiment, batchSize: 30 }, 3);
		expect(shown).toMatchObject({ step: 3, epoch: 1, cursor: 0 });
		expect(runTo({ ...defaultExperiment, batchSize: 30 }, 2)).toMatchObject({
			epoch: 0,
			cursor: 60
		});
	});

	it('stops at the exact step where the numbers end, with the last finite weights', () => {
		const whole = runTo(diverging, 10_000);
		expect(whole.diverged?.step).toBe(whole.step + 1);
		expect(whole.parameters.every(Number.isFinite)).toBe(true);
		const trainer = newTrainer(diverging);
		for (let calls = 0; calls < 100_000 && trainer.able; calls++) trainer.advance(10_000, always);
		expect(trainer.snapshot(null)).toEqual(whole);
	});

	it('goes on after a divergence once the learning rate is mended', () => {
		const trainer = newTrainer(diverging);
		trainer.advance(10_000, never);
		const { step } = trainer;
		const mended = { ...settingsAt(diverging, step, null), learningRate: 1e-5 };
		trainer.tune(withSettings(diverging, step, mended, null));
		expect(trainer.snapshot(null).diverged).toBeNull();
	});

	it('stays finite and does not learn with max-margin at a learning rate of 1000', () => {
		const shown = runTo({ ...defaultExperiment, learningRate: 1000 }, 200);
		expect(shown.diverged).toBeNull();
		expect(Number.isFinite(shown.trainLoss)).toBe(true);
		expect(shown.trainLoss).toBeGreaterThan(runTo(defaultExperiment, 0).trainLoss!);
	});

	it.each([
		['the default', defaultExperiment],
		['mini-batches', miniBatches]
	])('ends at the last step that a document counts to: %s', (_, experiment) => {
		const last = limits.step.max;
		const { parameters } = runTo(experiment, 2);
		const near: Checkpoint = { step: last - 70, epoch: 0, cursor: 0, parameters };
		const whole = newTrainer(experiment, null, near);
		whole.advance(Infinity, never);
		expect(whole.step).toBe(last);
		expect(whole.able).toBe(false);
		const sliced = newTrainer(experiment, null, near);
		for (let calls = 0; calls < 100; calls++) sliced.advance(sliced.step + 1, always);
		expect(sliced.snapshot(null)).toEqual(whole.snapshot(null));
		const edited = { ...settingsAt(experiment, last, null), learningRate: 0.1 };
		const document = parseExperiment(withSettings(experiment, last, edited, null));
		whole.tune(document);
		whole.advance(Infinity, never);
		const { learningRate, ...shown } = whole.snapshot(null);
		expect(learningRate).toBe(0.1);
		expect(sliced.snapshot(null)).toMatchObject(shown);
	});

	it('makes the same numbers of a zero of either sign', () => {
		const at = (zero: number): Experiment => {
			const spiral = { kind: 'spiral', samples: 20, noise: zero, trainShare: 80 } as const;
			const insert = [
				{ x: zero, y: 1, target: 1, rank: zero },
				{ x: 1, y: zero, target: -1, rank: zero },
				{ x: zero, y: zero, target: 1, rank: 0 }
			] as const;
			const splice = { at: zero, remove: zero, insert };
			return {
				...miniBatches,
				seed: zero,
				l2: zero,
				dataset: spiral,
				events: [{ step: 5, change: { splice } }]
			};
		};
		expect(parseExperiment(at(-0))).toEqual(at(0));
		for (const step of [0, 5, 40]) {
			expect(runTo(at(-0), step)).toEqual(runTo(at(0), step));
		}
	});

	it('makes no step without training points, and says nothing it cannot measure', () => {
		const trainer = newTrainer(presets.drawn);
		trainer.advance(5, never);
		expect(trainer.snapshot(null)).toMatchObject({
			step: 0,
			trainLoss: null,
			testLoss: null,
			accuracy: null,
			testAccuracy: null
		});
	});

	it('learns a single point without hidden layers', () => {
		const points = [{ x: 1, y: 1, target: 1 as const, rank: 0 }];
		const dataset = { kind: 'drawn' as const, points, trainShare: 80 };
		const experiment = parseExperiment({ ...defaultExperiment, dataset, hiddenLayers: [] });
		expect(runTo(experiment, 50)).toMatchObject({ step: 50, accuracy: 1, testAccuracy: null });
	});

	it('refuses a checkpoint of another network', () => {
		const checkpoint = runTo(defaultExperiment, 2);
		const other = { ...defaultExperiment, hiddenLayers: [3] };
		expect(() => newTrainer(other, null, checkpoint)).toThrow(RangeError);
	});

	it('leaves no trace of an edit that is taken back, even one that used up the pass', () => {
		const trainer = newTrainer(miniBatches);
		trainer.advance(10, never);
		const present = settingsAt(miniBatches, 10, null);
		const points = present.points.slice(0, 40);
		const dataset = { kind: 'drawn' as const, points, trainShare: 80 };
		trainer.tune(withSettings(miniBatches, 10, { ...present, dataset, points }, null));
		expect(trainer.snapshot(null)).toMatchObject({ step: 10 });
		trainer.tune(miniBatches);
		trainer.advance(40, never);
		expect(trainer.snapshot(null)).toEqual(runTo(miniBatches, 40));
	});
});
