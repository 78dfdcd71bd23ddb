import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { InProcessWorker } from '../../support/inProcessWorker';
import { defaultExperiment } from '$lib/experiment/defaults';
import { TrainingClient, WorkerLost } from '$lib/worker/client';

let workers: InProcessWorker[];
let client: TrainingClient;

beforeEach(() => {
	workers = [];
	client = new TrainingClient(() => {
		workers.push(new InProcessWorker());
		return workers.at(-1) as unknown as Worker;
	});
});

afterEach(() => {
	vi.useRealTimers();
	client.dispose();
});

const load = () => client.call((api) => api.load(defaultExperiment, null));
const forever = () => client.call(() => new Promise(() => undefined));

describe('TrainingClient', () => {
	it('answers with what the session answers, and keeps its worker', async () => {
		expect(await load()).toMatchObject({ step: 0, diverged: null });
		const budget = { milliseconds: 1000, until: 3, stepsPerSecond: null };
		expect(await client.call((api) => api.advance(budget))).toMatchObject({ step: 3 });
		expect(workers).toHaveLength(1);
	});

	it('passes on what a call throws, and does not take it for a loss', async () => {
		const unloaded = client.call((api) => api.heatmaps());
		await expect(unloaded).rejects.toThrow('No experiment was loaded.');
		expect(workers[0]!.terminated).toBe(false);
	});

	it.each(['error', 'messageerror'])(
		'rejects all that waits on %s, and starts anew',
		async (type) => {
			await load();
			const waiting = [forever(), forever()];
			const lost = Promise.allSettled(waiting);
			if (type === 'error') workers[0]!.crash('boom');
			else workers[0]!.dispatchEvent(new Event(type));
			for (const outcome of await lost) {
				expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(WorkerLost) });
			}
			expect(workers[0]!.terminated).toBe(true);
			expect(await load()).toMatchObject({ step: 0 });
			expect(workers).toHaveLength(2);
		}
	);

	it('tells the next call of a loss while nobody waited', async () => {
		await load();
		workers[0]!.crash('boom');
		await expect(client.call((api) => api.heatmaps())).rejects.toThrow(WorkerLost);
		expect(await load()).toMatchObject({ step: 0 });
		expect(workers).toHaveLength(2);
	});

	it('gives up a worker that falls silent', async () => {
		vi.useFakeTimers();
		const lost = expect(forever()).rejects.toThrow('it did not answer');
		await vi.advanceTimersByTimeAsync(8_000);
		expect(workers[0]!.terminated).toBe(false);
		await vi.advanceTimersByTimeAsync(2_000);
		await lost;
		expect(workers[0]!.terminated).toBe(true);
	});

	it('leaves the next worker alone when the time of a lost call runs out', async () => {
		vi.useFakeTimers();
		const lost = expect(forever()).rejects.toThrow('boom');
		await vi.advanceTimersByTimeAsync(5_000);
		workers[0]!.crash('boom');
		await lost;
		const next = forever();
		await vi.advanceTimersByTimeAsync(9_000);
		expect(workers.map(({ terminated }) => terminated)).toEqual([true, false]);
		const silent = expect(next).rejects.toThrow('it did not answer');
		await vi.advanceTimersByTimeAsync(1_000);
		await silent;
		expect(vi.getTimerCount()).toBe(0);
	});

	it('hears nothing more of a worker that was lost', async () => {
		await load();
		const lost = expect(forever()).rejects.toThrow('boom');
		workers[0]!.crash('boom');
		await lost;
		workers[0]!.crash('again');
		expect(await load()).toMatchObject({ step: 0 });
		expect(workers).toHaveLength(2);
	});

	it('starts another worker when asked, even in place of a healthy one', async () => {
		await load();
		client.restart();
		expect(workers[0]!.terminated).toBe(true);
		expect(await load()).toMatchObject({ step: 0 });
		expect(workers).toHaveLength(2);
	});

	it('rejects what waits when the page closes it', async () => {
		const lost = expect(forever()).rejects.toThrow(WorkerLost);
		client.dispose();
		await lost;
	});
});
