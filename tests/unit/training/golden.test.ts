import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { defaultExperiment } from '$lib/experiment/defaults';
import { plainDescent } from '$lib/optim/optimizers';
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

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes that are in use once everything that nobody holds is gone. */
function held(): number {
	// What the first round finds dead may free its buffers in the second.
	collect();
	collect();
	const { heapUsed, arrayBuffers } = process.memoryUsage();
	return heapUsed + arrayBuffers;
}

describe('a run of a million steps', () => {
	// A call of the executor makes 64 steps, a pass over 80 points 12; either may make an object or two, a step none.
	it.each([
		['full', 8, plainDescent],
		[7, 32, plainDescent],
		['full', 8, { name: 'momentum', settings: { momentum: 0.5 } }]
	] as const)(
		'takes no memory for a step: batch %s, at most %s bytes, %o',
		(batchSize, most, optimizer) => {
			const small = { ...defaultExperiment, hiddenLayers: [2], batchSize };
			const machine = newMachine();
			const trainer = new Trainer(small, null, null, machine, optimizer);
			trainer.advance(200_000, () => false);
			const pages = machine.buffer.byteLength;
			const before = held();
			const recorded = trainer.record.rows.length;
			// What is in use rises by what is made, and falls only when it is collected, which is seldom.
			let last = process.memoryUsage().heapUsed;
			let made = 0;
			let calls = 0;
			trainer.advance(1_200_000, () => {
				if (++calls % 50 !== 0) return false;
				const now = process.memoryUsage().heapUsed;
				if (now > last) made += now - last;
				last = now;
				return false;
			});
			expect(trainer.step).toBe(1_200_000);
			expect(machine.buffer.byteLength).toBe(pages);
			// What a run records, with its checkpoints, grows with the logarithm of the step only.
			const rows = trainer.record.rows.length - recorded;
			expect(rows).toBeLessThan(400);
			expect(held() - before).toBeLessThan(200_000 + 600 * rows);
			expect(made / 1_000_000).toBeLessThan(most);
		},
		120_000
	);
});
