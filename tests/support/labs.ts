import { expect, vi } from 'vitest';
import { defaultExperiment } from '../../src/lib/experiment/defaults';
import type { Experiment } from '../../src/lib/experiment/schema';
import { Lab } from '../../src/lib/state/lab.svelte';
import type { Notice } from '../../src/lib/state/notices.svelte';
import type { Snapshot } from '../../src/lib/training/snapshot';
import { Trainer } from '../../src/lib/training/trainer';
import type { TrainingApi } from '../../src/lib/worker/api';
import { TrainingClient } from '../../src/lib/worker/client';
import { InProcessWorker } from './inProcessWorker';
import { newMachine } from './machine';

/** A lab with its workers, and what it said. */
export interface OpenLab {
	readonly lab: Lab;
	readonly notices: Notice[];
	readonly workers: InProcessWorker[];
}

/**
 * A lab that is ready to run an experiment.
 * @param around - replaces parts of its workers' interface
 */
export async function openLab(
	experiment: Experiment = defaultExperiment,
	around?: (api: TrainingApi) => TrainingApi
): Promise<OpenLab> {
	const notices: Notice[] = [];
	const workers: InProcessWorker[] = [];
	const spawn = () => {
		const worker = new InProcessWorker(around);
		workers.push(worker);
		return worker as unknown as Worker;
	};
	const lab = new Lab((notice) => notices.push(notice), new TrainingClient(spawn));
	lab.open(experiment);
	await reaches(lab, 'idle');
	return { lab, notices, workers };
}

/** Waits until a lab is in a state. */
export const reaches = (lab: Lab, state: string) =>
	vi.waitFor(() => expect(lab.state).toBe(state), { timeout: 3000 });

/** What a document says of a step, without a lab and without pauses. */
export function replayed(experiment: Experiment, step: number): Snapshot {
	const trainer = new Trainer(experiment, null, null, newMachine());
	trainer.advance(step, () => false);
	return trainer.snapshot(null);
}
