import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeLink, encodeLink } from '../../src/lib/experiment/link';
import { InvalidExperiment } from '../../src/lib/experiment/schema';
import { long, report, seed, times } from '../support/attack';
import { arbitraryExperiment } from '../support/experiments';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** A link in which one character is another, or which is cut off there. */
const mutated = fc
	.tuple(arbitraryExperiment, fc.double({ min: 0, max: 0.999, noNaN: true }), fc.nat(64))
	.map(([experiment, at, letter]) => ({ experiment, at, letter }));

it('a mutated link is refused with a sentence or is a document', async () => {
	const attempts = times(10_000, 500);
	let refused = 0;
	await fc.assert(
		fc.asyncProperty(mutated, async ({ experiment, at, letter }) => {
			const link = await encodeLink(experiment);
			const index = 3 + Math.floor(at * (link.length - 3));
			const head = link.slice(0, index);
			const hash = letter === 64 ? head : head + alphabet[letter]! + link.slice(index + 1);
			try {
				const read = await decodeLink(hash);
				expect(await decodeLink(await encodeLink(read))).toEqual(read);
			} catch (error) {
				expect(error).toBeInstanceOf(InvalidExperiment);
				expect((error as Error).message).toMatch(/^[A-Z].*\.$/);
				refused++;
			}
		}),
		{ seed, numRuns: attempts, endOnFailure: !long }
	);
	report({ attack: 'mutated links', attempts, seen: `${refused} refused, the rest documents` });
});
