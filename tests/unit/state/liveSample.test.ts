import { defaultExperiment } from '$lib/experiment/defaults';
import { initialSettings } from '$lib/experiment/live';
import type { Experiment } from '$lib/experiment/schema';
import { Trainer } from '$lib/training/trainer';
import type { Snapshot } from '$lib/training/snapshot';
import { LiveSample } from '$lib/state/liveSample.svelte';
import { beforeEach, describe, expect, it } from 'vitest';

const inside = { probe: { x: 0.5, y: -1, target: -1 as const } };

/** A lab that shows a run of this experiment after so many steps. */
function labAfter(experiment: Experiment, steps: number) {
	const trainer = new Trainer(experiment, null, null);
	if (steps > 0) trainer.advance(steps, () => false);
	return {
		experiment,
		sizes: [2, ...experiment.hiddenLayers, 1],
		live: initialSettings(experiment, null),
		snapshot: trainer.snapshot(null) as Snapshot | null
	};
}

let lab: ReturnType<typeof labAfter>;
let live: LiveSample;

beforeEach(() => {
	lab = labAfter({ ...defaultExperiment, hiddenLayers: [3] }, 5);
	live = new LiveSample(lab, inside);
});

describe('the live sample', () => {
	it('has the numbers of the run, however often they are asked for', () => {
		const { sample } = live;
		const [first, second] = [live.numbers, live.numbers];
		expect(first.data).toEqual(second.data);
		expect(first.grad).toEqual(second.grad);
		const { network, output } = sample;
		network.setParameters(lab.snapshot!.parameters);
		expect(first.data[sample.graph.places.get(output)!]).toBe(network.predict([0.5, -1])[0]);
		expect(first.grad.at(-1)).toBe(1);
	});

	it('has the penalty where there is one', () => {
		expect(live.sample.penalty).not.toBeNull();
		lab = labAfter({ ...defaultExperiment, l2: 0 }, 0);
		expect(new LiveSample(lab, inside).sample.penalty).toBeNull();
	});

	it('bears a snapshot of another network, and none', () => {
		lab.sizes = [2, 4, 1];
		expect(live.sample.neurons[0]).toHaveLength(4);
		expect(live.numbers.data).toHaveLength(live.sample.graph.nodes.length);
		lab.snapshot = null;
		expect(live.numbers.data[live.sample.graph.places.get(live.sample.output)!]).toBe(0);
	});
});
