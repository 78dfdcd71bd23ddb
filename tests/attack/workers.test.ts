import { expect, it, vi } from 'vitest';
import { defaultExperiment } from '../../src/lib/experiment/defaults';
import { Random } from '../../src/lib/random/random';
import { Lab } from '../../src/lib/state/lab.svelte';
import type { Notice } from '../../src/lib/state/notices.svelte';
import { paces } from '../../src/lib/state/pace';
import type { TrainingApi } from '../../src/lib/worker/api';
import { TrainingClient } from '../../src/lib/worker/client';
import { report, seed, times } from '../support/attack';
import { InProcessWorker } from '../support/inProcessWorker';
import { reaches, replayed } from '../support/labs';

const kinds = ['throw', 'unreadable', 'silent', 'error answer'] as const;
const calls = ['advance', 'load', 'tune'] as const;

/** What the next worker that gets this call does with it. */
interface Fault {
	readonly kind: (typeof kinds)[number];
	readonly call: (typeof calls)[number];
}

/** Milliseconds: ample for a healthy worker on a busy machine, and short for one that will never answer. */
const patience = { call: 1000, grace: 300 };

it('a run survives lost workers of every kind, and ends with the bits of one without', async () => {
	const random = new Random(seed, 'data');
	const attempts = times(200, 24);
	const faults: Fault[] = [];
	const workers: InProcessWorker[] = [];
	const notices: Notice[] = [];
	const guarded = (api: TrainingApi): TrainingApi => {
		const guard = <Answer>(call: Fault['call'], answer: () => Promise<Answer> | Answer) => {
			if (faults[0]?.call !== call) return answer();
			const worker = workers.at(-1)!;
			const { kind } = faults.shift()!;
			if (kind === 'error answer') throw new Error('out of chalk');
			if (kind === 'throw') worker.crash('out of chalk');
			if (kind === 'unreadable') worker.dispatchEvent(new Event('messageerror'));
			return new Promise<Answer>(() => undefined);
		};
		return {
			heatmaps: (request) => api.heatmaps(request),
			advance: (budget) => guard('advance', () => api.advance(budget)) as never,
			load: (...run) => guard('load', () => api.load(...run)) as never,
			tune: (experiment) => guard('tune', () => api.tune(experiment)) as never
		};
	};
	const spawn = () => {
		workers.push(new InProcessWorker(guarded));
		return workers.at(-1) as unknown as Worker;
	};
	const lab = new Lab((notice) => notices.push(notice), new TrainingClient(spawn, patience));
	lab.pace = paces[5];
	lab.open(defaultExperiment);
	await reaches(lab, 'idle');
	lab.play();

	for (let attempt = 0; attempt < attempts; attempt++) {
		const kind = kinds[random.integer(kinds.length)]!;
		const call = calls[random.integer(calls.length)]!;
		const told = notices.length;
		// A run is loaded again after another loss only.
		if (call === 'load') faults.push({ kind: 'throw', call: 'advance' });
		faults.push({ kind, call });
		const expected = faults.length;
		if (call === 'tune') lab.edit({ learningRate: 0.1 + 0.001 * (attempt % 100) });
		await vi.waitFor(() => expect(notices.length).toBe(told + expected), 5000);
		expect(faults).toEqual([]);
		const notice = notices.at(-1)!;
		expect(notice.kind).toBe(kind === 'error answer' ? 'error' : 'warning');
		if (notice.action) {
			expect(lab.state).toBe('crashed');
			notice.action.run();
			lab.play();
		}
		// A step from here on, or the next loss would follow without one between.
		const { step } = lab.snapshot!;
		await vi.waitFor(() => expect(lab.snapshot!.step).toBeGreaterThan(step), 5000);
		expect(workers.filter(({ terminated }) => !terminated)).toHaveLength(1);
	}

	lab.pause();
	await reaches(lab, 'paused');
	const { step, parameters } = lab.snapshot!;
	expect(parameters).toEqual(replayed(lab.experiment, step).parameters);
	lab.dispose();
	report({ attack: 'lost workers', attempts, seen: `${step} steps, bits equal, no false notice` });
});
