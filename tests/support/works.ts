import { defaultExperiment } from '../../src/lib/experiment/defaults';
import type { Experiment } from '../../src/lib/experiment/schema';
import type { Work } from '../../src/lib/state/workRecord';
import { openWorkDatabase } from '../../src/lib/state/workStore';
import { Works, type WorkListener } from '../../src/lib/state/works';
import type { Checkpoint } from '../../src/lib/training/snapshot';
import { Device, type Tab } from './device';

let device: Device;
let opened: Works[] = [];

/** A device with nothing on it, for each test one. */
export function freshDevice(): Device {
	opened = [];
	device = new Device();
	return device;
}

/** Ends all works that were opened on the device, after its troubles. */
export async function endDevice(): Promise<void> {
	device.trouble.writing = device.trouble.reading = device.trouble.opening = null;
	await Promise.all(opened.map((works) => works.dispose()));
}

/** Remembers what it is told. */
export class Listener implements WorkListener {
	readonly errors: unknown[] = [];
	readonly counts: number[] = [];
	readonly told: string[] = [];
	stored(error: unknown): void {
		if (this.errors.length === 0 ? error !== null : this.errors.at(-1) !== error) {
			this.errors.push(error);
		}
	}
	unreadable(count: number): void {
		this.counts.push(count);
	}
	manyDrawings(): void {
		this.told.push('many drawings');
	}
	deleted(): void {
		this.told.push('deleted');
	}
}

/** The works that a tab has open, until the test ends. */
export const worksIn = (tab: Tab, listener = new Listener()): Works =>
	worksOn(tab.surroundings, listener);

/** The same for a tab with surroundings of its own. */
export function worksOn(surroundings: Tab['surroundings'], listener = new Listener()): Works {
	const works = new Works(listener, surroundings);
	opened.push(works);
	return works;
}

/** Of 2-8-8-1, which has 105 parameters, or of another network with so many. */
export function checkpointAt(step: number, count = 105): Checkpoint {
	const parameters = Float64Array.from({ length: count }, (_, index) => step + index / 7);
	return { step, epoch: step, cursor: 0, parameters };
}

/** A work whose run has come so far. */
export function workAt(step: number, experiment: Experiment = defaultExperiment): Work {
	const history = Array.from({ length: step + 1 }, (_, index) => ({
		step: index,
		trainLoss: 1 / (index + 1),
		testLoss: null
	}));
	return { experiment, checkpoint: step === 0 ? null : checkpointAt(step), history };
}

export const seeded = (seed: number): Experiment => ({ ...defaultExperiment, seed });

/** A work as it is read when nothing of it is damaged. */
export const whole = (work: Work) => ({ ...work, damage: null });

/** All that is in the store, as it is. */
export async function shelf(): Promise<Record<string, unknown>[]> {
	const database = await openWorkDatabase(() => undefined);
	const all = (await database.getAll('works')) as unknown as Record<string, unknown>[];
	database.close();
	return all;
}

/** Puts records into the store, whatever they hold. */
export async function shelve(...records: Record<string, unknown>[]): Promise<void> {
	const database = await openWorkDatabase(() => undefined);
	for (const record of records) await database.put('works', record as never);
	database.close();
}

/** A work as it is stored. */
export const recordAt = (id: string, updated: number, work = workAt(0)) => {
	return { id, updated, ...work };
};
