import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultExperiment } from '$lib/experiment/defaults';
import { limits } from '$lib/experiment/limits';
import { parseExperiment } from '$lib/experiment/schema';
import { historyOf } from '$lib/state/history';
import { paces } from '$lib/state/pace';
import { readRecord } from '$lib/state/workRecord';
import { openLab, reaches, replayed, type OpenLab } from '../../support/labs';

const last = limits.step.max;

describe('Lab, at the last step that documents count to', () => {
	let open: OpenLab;

	/** Opens a run so many steps before its end. */
	async function openBefore(steps: number): Promise<void> {
		const { parameters } = replayed(defaultExperiment, 5);
		const step = last - steps;
		const checkpoint = { step, epoch: step, cursor: 0, parameters };
		open.lab.open(defaultExperiment, { checkpoint, history: historyOf() });
		await vi.waitFor(() => expect(open.lab.snapshot?.step).toBe(step));
	}

	const resting = () =>
		vi.waitFor(() => {
			expect(open.lab.snapshot?.step).toBe(last);
			expect(open.lab.state).toBe('paused');
		});

	beforeEach(async () => {
		open = await openLab();
	});
	afterEach(() => {
		open.lab.dispose();
	});

	it('a run that plays rests, and what is kept of it can be read again', async () => {
		const { lab, notices } = open;
		await openBefore(100);
		expect(lab.ended).toBe(false);
		lab.play();
		await resting();
		expect(lab.ended).toBe(true);
		const { checkpoint, history } = lab.resume;
		const record = { id: 'a', updated: 1, experiment: lab.experiment, checkpoint };
		expect(readRecord({ ...record, history: history.samples })).toMatchObject({
			checkpoint,
			damage: null
		});
		expect(notices).toEqual([]);
	});

	it('a paced run rests there too', async () => {
		await openBefore(2);
		open.lab.pace = paces.find(({ stepsPerSecond }) => stepsPerSecond === 100)!;
		open.lab.play();
		await resting();
	});

	it('more steps than are left rest there', async () => {
		await openBefore(1);
		open.lab.step();
		open.lab.step();
		open.lab.step();
		await resting();
	});

	it('nothing goes on from there', async () => {
		const { lab } = open;
		await openBefore(0);
		lab.play();
		expect(lab.state).toBe('paused');
		lab.step();
		lab.runTo(last);
		lab.pause();
		await resting();
	});

	it('an edit is taken, and the weights are kept', async () => {
		const { lab, notices } = open;
		await openBefore(1);
		lab.step();
		await resting();
		const { parameters } = lab.snapshot!;
		expect(lab.edit({ learningRate: 0.01 })).toBe(true);
		lab.addPoints([{ x: 1, y: 1, target: 1 }]);
		await vi.waitFor(() => expect(lab.experiment.events).toHaveLength(1));
		await vi.waitFor(() => expect(lab.snapshot?.learningRate).toBe(0.01));
		expect(parseExperiment(lab.experiment)).toEqual(lab.experiment);
		expect(lab.points).toHaveLength(101);
		expect(lab.snapshot).toMatchObject({ step: last, parameters });
		expect(notices).toEqual([]);
	});

	it('Reset starts again, and an earlier step is run to from the start', async () => {
		const { lab } = open;
		await openBefore(0);
		lab.runTo(3);
		await vi.waitFor(() => expect(lab.snapshot?.step).toBe(3));
		await openBefore(0);
		lab.reset();
		await reaches(lab, 'idle');
		expect(lab.ended).toBe(false);
		lab.step();
		await vi.waitFor(() => expect(lab.snapshot?.step).toBe(1));
	});
});
