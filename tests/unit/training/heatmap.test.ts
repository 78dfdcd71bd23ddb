import { describe, expect, it } from 'vitest';
import { defaultExperiment } from '$lib/experiment/defaults';
import { heatmap } from '$lib/training/heatmap';
import { Trainer } from '$lib/training/trainer';

describe('heatmap', () => {
	it("holds the network's output at the cell centers, from the top row down", () => {
		const trainer = new Trainer(defaultExperiment, null, null);
		trainer.advance(20, () => false);
		const { size, outputs } = heatmap(trainer.network, 7);
		expect(size).toBe(7);
		for (let row = 0; row < 7; row++) {
			for (let column = 0; column < 7; column++) {
				const place = [-3 + (column + 0.5) * (6 / 7), 3 - (row + 0.5) * (6 / 7)];
				const expected = new Float32Array(trainer.network.predict(place));
				expect(outputs[row * 7 + column]).toBe(expected[0]);
			}
		}
	});
});
