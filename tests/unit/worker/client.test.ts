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
		const unloaded = client.call((api) => api.picture());
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
		await expect(client.call((api) => api.picture())).rejects.toThrow(WorkerLost);
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

	it('rejects what waits when the page closes it', async () => {
		const lost = expect(forever()).rejects.toThrow(WorkerLost);
		client.dispose();
		await lost;
	});
});
