import { afterEach, describe, expect, it, vi } from 'vitest';
import type { InProcessWorker } from '../../support/inProcessWorker';
import { newMachine } from '../../support/machine';
import { defaultExperiment, presets } from '$lib/experiment/defaults';
import { historyOf } from '$lib/state/history';
import type { Lab } from '$lib/state/lab.svelte';
import type { Notice } from '$lib/state/notices.svelte';
import { paces } from '$lib/state/pace';
import { Trainer } from '$lib/training/trainer';
import { openLab, reaches } from '../../support/labs';

let lab: Lab;
let notices: Notice[];
let workers: InProcessWorker[];

async function begin(...of: Parameters<typeof openLab>): Promise<void> {
	({ lab, notices, workers } = await openLab(...of));
}

const at = (state: string) => reaches(lab, state);
const moment = (milliseconds: number) =>
	new Promise((resolve) => setTimeout(resolve, milliseconds));

afterEach(() => {
	lab.dispose();
});

const diverging = { ...defaultExperiment, loss: 'squared-error', learningRate: 1000 } as const;

describe('Lab, when wishes cross', () => {
	it('shows what was opened last, whatever arrives first', async () => {
		await begin();
		const earlier = lab.open(presets.notebook);
		const later = lab.open(presets.circle);
		await Promise.all([earlier, later]);
		await moment(50);
		expect(lab.experiment.dataset.kind).toBe('circle');
	});

	it('does not play a run that has diverged', async () => {
		await begin(diverging);
		lab.play();
		await at('diverged');
		lab.play();
		await moment(50);
		expect(lab.state).toBe('diverged');
	});

	it('does not go to a step beyond the one where it diverged', async () => {
		await begin(diverging);
		lab.play();
		await at('diverged');
		lab.runTo(1000);
		await moment(50);
		expect(lab.state).toBe('diverged');
	});

	it('plays on from a diverged run in one breath with the mending edit', async () => {
		await begin(diverging);
		lab.play();
		await at('diverged');
		lab.edit({ learningRate: 1e-5 });
		lab.play();
		expect(lab.state).toBe('playing');
	});

	it('forgets a step that could not be made', async () => {
		await begin(diverging);
		lab.play();
		await at('diverged');
		const { step } = lab.snapshot!;
		lab.step();
		lab.step();
		lab.edit({ learningRate: 1e-5 });
		await at('paused');
		await moment(50);
		expect(lab.snapshot!.step).toBe(step);
	});

	it('keeps an edit that waits when it goes back to a step', async () => {
		await begin();
		lab.play();
		await vi.waitFor(() => expect(lab.snapshot!.step).toBeGreaterThan(20));
		lab.edit({ learningRate: 0.05 });
		lab.runTo(3);
		await at('paused');
		expect(lab.snapshot!.step).toBe(3);
		expect(lab.experiment.events.map(({ change }) => change)).toEqual([{ learningRate: 0.05 }]);
	});

	it('opens another experiment after a crash', async () => {
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
		await lab.open(presets.xor);
		await at('idle');
		expect(lab.experiment.dataset.kind).toBe('xor');
	});

	it('opens another experiment after a checkpoint that does not fit', async () => {
		await begin();
		const checkpoint = { step: 5, epoch: 5, cursor: 0, parameters: new Float64Array(3) };
		await lab.open(defaultExperiment, { checkpoint, history: { samples: [], stride: 1 } });
		await moment(100);
		expect(lab.state).toBe('crashed');
		await lab.open(presets.xor);
		await at('idle');
	});

	it('counts Step from the start after a reset', async () => {
		await begin();
		lab.play();
		await vi.waitFor(() => expect(lab.snapshot!.step).toBeGreaterThan(20));
		lab.edit({ learningRate: 0.05 });
		lab.reset();
		lab.step();
		await vi.waitFor(() => expect(lab.snapshot!.step).toBe(1));
		const trainer = new Trainer(lab.experiment, null, null, newMachine());
		trainer.advance(1, () => false);
		expect(lab.snapshot!.parameters).toEqual(trainer.snapshot(null).parameters);
	});

	it('undoes a rebuild back to a run with a live edit', async () => {
		await begin();
		lab.play();
		await vi.waitFor(() => expect(lab.snapshot!.step).toBeGreaterThan(20));
		lab.edit({ learningRate: 0.05 });
		lab.edit({ hiddenLayers: [2] });
		lab.pause();
		lab.undo();
		expect(lab.live.learningRate).toBe(0.05);
		await vi.waitFor(() => expect(lab.snapshot!.step).toBeGreaterThan(20));
		lab.undo();
		await moment(50);
		expect(lab.live.learningRate).toBe(0.3);
		expect(lab.experiment.events).toEqual([]);
	});

	it('starts no new worker once it is disposed of', async () => {
		await begin();
		lab.play();
		lab.dispose();
		await moment(50);
		expect(workers).toHaveLength(1);
		expect(notices).toEqual([]);
	});

	it('redraws nothing while a paced run waits for its step', async () => {
		await begin();
		lab.pace = paces[0];
		lab.play();
		await vi.waitFor(() => expect(lab.snapshot!.step).toBe(1));
		await moment(100);
		const { snapshot } = lab;
		await moment(200);
		expect(lab.snapshot).toBe(snapshot);
	});

	it('goes to a step of a work that is being opened', async () => {
		await begin();
		const trainer = new Trainer(defaultExperiment, null, null, newMachine());
		trainer.advance(10, () => false);
		const checkpoint = trainer.snapshot(null);
		void lab.open(defaultExperiment, { checkpoint, history: historyOf() });
		lab.runTo(4);
		await at('paused');
		expect(lab.snapshot!.step).toBe(4);
	});
});
