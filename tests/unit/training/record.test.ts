import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '$lib/experiment/limits';
import { Checkpoints } from '$lib/training/checkpoints';
import { nextRecordStep, RunRecord, type RecordRow } from '$lib/training/record';

const row = (step: number): RecordRow => ({
	step,
	trainLoss: 1 / (step + 1),
	testLoss: null,
	accuracy: 1,
	testAccuracy: null
});

describe('the steps at which every run records', () => {
	it('follow from the step alone: the gap after a record is a 200th of its step, at least 1', () => {
		let step = 0;
		let count = 1;
		while (step < limits.step.max) {
			const next = step + Math.max(1, Math.floor(step / 200));
			expect(nextRecordStep(step)).toBe(next);
			// Wherever a run looks from, it finds the same one.
			expect(nextRecordStep(next - 1)).toBe(next);
			expect(nextRecordStep(step + ((next - 1 - step) >> 1))).toBe(next);
			step = next;
			count++;
		}
		expect(count).toBeLessThanOrEqual(3500);
	});
});

describe('a record', () => {
	it('holds rising steps, whatever is added, and hands out those after a step', () => {
		fc.assert(
			fc.property(fc.array(fc.nat(50)), fc.nat(50), (steps, from) => {
				const record = new RunRecord();
				let kept: number[] = [];
				for (const step of steps) {
					record.add(row(step));
					kept = [...kept.filter((other) => other < step), step];
				}
				expect(record.rows.map(({ step }) => step)).toEqual(kept);
				expect(record.after(from).map(({ step }) => step)).toEqual(kept.filter((s) => s > from));
				record.forgetFrom(from);
				expect(record.rows.map(({ step }) => step)).toEqual(kept.filter((s) => s < from));
			})
		);
	});
});

describe('checkpoints', () => {
	const at = (step: number, numbers: number) => ({
		step,
		epoch: step,
		cursor: 0,
		parameters: new Float64Array(numbers)
	});

	it('never exceed their budget, keep the newest, and stay even on the logarithm of the step', () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 10, max: 60 }),
				fc.integer({ min: 500, max: 4000 }),
				(room, count) => {
					const budget = room * 280;
					const checkpoints = new Checkpoints(budget);
					let step = 0;
					for (let i = 0; i < count; i++) {
						checkpoints.add(at(step, 10));
						expect(checkpoints.bytes).toBeLessThanOrEqual(budget);
						expect(checkpoints.at(step)!.step).toBe(step);
						step = nextRecordStep(step);
					}
					const { steps } = checkpoints;
					expect(steps[0]).toBe(0);
					expect(steps.length * 280).toBe(checkpoints.bytes);
					expect(steps.length).toBeGreaterThanOrEqual(room / 2);
					const ratios = steps.slice(1).map((s, i) => Math.log((s + 1) / (steps[i]! + 1)));
					const even = Math.log(steps.at(-1)! + 1) / (steps.length - 1);
					expect(Math.max(...ratios)).toBeLessThan(8 * even + 1);
				}
			),
			{ numRuns: 60 }
		);
	});

	it('find the last one before a step, and forget what comes after', () => {
		const checkpoints = new Checkpoints();
		expect(checkpoints.at(10)).toBeNull();
		for (const step of [0, 10, 20]) checkpoints.add(at(step, 2));
		expect([checkpoints.at(9)!.step, checkpoints.at(10)!.step, checkpoints.at(99)!.step]).toEqual([
			0, 10, 20
		]);
		checkpoints.forgetAfter(15);
		expect(checkpoints.steps).toEqual([0, 10]);
		checkpoints.add(at(10, 2));
		expect(checkpoints.steps).toEqual([0, 10]);
		expect(checkpoints.bytes).toBe(2 * 216);
	});
});
