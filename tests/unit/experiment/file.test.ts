import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultExperiment } from '../../../src/lib/experiment/defaults';
import { fileLength, fromFile, toFile } from '../../../src/lib/experiment/file';
import { InvalidExperiment, parseExperiment } from '../../../src/lib/experiment/schema';
import { arbitraryExperiment, drawnExperiment, scatteredPoints } from '../../support/experiments';

function refusal(text: string): string {
	try {
		fromFile(text);
	} catch (error) {
		expect(error).toBeInstanceOf(InvalidExperiment);
		return (error as InvalidExperiment).message;
	}
	throw new Error('The file was taken.');
}

describe('a file', () => {
	it('holds the whole document', () => {
		fc.assert(
			fc.property(arbitraryExperiment, (experiment) => {
				expect(fromFile(toFile(experiment))).toEqual(experiment);
			})
		);
	});

	it('is plain JSON with one point a line', () => {
		const experiment = drawnExperiment(3);
		const text = toFile(experiment);
		expect(JSON.parse(text)).toEqual(experiment);
		expect(
			text.match(/^\s*\{ "x": [-\d.]+, "y": [-\d.]+, "target": -?1, "rank": \d+ \},?$/gm)
		).toHaveLength(3);
		expect(text).toMatch(/\n$/);
	});

	it('may have come through an editor that marks the byte order or ends lines its own way', () => {
		const text = `\uFEFF${toFile(drawnExperiment(3)).replaceAll('\n', '\r\n')}`;
		expect(fromFile(text)).toEqual(drawnExperiment(3));
	});

	it('knows one zero only', () => {
		const text = toFile(defaultExperiment).replace('"l2": 0.0001', '"l2": -0');
		expect(fromFile(text).l2).toBe(0);
	});

	it('has room for the largest document', () => {
		const points = scatteredPoints(2000);
		const dataset = { kind: 'drawn', points, trainShare: 80 } as const;
		const events = Array.from({ length: 2000 }, (_, index) => ({
			step: 999_000_000 + index,
			change: {
				learningRate: 0.012345678901234567,
				schedule: { kind: 'linear', steps: 1_000_000 },
				l2: 0.012345678901234567,
				batchSize: 2000,
				splice: { at: 0, remove: 25, insert: points.slice(0, 25) }
			}
		}));
		const experiment = parseExperiment({ ...defaultExperiment, dataset, events });
		const text = toFile(experiment);
		expect(text.length).toBeLessThan(fileLength);
		expect(fromFile(text)).toEqual(experiment);
	});
});

describe('a bad file', () => {
	it('that is cut off', () => {
		const text = toFile(drawnExperiment(3)).trim();
		for (let length = 0; length < text.length; length += 7) {
			expect(refusal(text.slice(0, length))).toMatch(/cut off/);
		}
	});

	it('that is too large is not even parsed', () => {
		expect(refusal(' '.repeat(fileLength + 1))).toMatch(/too large/);
	});

	it.each([
		['null', /not a Sketchgrad experiment/],
		['[]', /not a Sketchgrad experiment/],
		['{"version":"1"}', /not a Sketchgrad experiment/],
		['{"version":2}', /newer/],
		['{"version":1}', /missing/],
		['<!doctype html>', /not complete JSON/],
		['\0\0\0', /not complete JSON/]
	])('%j', (text, sentence) => {
		expect(refusal(text)).toMatch(sentence);
	});

	it('with a prototype changes nothing', () => {
		const text = toFile(defaultExperiment).replace('{', '{"__proto__": {"polluted": 1},');
		refusal(text);
		expect(({} as { polluted?: number }).polluted).toBeUndefined();
	});
});
