import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { historyOf, recorded } from '$lib/state/history';

const sample = (step: number) => ({ step, trainLoss: 1 / (step + 1), testLoss: null });

describe('loss history', () => {
	it('stays bounded over a million steps, even, with the first and the newest step in it', () => {
		let history = historyOf();
		for (let step = 0; step <= 1_000_000; step++) history = recorded(history, sample(step));
		const { samples, stride } = history;
		expect(samples.length).toBeLessThanOrEqual(1000);
		expect(samples.length).toBeGreaterThan(400);
		expect(samples[0]!.step).toBe(0);
		expect(samples.at(-1)!.step).toBe(1_000_000);
		const gaps = samples.slice(1, -1).map(({ step }, index) => step - samples[index]!.step);
		expect(new Set(gaps)).toEqual(new Set([stride]));
	});

	it('keeps steps increasing and the newest sample, whatever comes', () => {
		fc.assert(
			fc.property(fc.array(fc.nat(5000), { minLength: 1, maxLength: 3000 }), (steps) => {
				const history = steps.map(sample).reduce(recorded, historyOf());
				const kept = history.samples.map(({ step }) => step);
				expect(kept.at(-1)).toBe(steps.at(-1));
				expect(kept.every((step, index) => index === 0 || step > kept[index - 1]!)).toBe(true);
				expect(kept.length).toBeLessThanOrEqual(1000);
			}),
			{ numRuns: 50 }
		);
	});

	it('replaces what a rewound run left', () => {
		const history = [0, 1, 2, 3, 4].map(sample).reduce(recorded, historyOf());
		const again = recorded(history, { step: 2, trainLoss: 9, testLoss: 8 });
		expect(again.samples).toEqual([sample(0), sample(1), { step: 2, trainLoss: 9, testLoss: 8 }]);
	});
});
