import { beforeEach, describe, expect, it } from 'vitest';
import { defaultExperiment, presets } from '$lib/experiment/defaults';
import { settingsAt, withSettings } from '$lib/experiment/live';
import { Session } from '$lib/training/session';
import { newMachine } from '../../support/machine';

/** A clock that moves by `tick` at every look, and by what is slept. */
class FakeClock {
	time = 0;
	tick = 0;
	readonly sleeps: number[] = [];

	now(): number {
		return (this.time += this.tick);
	}

	sleep(milliseconds: number): Promise<void> {
		this.sleeps.push(milliseconds);
		this.time += milliseconds;
		return Promise.resolve();
	}
}

let clock: FakeClock;
let session: Session;

beforeEach(() => {
	clock = new FakeClock();
	session = new Session(clock, Promise.resolve(newMachine()));
});

const fast = { milliseconds: 14, until: null, stepsPerSecond: null };

describe('Session', () => {
	it('refuses to advance before an experiment was loaded', async () => {
		await expect(session.advance(fast)).rejects.toThrow('No experiment was loaded.');
	});

	it('keeps to its time, with a step or more in each answer', async () => {
		await session.load(defaultExperiment, null);
		clock.tick = 1;
		let last = 0;
		for (let answer = 0; answer < 3; answer++) {
			const start = clock.time;
			const { step } = await session.advance(fast);
			expect(step).toBeGreaterThan(last);
			// It looks at the time after every bundle of steps, and for the picture.
			expect(clock.time - start).toBeLessThan(20);
			last = step;
		}
	});

	it('does not go beyond the step it was told', async () => {
		await session.load(defaultExperiment, null);
		expect((await session.advance({ ...fast, until: 7 })).step).toBe(7);
	});

	it('spaces steps evenly at a pace, and waits no longer than its budget', async () => {
		await session.load(defaultExperiment, null);
		const paced = { ...fast, stepsPerSecond: 10 };
		const times: number[] = [];
		for (let step = 0; step < 5;) {
			const shown = await session.advance(paced);
			if (shown.step > step) times.push(clock.time);
			step = shown.step;
		}
		const gaps = times.slice(1).map((time, index) => time - times[index]!);
		expect(gaps).toEqual([100, 100, 100, 100]);
		expect(Math.max(...clock.sleeps)).toBeLessThanOrEqual(14);
	});

	it('answers in time when steps take longer than their interval', async () => {
		await session.load(defaultExperiment, null);
		clock.tick = 2;
		const begin = clock.time;
		const { step } = await session.advance({ ...fast, stepsPerSecond: 1000 });
		expect(step).toBeGreaterThan(0);
		expect(clock.time - begin).toBeLessThan(40);
	});

	it('does not hurry to make up for a long absence', async () => {
		await session.load(defaultExperiment, null);
		const paced = { ...fast, stepsPerSecond: 10 };
		await session.advance(paced);
		clock.time += 60_000;
		const before = (await session.advance({ ...paced, milliseconds: 0 })).step;
		expect(before).toBeLessThanOrEqual(2);
	});

	it('sends a picture when one is due, not with every answer', async () => {
		await session.load({ ...defaultExperiment, batchSize: 1 }, null);
		clock.tick = 20;
		session.heatmaps();
		clock.tick = 1;
		const pictures = [];
		for (let call = 0; call < 7; call++) pictures.push((await session.advance(fast)).heatmaps);
		// They took 20 and a call takes 14: they are due again after 80.
		expect(pictures.map((shown) => shown?.output.outputs.length)).toEqual([
			undefined,
			undefined,
			undefined,
			undefined,
			10_000,
			10_000,
			10_000
		]);
	});

	it('sends the neurons asked for, no more often than asked for', async () => {
		await session.load({ ...defaultExperiment, batchSize: 1 }, null);
		clock.tick = 1;
		const heatmaps = { size: 7, hidden: [9, 0], interval: 100 };
		const shown = [];
		const times = [];
		for (let call = 0; call < 40; call++) {
			const { heatmaps: sent } = await session.advance({ ...fast, heatmaps });
			if (!sent) continue;
			shown.push([sent.output, ...sent.hidden].map(({ outputs }) => outputs.length));
			times.push(clock.time);
		}
		expect(new Set(shown.map(String))).toEqual(new Set(['49,49,49']));
		expect(shown.length).toBeGreaterThan(3);
		for (const [i, time] of times.entries()) {
			if (i > 0) expect(time - times[i - 1]!).toBeGreaterThanOrEqual(100);
		}
	});

	it('sends no second picture of one step', async () => {
		await session.load(defaultExperiment, null);
		clock.tick = 1;
		clock.time += 60_000;
		const answer = await session.advance({ ...fast, until: 0 });
		expect(answer.step).toBe(0);
		expect(answer.heatmaps).toBeNull();
	});

	it('keeps the weights over a change that needs the notebook', async () => {
		await session.load(presets.notebook, null);
		const shown = await session.advance({ ...fast, milliseconds: 60_000, until: 4 });
		const settings = settingsAt(presets.notebook, 0, { points: [], parameters: [] });
		const slower = { ...settings, learningRate: 0.5 };
		const document = withSettings(presets.notebook, 4, slower, { points: [], parameters: [] });
		const tuned = await session.tune(document);
		expect(tuned.parameters).toEqual(shown.parameters);
		expect(tuned.learningRate).toBeCloseTo(0.5 * 0.964, 12);
	});
});
