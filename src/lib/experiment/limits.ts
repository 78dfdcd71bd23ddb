/**
 * What an experiment may ask for. The schema and the page's controls both read it.
 *
 * So the work for a document is bounded. To check it: one walk over `events` edits and over the start's `points` and
 * `eventPoints`, once lengths were checked. To replay it to any step: one dataset is made, of `samples` at most; one walk over
 * the edits; and splices insert `eventPoints` at most and move `points` at most each.
 */
export const limits = {
	seed: { min: 0, max: 0xffffffff },
	samples: { min: 10, max: 1000 },
	noise: { min: 0, max: 0.5 },
	/** Percent of the points that train. */
	trainShare: { min: 50, max: 100, step: 5 },
	points: { min: 0, max: 2000 },
	hiddenLayers: { min: 0, max: 6 },
	neurons: { min: 1, max: 32 },
	learningRate: { min: 1e-5, max: 1000 },
	l2: { min: 0, max: 10 },
	batchSize: { min: 1, max: 2000 },
	/** Steps over which a linear schedule decays. */
	decaySteps: { min: 1, max: 1_000_000 },
	step: { min: 0, max: 1_000_000_000 },
	events: { min: 0, max: 2000 },
	/** Points that all events together may bring in. */
	eventPoints: { min: 0, max: 50_000 }
} as const;

/** A closed interval of allowed values. */
export interface Range {
	readonly min: number;
	readonly max: number;
}

/** Whether the number lies in the range; false for NaN. */
export function within(value: number, range: Range): boolean {
	return value >= range.min && value <= range.max;
}
