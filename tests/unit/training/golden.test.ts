import { describe, expect, it } from 'vitest';
import { defaultExperiment } from '$lib/experiment/defaults';
import { Trainer } from '$lib/training/trainer';
import { goldenHash, hashAfterThousandSteps } from '../../support/golden';
import { newMachine } from '../../support/machine';

describe('the default experiment after 1,000 steps', () => {
	it('has the golden bits on the machine', async () => {
		expect(await hashAfterThousandSteps(newMachine())).toBe(goldenHash);
	});

	it('has the golden bits in the interpreter', async () => {
		expect(await hashAfterThousandSteps(null)).toBe(goldenHash);
	});
});

describe('a long run', () => {
	it('does not need more and more memory', () => {
		const small = { ...defaultExperiment, hiddenLayers: [2], batchSize: 7 };
		const machine = newMachine();
		const trainer = new Trainer(small, null, null, machine);
		trainer.advance(1_000, () => false);
		const before = machine.buffer.byteLength;
		// The clock's look after every bundle is the only thing called.
		trainer.advance(1_000_000, () => false);
		expect(trainer.step).toBe(1_000_000);
		expect(machine.buffer.byteLength).toBe(before);
	}, 120_000);
});
