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

	const request = { size: 7, hidden: [], interval: 0 };

	it("hold the network's output at the cell centers, from the top row down", () => {
		const { size, outputs } = trainer.heatmaps(request).output;
		expect(size).toBe(7);
		expect(outputs).toHaveLength(49);
		for (const [i, place] of places.entries()) {
			expect(Math.abs(outputs[i]! - network.predict(place)[0]!)).toBeLessThan(tolerance);
		}
	});

	it('show every hidden neuron, layer by layer', () => {
		const { output, hidden } = trainer.heatmaps({ ...request, hidden: [0, 1, 2, 3, 4, 5, 6, 7] });
		expect(hidden).toHaveLength(8);
		expect(output).toEqual(trainer.heatmaps(request).output);
		for (const [i, place] of places.entries()) {
			const first = network.layers[0]!.predict(place);
			const second = network.layers[1]!.predict(first);
			for (const [neuron, output] of [...first, ...second].entries()) {
				expect(Math.abs(hidden[neuron]!.outputs[i]! - output)).toBeLessThan(tolerance);
			}
		}
		const some = trainer.heatmaps({ ...request, hidden: [6, 1] });
		expect(some.hidden).toEqual([hidden[6], hidden[1]]);
	});
});
