import { afterEach, describe, expect, it, vi } from 'vitest';
import type { InProcessWorker } from '../../support/inProcessWorker';
import { defaultExperiment, generated, presets } from '$lib/experiment/defaults';
import { MLP } from '$lib/nn/mlp';
import type { Lab } from '$lib/state/lab.svelte';
import type { Notice } from '$lib/state/notices.svelte';
import { openLab, reaches, replayed } from '../../support/labs';

let lab: Lab;
let notices: Notice[];
let workers: InProcessWorker[];

async function begin(...of: Parameters<typeof openLab>): Promise<void> {
	({ lab, notices, workers } = await openLab(...of));
}

const at = (state: string) => reaches(lab, state);
const reaching = (step: number) =>
	vi.waitFor(() => expect(lab.snapshot!.step).toBeGreaterThanOrEqual(step), {
		timeout: 3000
	});

async function goTo(step: number): Promise<void> {
	lab.runTo(step);
	await at('paused');
	expect(lab.snapshot!.step).toBe(step);
}

afterEach(() => {
	lab.dispose();
});

describe('Lab', () => {
	it('plays and pauses; a paused run makes no further step', async () => {
		await begin();
		lab.play();
		await reaching(20);
		lab.pause();
		expect(lab.state).toBe('paused');
		const { step } = lab.snapshot!;
		lab.step();
		await vi.waitFor(() => expect(lab.snapshot!.step).not.toBe(step));
		expect(lab.snapshot!.step).toBe(step + 1);
		expect(lab.state).toBe('paused');
		expect(lab.snapshot).toMatchObject({ ...replayed(defaultExperiment, step + 1), heatmaps: {} });
	});

	it('counts every press of Step', async () => {
		await begin();
		for (let press = 0; press < 5; press++) lab.step();
		await reaching(5);
		await at('paused');
		expect(lab.snapshot!.step).toBe(5);
	});

	it('goes to a step exactly, back as well as onward', async () => {
		await begin();
		await goTo(30);
		await goTo(12);
		expect(lab.snapshot!.parameters).toEqual(replayed(defaultExperiment, 12).parameters);
	});

	it('keeps the weights when a hyperparameter changes, and records the step', async () => {
		await begin();
		await goTo(10);
		expect(lab.edit({ learningRate: 0.05 })).toBe(true);
		expect(lab.live.learningRate).toBe(0.05);
		expect(lab.experiment.events).toEqual([{ step: 10, change: { learningRate: 0.05 } }]);
		await goTo(40);
		expect(lab.snapshot!.parameters).toEqual(replayed(lab.experiment, 40).parameters);
	});

	it('draws while it plays, and the document replays the same bits', async () => {
		await begin();
		lab.play();
		for (let stroke = 1; stroke <= 4; stroke++) {
			await reaching((lab.snapshot?.step ?? 0) + 3);
			lab.beginGesture();
			for (let x = -1; x < 1; x += 0.5) lab.addPoints([{ x, y: -stroke / 2, target: 1 }]);
			expect(lab.points).toHaveLength(100 + 4 * stroke);
			lab.endGesture();
		}
		lab.erasePoints([0, 5, 50]);
		await reaching(lab.snapshot!.step + 5);
		lab.pause();
		await vi.waitFor(() => expect(lab.experiment.events.length).toBeGreaterThan(1));
		expect(lab.experiment.dataset).toEqual(generated('moons'));
		expect(lab.live.dataset.kind).toBe('drawn');
		const { step, parameters } = lab.snapshot!;
		expect(parameters).toEqual(replayed(lab.experiment, step).parameters);
	});

	it('gives the moons back on undo, with the weights kept', async () => {
		await begin();
		await goTo(10);
		const { parameters } = lab.snapshot!;
		lab.addPoints([{ x: 2.00001, y: -2, target: -1 }]);
		expect(lab.points.at(-1)).toMatchObject({ x: 2, y: -2, target: -1 });
		lab.undo();
		expect(lab.live.dataset).toEqual(generated('moons'));
		expect(lab.experiment.events).toEqual([]);
		await at('paused');
		expect(lab.snapshot!.parameters).toEqual(parameters);
		lab.redo();
		expect(lab.points).toHaveLength(101);
		expect(lab.canRedo).toBe(false);
	});

	it('makes a stroke one undo step', async () => {
		await begin();
		lab.beginGesture();
		for (let x = 0; x < 5; x++) lab.addPoints([{ x: x / 4, y: 2, target: -1 }]);
		lab.endGesture();
		expect(lab.points).toHaveLength(105);
		lab.undo();
		expect(lab.points).toHaveLength(100);
		expect(lab.canUndo).toBe(false);
	});

	it('rebuilds on a change of layers; undo goes back to the step the former run had reached', async () => {
		await begin();
		await goTo(15);
		const { parameters } = lab.snapshot!;
		lab.edit({ hiddenLayers: [3] });
		await at('idle');
		expect(lab.sizes).toEqual([2, 3, 1]);
		lab.undo();
		await vi.waitFor(() => expect(lab.snapshot!.step).toBe(15));
		expect(lab.sizes).toEqual([2, 8, 8, 1]);
		expect(lab.snapshot!.parameters).toEqual(parameters);
		lab.redo();
		await at('idle');
		expect(lab.sizes).toEqual([2, 3, 1]);
	});

	it('goes on playing when the layers change in mid-run', async () => {
		await begin();
		lab.play();
		await reaching(10);
		for (const width of [2, 3, 4, 5]) lab.edit({ hiddenLayers: [width] });
		await vi.waitFor(() => expect(lab.snapshot!.parameters).toHaveLength(3 * 5 + 6));
		await reaching(5);
		expect(lab.state).toBe('playing');
		lab.pause();
		const { step, parameters } = lab.snapshot!;
		expect(parameters).toEqual(replayed(lab.experiment, step).parameters);
	});

	it('folds the live edits into the start on reset', async () => {
		await begin();
		await goTo(8);
		lab.edit({ l2: 0.01 });
		lab.addPoints([{ x: 0, y: 0, target: 1 }]);
		lab.reset();
		await at('idle');
		expect(lab.experiment).toMatchObject({ l2: 0.01, events: [], dataset: { kind: 'drawn' } });
		expect(lab.points).toHaveLength(101);
	});

	it('refuses an edit out of bounds with a sentence, and changes nothing', async () => {
		await begin();
		const before = lab.experiment;
		expect(lab.edit({ learningRate: 5000 })).toBe(false);
		expect(lab.edit({ hiddenLayers: [33] })).toBe(false);
		expect(lab.edit({ seed: NaN })).toBe(false);
		expect(notices.map(({ text }) => text)).toEqual([
			'The learning rate must be a number from 0.00001 to 1000.',
			'Neurons in a layer must be a whole number from 1 to 32.',
			expect.stringContaining('The seed')
		]);
		expect(lab.experiment).toBe(before);
	});

	it('says nothing of an interpreter where there is a machine', async () => {
		await begin();
		expect(lab.snapshot!.executor).toBe('wasm');
		expect(notices).toEqual([]);
	});

	it('does not play without training points, and says so', async () => {
		await begin(presets.drawn);
		lab.play();
		expect(lab.state).toBe('idle');
		expect(notices.at(-1)!.text).toMatch(/no training points/);
	});

	it('stops when the last training point is erased', async () => {
		await begin();
		lab.play();
		await reaching(5);
		lab.clearPoints();
		await at('paused');
		expect(lab.snapshot!.trainLoss).toBeNull();
		lab.undo();
		expect(lab.points).toHaveLength(100);
	});

	it('says at which step a run diverged, and goes on after the rate is mended', async () => {
		await begin({ ...defaultExperiment, loss: 'squared-error', learningRate: 1000 });
		lab.play();
		await at('diverged');
		const { diverged, step, parameters } = lab.snapshot!;
		expect(diverged!.step).toBe(step + 1);
		expect(parameters.every(Number.isFinite)).toBe(true);
		lab.play();
		lab.step();
		lab.runTo(step + 10);
		expect(lab.state).toBe('diverged');
		lab.edit({ learningRate: 0.00001 });
		await at('paused');
	});

	it('goes on from its last step after the worker is lost', async () => {
		await begin();
		lab.play();
		await reaching(10);
		workers[0]!.crash('out of memory');
		await vi.waitFor(() => expect(workers).toHaveLength(2));
		await reaching(lab.snapshot!.step + 10);
		expect(workers[0]!.terminated).toBe(true);
		expect(notices.at(-1)).toMatchObject({ key: 'worker', kind: 'warning' });
		lab.pause();
		const { step, parameters } = lab.snapshot!;
		expect(parameters).toEqual(replayed(defaultExperiment, step).parameters);
	});

	it('gives up when workers are lost again and again, and can be told to try once more', async () => {
		let healthy = true;
		await begin(defaultExperiment, (api) => ({
			...api,
			advance: (budget) => {
				if (!healthy) workers.at(-1)!.crash('broken');
				return api.advance(budget);
			}
		}));
		healthy = false;
		lab.play();
		await at('crashed');
		healthy = true;
		notices.at(-1)!.action!.run();
		await at('idle');
		await goTo(3);
	});

	it('drops nothing when edits, pauses and loads come faster than answers', async () => {
		await begin();
		for (let round = 0; round < 10; round++) {
			lab.play();
			lab.edit({ learningRate: 0.1 + round / 100 });
			await reaching(1);
			lab.pause();
			lab.addPoints([{ x: round / 4, y: 2.5, target: -1 }]);
			if (round % 3 === 2) lab.edit({ activation: round % 2 ? 'relu' : 'tanh' });
			lab.step();
		}
		await vi.waitFor(() => expect(lab.state).toBe('paused'));
		await goTo(lab.snapshot!.step + 5);
		expect(lab.points).toHaveLength(110);
		const { step, parameters } = lab.snapshot!;
		expect(parameters).toEqual(replayed(lab.experiment, step).parameters);
	});

	it("tells the shown network's output at a place, step by step and after a rebuild", async () => {
		await begin();
		const outputAt = (step: number) => {
			const network = new MLP(lab.sizes, 'tanh', () => 0);
			network.setParameters(replayed(lab.experiment, step).parameters);
			return network.predict([0.5, -1])[0];
		};
		expect(lab.outputAt(0.5, -1)).toBe(outputAt(0));
		await goTo(3);
		expect(lab.outputAt(0.5, -1)).toBe(outputAt(3));
		lab.edit({ hiddenLayers: [5] });
		expect(lab.outputAt(0.5, -1)).toBeNull();
		await at('idle');
		expect(lab.outputAt(0.5, -1)).toBe(outputAt(0));
	});
});
