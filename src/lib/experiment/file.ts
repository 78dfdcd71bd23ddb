import { InvalidExperiment, parseExperiment, type Experiment } from './schema';

/** Characters of a file, above the largest document that fits the limits. Compare a file's size before reading it. */
export const fileLength = 8 * 1024 * 1024;

/** The document as JSON for people: one field a line, one point a line. */
export function toFile(experiment: Experiment): string {
	const json = JSON.stringify(experiment, null, '\t');
	// Only a point has an x, and it has four fields.
	const points = /\{\s+("x": \S+)\s+("\w+": \S+)\s+("\w+": \S+)\s+("\w+": \S+)\s+\}/g;
	return `${json.replace(points, '{ $1 $2 $3 $4 }')}\n`;
}

/**
 * The document that a file's text holds.
 * @throws InvalidExperiment when it is too large, not JSON, or not a valid experiment.
 */
export function fromFile(text: string): Experiment {
	if (text.length > fileLength) {
		throw new InvalidExperiment('This file is too large to be a Sketchgrad experiment.');
	}
	return parseExperiment(jsonOf(text));
}

function jsonOf(text: string): unknown {
	try {
		// Some editors put a byte order mark first.
		return JSON.parse(text.replace(/^\uFEFF/, ''));
	} catch {
		throw new InvalidExperiment(
			'This file is not a Sketchgrad experiment, or it was cut off: it is not complete JSON.'
		);
	}
}
