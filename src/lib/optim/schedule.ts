/** How the learning rate changes over a run; `steps`, at least 1, is how long a linear decay takes. */
export type Schedule = { kind: 'constant' } | { kind: 'linear'; steps: number };

/**
 * The learning rate of the update from `step` to `step + 1`. A linear schedule falls from `learningRate` to a tenth of it
 * over `schedule.steps` steps and stays there; with a rate of 1 and 100 steps it is the micrograd notebook's 1.0 - 0.9*k/100.
 */
export function rateAt(learningRate: number, schedule: Schedule, step: number): number {
	if (schedule.kind === 'constant') return learningRate;
	return learningRate * (1 - (0.9 * Math.min(step, schedule.steps)) / schedule.steps);
}
