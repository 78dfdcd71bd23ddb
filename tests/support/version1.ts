import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { loadNotebook } from '../../src/lib/data/notebook';
import { needsNotebook } from '../../src/lib/experiment/live';
import type { Experiment } from '../../src/lib/experiment/schema';
import type { Checkpoint, Snapshot } from '../../src/lib/training/snapshot';
import { Trainer } from '../../src/lib/training/trainer';
import { newMachine } from './machine';

/** What a run was at one step, in the build that made the fixtures. Numbers are texts, since JSON has no Infinity. */
export interface Recorded {
	/** The step that was asked for, or what it was. */
	readonly mark: number | string;
	/** The step reached: less than the mark where the run could not go on. */
	readonly step: number;
	readonly epoch: number;
	readonly trainLoss: string | null;
	readonly testLoss: string | null;
	readonly accuracy: string | null;
	readonly testAccuracy: string | null;
	/** SHA-256 of the parameters as little-endian doubles. */
	readonly hash: string;
	/** The step that could not be made. */
	readonly diverged: number | null;
}

/** A file of tests/fixtures/v1, which a build of version 1 has made and nothing may change. */
export const fixture = (name: string) =>
	readFileSync(new URL(`../fixtures/v1/${name}`, import.meta.url), 'utf8');

/** SHA-256 of the numbers as little-endian doubles. */
function hashOf(numbers: ArrayLike<number>): string {
	const view = new DataView(new ArrayBuffer(8 * numbers.length));
	for (let i = 0; i < numbers.length; i++) view.setFloat64(8 * i, numbers[i]!, true);
	return createHash('sha256').update(new Uint8Array(view.buffer)).digest('hex');
}

const text = (value: number | null) => (value === null ? null : String(value));

/** A snapshot in the fixtures' form. */
export function recordOf(mark: Recorded['mark'], snapshot: Snapshot): Recorded {
	const { step, epoch, trainLoss, testLoss, accuracy, testAccuracy, parameters } = snapshot;
	return {
		mark,
		step,
		epoch,
		trainLoss: text(trainLoss),
		testLoss: text(testLoss),
		accuracy: text(accuracy),
		testAccuracy: text(testAccuracy),
		hash: hashOf(parameters),
		diverged: snapshot.diverged?.step ?? null
	};
}

/** A trainer of the experiment, on the machine or in the interpreter. */
export async function trainerOf(
	experiment: Experiment,
	kind: 'machine' | 'interpreter',
	checkpoint: Checkpoint | null = null
): Promise<Trainer> {
	const notebook = needsNotebook(experiment) ? await loadNotebook() : null;
	return new Trainer(experiment, notebook, checkpoint, kind === 'machine' ? newMachine() : null);
}

/** The run at the marks of what was recorded. */
export async function repeated(
	experiment: Experiment,
	recorded: readonly Recorded[],
	kind: 'machine' | 'interpreter'
): Promise<Recorded[]> {
	const trainer = await trainerOf(experiment, kind);
	return recorded.map(({ mark }) => {
		trainer.advance(Number(mark), () => false);
		return recordOf(mark, trainer.snapshot(null));
	});
}
