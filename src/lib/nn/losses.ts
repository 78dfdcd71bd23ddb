import type { Operand, Value } from '../engine/value';

/** The loss of one sample from the network's output and the sample's target (-1 or 1, or a leaf that holds it), as a graph. */
export type Loss = (output: Value, target: Operand) => Value;

/** -target: a plain number needs no node. */
const opposite = (target: Operand) => (typeof target === 'number' ? -target : target.neg());

/** What a run may minimize, averaged over the samples of a batch. The boundary between the classes is at output 0. */
export const losses = {
	/**
	 * max(0, 1 - target * output): no loss once the output is on the right side by a margin of 1
	 * (Cortes and Vapnik, "Support-Vector Networks", 1995). At the margin itself the slope is 0.
	 */
	'max-margin': (output, target) => output.mul(opposite(target)).add(1).relu(),

	/** (output - target)^2, without the factor 1/2 that some put before it. */
	'squared-error': (output, target) => {
		const difference = output.sub(target);
		return difference.mul(difference);
	},

	/**
	 * log(1 + exp(z)) with z = -target * output: binary cross-entropy in nats, the output being the log-odds of class B.
	 * Written as relu(z) + log(1 + exp(-|z|)), with -|z| as z - 2 relu(z), so that exp never overflows and, relu having
	 * slope 0 at 0, the slope at z = 0 is the true 1/2.
	 */
	'cross-entropy': (output, target) => {
		const z = output.mul(opposite(target));
		const positivePart = z.relu();
		return positivePart.add(z.sub(positivePart.mul(2)).exp().add(1).log());
	}
} as const satisfies Record<string, Loss>;

/** The name of a loss, as the experiment writes it. */
export type LossName = keyof typeof losses;
