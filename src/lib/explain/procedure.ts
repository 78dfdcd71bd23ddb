import type { Value } from '../engine/value';
import type { ActivationName } from '../nn/activations';

/** How a network is set up and how one training step of it is made: each part can be right, or a mistake. */
export interface Procedure {
	/** What the hidden layers apply, from what was chosen; null for nothing. */
	readonly activation: (chosen: ActivationName) => ActivationName | null;
	/** The parameters to begin with, from those given; a new array. */
	readonly start: (parameters: Float64Array) => Float64Array;
	/** Whether the gradients are cleared before each backward pass. */
	readonly zeroGrad: boolean;
	/** What a gradient holds after a term has arrived. */
	readonly arrive: (held: number, term: number) => number;
	/** The operations, given operands first and the root last, in the order in which they pass their gradients on. */
	readonly order: (operations: readonly Value[]) => Value[];
	/** The learning rate used, from the one chosen. */
	readonly learningRate: (chosen: number) => number;
}

/** The operations from the root on, each after all that read it, so that its gradient is complete when it is passed on. */
function reverseTopological(operations: readonly Value[]): Value[] {
	return operations.toReversed();
}

/**
 * The operations as a breadth-first walk from the root meets them. A node that is read on a short way and on a long one is
 * met by the short one, before what comes by the long one has arrived.
 */
export function breadthFirst(operations: readonly Value[]): Value[] {
	const unmet = new Set(operations);
	const order: Value[] = [];
	const meet = (node: Value | null | undefined) => {
		if (node && unmet.delete(node)) order.push(node);
	};
	meet(operations.at(-1));
	// The list grows while it is walked: it is the queue.
	for (const { first, second } of order) {
		meet(first);
		meet(second);
	}
	return order;
}

/** Everything as it should be. */
export const correct: Procedure = {
	activation: (chosen) => chosen,
	start: (parameters) => parameters.slice(),
	zeroGrad: true,
	arrive: (held, term) => held + term,
	order: reverseTopological,
	learningRate: (chosen) => chosen
};
