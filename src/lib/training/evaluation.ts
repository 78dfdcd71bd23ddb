import type { Executor } from '../compile/executor';
import { sampleOutputs } from './model';

/** Mean data loss and the fraction of the points on their side of the boundary. */
export interface Score {
	readonly loss: number;
	readonly accuracy: number;
}

/**
 * How well the network does on the samples from `start` up to but not including `end`, summed left to right; null for none.
 * @param targets - of all samples
 */
export function score(
	executor: Executor,
	targets: ArrayLike<number>,
	start: number,
	end: number
): Score | null {
	if (start === end) return null;
	const columns = executor.evaluate(start, end);
	const outputs = columns[sampleOutputs.output]!;
	const losses = columns[sampleOutputs.loss]!;
	let sum = 0;
	let right = 0;
	for (let i = 0; i < outputs.length; i++) {
		sum += losses[i]!;
		if (outputs[i]! > 0 === targets[start + i]! > 0) right++;
	}
	return { loss: sum * (1 / outputs.length), accuracy: right / outputs.length };
}
