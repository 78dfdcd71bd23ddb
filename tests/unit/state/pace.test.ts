import { describe, expect, it } from 'vitest';
import { startingRate } from '$lib/state/pace';

describe('the starting rate', () => {
	it('lets the first thousand steps be seen, and holds nothing back after a few seconds', () => {
		let seconds = 0;
		let thousandth = 0;
		let step = 0;
		for (let rate = startingRate(step); rate !== null; rate = startingRate(++step)) {
			seconds += 1 / rate;
			if (step === 1000) thousandth = seconds;
		}
		expect(thousandth).toBeGreaterThan(0.8);
		expect(seconds).toBeLessThan(2.5);
		expect(startingRate(1_000_000)).toBeNull();
	});
});
