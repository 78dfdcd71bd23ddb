import { describe, expect, it } from 'vitest';
import { readRecord } from '../../../src/lib/state/workRecord';
import { fixture, recordOf, repeated, trainerOf, type Recorded } from '../../support/version1';

interface Read {
	readonly damage: string | null;
	/** How many samples of the loss curve were kept. */
	readonly samples: number;
	readonly opened: Recorded;
	/** A hundred steps on. */
	readonly on: Recorded;
	/** The same run from its start. */
	readonly numbers: readonly Recorded[];
}

interface Profile {
	readonly works: readonly { readonly id: string }[];
	readonly numbers: Record<string, Read | { readonly refused: string }>;
}

/** All records that a browser held of a build of version 1, as they were stored; two were damaged by hand. */
const profile = JSON.parse(fixture('profile.json'), (_, value: unknown) => {
	const numbers = (value as { float64?: number[] } | null)?.float64;
	return numbers ? Float64Array.from(numbers) : value;
}) as Profile;

describe.each(profile.works)('a stored work of version 1: $id', (stored) => {
	const expected = profile.numbers[stored.id]!;

	it('opens with its numbers and goes on to the bit', async () => {
		if ('refused' in expected) {
			expect(() => readRecord(stored)).toThrow(expected.refused);
			return;
		}
		const { experiment, checkpoint, history, damage } = readRecord(stored);
		expect({ damage, samples: history.length }).toEqual({
			damage: expected.damage,
			samples: expected.samples
		});
		const trainer = await trainerOf(experiment, 'machine', checkpoint);
		const opened = trainer.snapshot(null);
		expect(recordOf('opened', opened)).toEqual(expected.opened);
		trainer.advance(opened.step + 100, () => false);
		expect(recordOf('opened + 100', trainer.snapshot(null))).toEqual(expected.on);
		expect(await repeated(experiment, expected.numbers, 'machine')).toEqual(expected.numbers);
	});
});
