import { afterEach, describe, expect, it, vi } from 'vitest';
import { defaultExperiment, generated, presets } from '$lib/experiment/defaults';
import type { Experiment } from '$lib/experiment/schema';
import type { Lab } from '$lib/state/lab.svelte';
import { openLab, reaches, replayed } from '../../support/labs';

let lab: Lab;

async function begin(): Promise<void> {
	({ lab } = await openLab());
}

const at = (state: string) => reaches(lab, state);
/** Waits until the run rests at a step of the document that the lab has. */
const restsAt = (step: number) =>
	vi.waitFor(
		() => {
			expect(lab.snapshot!.step).toBe(step);
			expect(lab.snapshot!.parameters).toEqual(replayed(lab.experiment, step).parameters);
		},
		{ timeout: 3000 }
	);

async function goTo(step: number): Promise<void> {
	lab.runTo(step);
	await at('paused');
	await restsAt(step);
}

const mark = { x: 1, y: -2, target: 1 } as const;

afterEach(() => {
	lab.dispose();
});

describe('an edit behind a live edit', () => {
	/** A point drawn at step 20, looked at from step 10. */
	async function rewind(): Promise<Experiment> {
		await begin();
		await goTo(20);
		lab.addPoints([mark]);
		const drawn = lab.experiment;
		await goTo(10);
		expect(lab.points).toHaveLength(100);
		return drawn;
	}

	it.each<[string, () => void]>([
		['a setting', () => lab.edit({ learningRate: 0.01 })],
		['a point', () => lab.addPoints([{ ...mark, x: 2 }])],
		['a network', () => lab.edit({ hiddenLayers: [4] })],
		['Reset', () => lab.reset()],
		['undo', () => lab.undo()],
		[
			'a stroke',
			() => {
				lab.beginGesture();
				lab.addPoints([mark]);
				lab.addPoints([mark]);
				lab.endGesture();
			}
		]
	])('drops it, and undo or redo gives it back: %s', async (name, edit) => {
		const drawn = await rewind();
		edit();
		expect(lab.experiment.events).not.toEqual(drawn.events);
		if (name === 'undo') lab.redo();
		else lab.undo();
		expect(lab.experiment).toEqual(drawn);
		await restsAt(10);
		await goTo(20);
		expect(lab.points).toHaveLength(101);
	});

	it('keeps it in the document until then', async () => {
		const drawn = await rewind();
		expect(lab.experiment).toEqual(drawn);
		lab.step();
		await restsAt(11);
		expect(lab.experiment).toEqual(drawn);
	});
});

describe('what comes before an answer', () => {
	it('is a second network: the first never stands in for it', async () => {
		await begin();
		lab.edit({ hiddenLayers: [3] });
		lab.edit({ hiddenLayers: [4] });
		await restsAt(0);
		expect(lab.sizes).toEqual([2, 4, 1]);
		await goTo(5);
		lab.undo();
		lab.undo();
		expect(lab.experiment).toEqual(defaultExperiment);
		await restsAt(0);
	});

	it('is a way back: the edit that waited is still there', async () => {
		await begin();
		await goTo(20);
		lab.addPoints([mark]);
		lab.runTo(10);
		await vi.waitFor(() => expect(lab.snapshot!.step).toBe(10));
		await goTo(20);
		expect(lab.points).toHaveLength(101);
	});

	it("is another choice than the notebook's, whose table was not there yet", async () => {
		await begin();
		lab.edit({ dataset: { kind: 'notebook' } });
		lab.edit({ dataset: generated('spiral') });
		await lab.prepare(presets.notebook);
		await restsAt(0);
		expect(lab.experiment.dataset).toEqual(generated('spiral'));
	});

	it("is another work: what waited for the notebook's table does not replace it", async () => {
		await begin();
		lab.edit({ dataset: { kind: 'notebook' } });
		lab.open(presets.circle);
		await lab.prepare(presets.notebook);
		await restsAt(0);
		expect(lab.experiment).toBe(presets.circle);
		expect(lab.canUndo).toBe(false);
	});
});

it('a stroke ends with the work that it was drawn in', async () => {
	await begin();
	lab.beginGesture();
	lab.addPoints([mark]);
	lab.open(presets.circle);
	lab.endGesture();
	expect(lab.canUndo).toBe(false);
	expect(lab.experiment).toBe(presets.circle);
});
