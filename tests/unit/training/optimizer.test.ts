import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultExperiment } from '$lib/experiment/defaults';
import { settingsAt, withSettings } from '$lib/experiment/live';
import type { Experiment } from '$lib/experiment/schema';
import { plainDescent, type OptimizerChoice } from '$lib/optim/optimizers';
import { checkpointOf, type Checkpoint, type Snapshot } from '$lib/training/snapshot';
import { Trainer } from '$lib/training/trainer';
import { newMachine } from '../../support/machine';

const never = () => false;
const momentum = (factor: number): OptimizerChoice => ({
	name: 'momentum',
	settings: { momentum: factor }
});

const miniBatches: Experiment = { ...defaultExperiment, hiddenLayers: [5, 3], batchSize: 7 };

/** The same run with some settings changed at a step. */
function edited(
	experiment: Experiment,
	step: number,
	change: Partial<Pick<Experiment, 'learningRate' | 'l2' | 'batchSize' | 'schedule'>>
): Experiment {
	return withSettings(experiment, step, { ...settingsAt(experiment, step, null), ...change }, null);
}

const liveEdits = edited(
	edited(miniBatches, 5, { learningRate: 0.1, schedule: { kind: 'linear', steps: 20 } }),
	11,
	{ l2: 0.01, batchSize: 9 }
);

const machines = { wasm: newMachine, interpreter: () => null } as const;

describe.each(Object.entries(machines))('a run with momentum, %s', (_, machineOf) => {
	const start = (experiment: Experiment, choice = momentum(0.9), from: Checkpoint | null = null) =>
		new Trainer(experiment, null, structuredClone(from), machineOf(), choice);

	function runTo(experiment: Experiment, step: number, choice = momentum(0.9)): Snapshot {
		const trainer = start(experiment, choice);
		trainer.advance(step, never);
		return trainer.snapshot(null);
	}

	it('learns, in other steps than without', () => {
		const shown = runTo({ ...defaultExperiment, learningRate: 0.1 }, 300);
		expect(shown).toMatchObject({ accuracy: 1, diverged: null });
		expect(shown.optimizer?.name).toBe('momentum');
		const without = runTo(defaultExperiment, 300, plainDescent);
		expect(without.optimizer).toBeUndefined();
		expect(without.parameters).not.toEqual(shown.parameters);
	});

	it('has the numbers of gradient descent where nothing is carried over', () => {
		const { parameters } = runTo(miniBatches, 40, momentum(0));
		expect(parameters).toEqual(runTo(miniBatches, 40, plainDescent).parameters);
	});

	it('goes on from a checkpoint with the bits of an unbroken run', () => {
		const steps = fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 30 }));
		const experiments = fc.constantFrom(defaultExperiment, miniBatches, liveEdits);
		const property = fc.property(experiments, steps, (experiment, [at, more]) => {
			const checkpoint = checkpointOf(runTo(experiment, at));
			const trainer = start(experiment, momentum(0.9), checkpoint);
			expect(checkpointOf(trainer.snapshot(null))).toEqual(checkpoint);
			trainer.advance(at + more, never);
			expect(trainer.snapshot(null)).toEqual(runTo(experiment, at + more));
		});
		fc.assert(property, { numRuns: 60 });
	});

	it('keeps what it remembers under live edits, of its own factor too', () => {
		const trainer = start(miniBatches);
		trainer.advance(5, never);
		const { optimizer } = trainer.snapshot(null);
		trainer.tune(liveEdits);
		expect(trainer.snapshot(null).optimizer).toEqual(optimizer);
		trainer.advance(30, never);
		expect(trainer.snapshot(null)).toEqual(runTo(liveEdits, 30));
		const { optimizer: later } = trainer.snapshot(null);
		trainer.tune(liveEdits, momentum(0.5));
		expect(trainer.snapshot(null).optimizer).toEqual(later);
		trainer.advance(31, never);
		expect(trainer.snapshot(null)).not.toEqual(runTo(liveEdits, 31));
	});

	it('forgets when the optimizer is changed, and begins with nothing when it comes back', () => {
		const trainer = start(miniBatches);
		trainer.advance(10, never);
		trainer.tune(miniBatches, plainDescent);
		trainer.advance(20, never);
		const between = trainer.snapshot(null);
		expect(between.optimizer).toBeUndefined();
		trainer.tune(miniBatches, momentum(0.9));
		trainer.advance(30, never);
		const anew = start(miniBatches, momentum(0.9), checkpointOf(between));
		anew.advance(30, never);
		expect(trainer.snapshot(null)).toEqual(anew.snapshot(null));
	});

	it('is left without a trace by a change of the optimizer that is taken back, and by a reload then', () => {
		const whole = runTo(miniBatches, 30);
		const trainer = start(miniBatches);
		trainer.advance(10, never);
		const before = trainer.snapshot(null);
		trainer.tune(miniBatches, plainDescent);
		const changed = trainer.snapshot(null);
		expect(changed).toEqual(before);
		const reloaded = start(miniBatches, plainDescent, checkpointOf(changed));
		for (const one of [trainer, reloaded]) {
			one.tune(miniBatches, momentum(0.9));
			one.advance(30, never);
			expect(one.snapshot(null)).toEqual(whole);
		}
	});

	it('keeps the last finite parameters and what was remembered then when the numbers end', () => {
		const diverging: Experiment = {
			...miniBatches,
			loss: 'squared-error',
			activation: 'relu',
			learningRate: 100
		};
		const { step, ...last } = runTo(diverging, 10_000);
		expect(last.diverged).toMatchObject({ step: step + 1 });
		const numbers = [...last.parameters, ...last.optimizer!.numbers];
		expect(numbers.every(Number.isFinite)).toBe(true);
		expect({ ...runTo(diverging, step), diverged: last.diverged }).toEqual({ step, ...last });
	});

	it('refuses what does not fit', () => {
		const checkpoint = checkpointOf(runTo(miniBatches, 3));
		const optimizer = { name: 'momentum', numbers: new Float64Array(3) } as const;
		expect(() => start(miniBatches, momentum(0.9), { ...checkpoint, optimizer })).toThrow(
			RangeError
		);
	});
});

it('momentum has the same bits on the machine and in the interpreter', () => {
	const [a, b] = [newMachine(), null].map((machine) => {
		const trainer = new Trainer(liveEdits, null, null, machine, momentum(0.9));
		trainer.advance(200, never);
		return trainer.snapshot(null);
	});
	expect({ ...a, executor: null }).toEqual({ ...b, executor: null });
});
