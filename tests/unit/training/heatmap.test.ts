import { describe, expect, it } from 'vitest';
import { defaultExperiment } from '$lib/experiment/defaults';
import { MLP } from '$lib/nn/mlp';
import { Trainer } from '$lib/training/trainer';
import type { WasmMachine } from '$lib/compile/wasmMachine';
import { newMachine } from '../../support/machine';

const machines: [string, () => WasmMachine | null, number][] = [
	// Centers are rounded to single precision first.
	['interpreter', () => null, 1e-6],
	['wasm', newMachine, 2e-6]
];

describe.each(machines)('heatmaps, %s', (_, machine, tolerance) => {
	const experiment = { ...defaultExperiment, hiddenLayers: [5, 3] };
	const trainer = new Trainer(experiment, null, null, machine());
	trainer.advance(20, () => false);
	const network = new MLP([2, 5, 3, 1], 'tanh', () => 0);
	network.setParameters(trainer.snapshot(null).parameters);
	const places = Array.from({ length: 49 }, (_, i) => [
		-3 + ((i % 7) + 0.5) * (6 / 7),
		3 - (Math.floor(i / 7) + 0.5) * (6 / 7)
	]);

	it("hold the network's output at the cell centers, from the top row down", () => {
		const { size, outputs } = trainer.heatmap(7);
		expect(size).toBe(7);
		expect(outputs).toHaveLength(49);
		for (const [i, place] of places.entries()) {
			expect(Math.abs(outputs[i]! - network.predict(place)[0]!)).toBeLessThan(tolerance);
		}
	});

	it('show every hidden neuron, layer by layer', () => {
		const heatmaps = trainer.hiddenHeatmaps(7);
		expect(heatmaps).toHaveLength(8);
		for (const [i, place] of places.entries()) {
			const first = network.layers[0]!.predict(place);
			const second = network.layers[1]!.predict(first);
			for (const [neuron, output] of [...first, ...second].entries()) {
				expect(Math.abs(heatmaps[neuron]!.outputs[i]! - output)).toBeLessThan(tolerance);
			}
		}
		// The output can be asked for again between.
		expect(trainer.heatmap(7).outputs).not.toEqual(heatmaps[0]!.outputs);
	});
});
