import { topologicalOrder } from './order';
import { Value } from './value';

/** What backpropagation says about one input beside what nudging it shows. */
export interface GradientRecord {
	/** The derivative found by `backward`. */
	readonly analytic: number;
	/** (f(x + h) - f(x - h)) / 2h: the numerical slope, and what `analytic` is compared with. */
	readonly central: number;
	/** (f(x + h) - f(x)) / h: the slope as it is first taught; at a kink it differs from the central one. */
	readonly forward: number;
	/**
	 * The distance between `analytic` and `central`, relative to the larger of the two in size, or to a thousandth if
	 * both are smaller, where differences are mostly rounding. NaN if either is.
	 */
	readonly relativeError: number;
}

/** The nudge that balances truncation and rounding: about the cube root of the spacing of numbers around 1. */
const bestStep = 1 / 131072;

/**
 * Compares the gradients of a function with its numerical slopes at a place.
 *
 * @param build computes the function with new nodes from the inputs, the same way in each call; it is called with as many
 * inputs as `at` has numbers. What other leaves it uses keep the gradients they hold.
 * @param at the inputs
 * @param step the nudge h, for inputs larger than 1 in size relative to them
 * @returns one record for each input, in order
 */
export function gradientCheck(
	build: (inputs: Value[]) => Value,
	at: readonly number[],
	step: number = bestStep
): GradientRecord[] {
	const inputs = at.map((x) => new Value(x));
	const root = build(inputs);
	const leaves = topologicalOrder(root).filter((node) => node.op === null);
	const held = leaves.map((leaf) => leaf.grad);
	root.backward();
	const gradients = inputs.map((input) => input.grad);
	leaves.forEach((leaf, i) => (leaf.grad = held[i]!));

	const valueAt = (index: number, x: number): number =>
		build(at.map((original, i) => new Value(i === index ? x : original))).data;

	return at.map((x, i) => {
		const nudge = step * Math.max(1, Math.abs(x));
		// The distances that rounding leaves, rather than the nudge itself.
		const right = x + nudge;
		const left = x - nudge;
		const above = valueAt(i, right);
		const analytic = gradients[i]!;
		const central = (above - valueAt(i, left)) / (right - left);
		const forward = (above - root.data) / (right - x);
		const size = Math.max(Math.abs(analytic), Math.abs(central), 1e-3);
		return { analytic, central, forward, relativeError: Math.abs(analytic - central) / size };
	});
}
