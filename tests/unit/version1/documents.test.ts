import { describe, expect, it } from 'vitest';
import { fromFile } from '../../../src/lib/experiment/file';
import { decodeLink } from '../../../src/lib/experiment/link';
import { long } from '../../support/attack';
import { fixture, repeated, type Recorded } from '../../support/version1';

interface Link {
	readonly name: string;
	readonly link: string;
	readonly numbers: readonly Recorded[];
}

const links = JSON.parse(fixture('links.json')) as readonly Link[];
const files = JSON.parse(fixture('files.json')) as Record<string, readonly Recorded[]>;

/** The interpreter is slow: it goes on to the last mark in the long form only. */
const shortened = (numbers: readonly Recorded[]) => (long ? numbers : numbers.slice(0, 3));

describe.each(links)('a link of version 1: $name', ({ link, numbers }) => {
	it('has its numbers on the machine and in the interpreter', async () => {
		const experiment = await decodeLink(link);
		expect(await repeated(experiment, numbers, 'machine')).toEqual(numbers);
		const some = shortened(numbers);
		expect(await repeated(experiment, some, 'interpreter')).toEqual(some);
	});
});

describe.each(Object.entries(files))('a file of version 1: %s', (name, numbers) => {
	it('has its numbers on the machine and in the interpreter', async () => {
		const experiment = fromFile(fixture(`files/${name}.json`));
		expect(await repeated(experiment, numbers, 'machine')).toEqual(numbers);
		const some = shortened(numbers);
		expect(await repeated(experiment, some, 'interpreter')).toEqual(some);
	});
});
