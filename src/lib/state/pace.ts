/** How fast a run goes. */
export interface Pace {
	/** What the slider says. */
	readonly label: string;
	/** Null for as fast as the machine goes. */
	readonly stepsPerSecond: number | null;
}

/** From one step at a time, for a projector, to as fast as it goes. */
export const paces = [
	{ label: '1 step a second', stepsPerSecond: 1 },
	{ label: '2 steps a second', stepsPerSecond: 2 },
	{ label: '5 steps a second', stepsPerSecond: 5 },
	{ label: '10 steps a second', stepsPerSecond: 10 },
	{ label: '30 steps a second', stepsPerSecond: 30 },
	{ label: '100 steps a second', stepsPerSecond: 100 },
	{ label: 'as fast as it goes', stepsPerSecond: null }
] as const satisfies readonly Pace[];

/**
 * Steps a second of a run that goes as fast as it can; null once nothing holds it back. It sets out slowly, or a small
 * network would have learned before anyone saw it learn: about a second passes before step 1,000, and two before full speed.
 */
export function startingRate(step: number): number | null {
	const rate = 60 + 4 * step;
	return rate < 50_000 ? rate : null;
}
