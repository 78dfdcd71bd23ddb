import type { ParameterUpdate } from '../optim/eager';

/** The phases of a training step, in order. */
export const phases = ['forward', 'zero', 'backward', 'update'] as const;

export type Phase = (typeof phases)[number];

/** A number that a micro-step writes: that of the node at `place`. */
export interface Write {
	readonly place: number;
	readonly before: number;
	readonly after: number;
}

/** What a node adds to the gradient of one of its operands. */
export interface TermWrite extends Write {
	readonly operand: 0 | 1;
	/** The derivative of the node with respect to the operand. */
	readonly local: number;
	/** The gradient that the node passes on. */
	readonly incoming: number;
	/** Their product. */
	readonly term: number;
}

/** One operation computes its data from its operands'; its gradient starts at 0. */
export interface ForwardStep extends Write {
	readonly kind: 'forward';
	/** The places of its operands, in order. */
	readonly operands: readonly number[];
}

/** The gradients of all leaves become 0. */
export interface ZeroStep {
	readonly kind: 'zero';
	/** Those that are cleared; none if that is forgotten. */
	readonly writes: readonly Write[];
}

/** The root's gradient gets what the derivative of the root with respect to itself is. */
export interface SeedStep extends Write {
	readonly kind: 'seed';
}

/** One operation passes its gradient on to its operands. */
export interface BackwardStep {
	readonly kind: 'backward';
	readonly place: number;
	readonly terms: readonly TermWrite[];
}

/** The optimizer moves one parameter. */
export interface UpdateStep extends Write {
	readonly kind: 'update';
	/** How the parameter's next number is computed. */
	readonly update: ParameterUpdate;
	/** What the optimizer does, in a sentence. */
	readonly help: string;
}

/** What one micro-step did, with its numbers. */
export type MicroStep = ForwardStep | ZeroStep | SeedStep | BackwardStep | UpdateStep;
