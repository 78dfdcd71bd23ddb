import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadNotebook } from '$lib/data/notebook';
import { parseExperiment, type Experiment } from '$lib/experiment/schema';
import { nextRecordStep } from '$lib/training/record';
import { Trainer } from '$lib/training/trainer';
import { arbitraryExperiment } from '../../support/experiments';
import { newMachine } from '../../support/machine';

const notebook = await loadNotebook();
// A machine belongs to the trainer that claimed it last.
const [machine, another] = [newMachine(), newMachine()];

/** Small enough to train for some hundred steps, with its events within them. */
const arbitraryRun = arbitraryExperiment.map((experiment): Experiment => {
	const events = experiment.events.map((event, index) => ({ ...event, step: 37 * (index + 1) }));
	const hiddenLayers = experiment.hiddenLayers.slice(0, 2).map((neurons) => Math.min(neurons, 6));
	const scaled = experiment.initialization === 'scaled-uniform' ? { hiddenLayers } : {};
	const learningRate = Math.min(experiment.learningRate, 0.5);
	return parseExperiment({ ...experiment, ...scaled, learningRate, events });
});

const fresh = (experiment: Experiment, on = machine) => new Trainer(experiment, notebook, null, on);

/** Advances in slices of so many questions for the time, over and over, to a step or as far as it goes. */
function advanceInSlices(trainer: Trainer, until: number, slices: readonly number[]): void {
	for (let slice = 0; trainer.step < until && trainer.able; slice++) {
		let left = slices[slice % slices.length]!;
		trainer.advance(Math.min(until, trainer.step + left), () => --left <= 0);
	}
}

const slices = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 5 });

describe('what a run records', () => {
	it('is the same for any slicing of its steps, and stands at the steps fixed by number and at its edits', () => {
		fc.assert(
			fc.property(arbitraryRun, slices, fc.nat(600), (experiment, pieces, end) => {
				const whole = fresh(experiment);
				whole.advance(end, () => false);
				const { rows } = whole.record;
				const reached = whole.step;
				const wanted = new Set<number>(experiment.events.map(({ step }) => step));
				for (let step = 0; step <= reached; step = nextRecordStep(step)) wanted.add(step);
				const steps = [...wanted].filter((step) => step <= reached).sort((a, b) => a - b);
				expect(rows.map(({ step }) => step)).toEqual(steps);

				const sliced = fresh(experiment);
				advanceInSlices(sliced, end, pieces);
				expect(sliced.record.rows).toEqual(rows);
			}),
			{ numRuns: 60 }
		);
	});
});

describe('going to a step', () => {
	it('gives the bits of a run from the start, forward and back, and leaves the record as it was', () => {
		const visits = fc.array(fc.nat(500), { minLength: 1, maxLength: 6 });
		fc.assert(
			fc.property(arbitraryRun, visits, (experiment, steps) => {
				const trainer = fresh(experiment);
				trainer.advance(500, () => false);
				const head = trainer.step;
				const rows = [...trainer.record.rows];
				for (const step of steps) {
					trainer.rewind(step);
					expect(trainer.step).toBeLessThanOrEqual(step);
					trainer.advance(step, () => false);
					const there = fresh(experiment, another);
					there.advance(step, () => false);
					expect(trainer.snapshot(null)).toEqual(there.snapshot(null));
				}
				expect(trainer.record.rows).toEqual(rows);
				trainer.advance(500, () => false);
				expect(trainer.step).toBe(head);
				expect(trainer.record.rows).toEqual(rows);
			}),
			{ numRuns: 40 }
		);
	});

	it('keeps what lies ahead until an edit, and then records the run of that edit', () => {
		fc.assert(
			fc.property(arbitraryRun, fc.integer({ min: 1, max: 250 }), (experiment, step) => {
				const trainer = fresh(experiment);
				trainer.advance(300, () => false);
				trainer.rewind(step);
				trainer.advance(step, () => false);
				if (trainer.step < step) return;
				const events = experiment.events.filter((event) => event.step < step);
				const change = { learningRate: 0.01, l2: 0.001 };
				const edited = { ...experiment, events: [...events, { step, change }] };
				trainer.tune(edited);
				expect(trainer.record.rows.at(-1)!.step).toBe(step);
				trainer.advance(300, () => false);
				const direct = fresh(edited);
				direct.advance(300, () => false);
				expect(direct.record.rows).toEqual(trainer.record.rows);
			}),
			{ numRuns: 40 }
		);
	});
});
