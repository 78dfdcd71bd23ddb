import type { Value } from '../engine/value';

/** Nodes of a graph by their names. */
export type Values<Name extends string = string> = Readonly<Record<Name, Value>>;

/** What an optimizer computes once a step, before it updates the parameters. */
export interface SharedPart<
	Setting extends string = never,
	Scalar extends string = never,
	Result extends string = never
> {
	/** What it remembers for all parameters together; 0 before the first step. */
	readonly scalars: readonly Scalar[];
	/** What else it finds out, such as a norm. */
	readonly results: readonly Result[];
	/**
	 * The new scalars and the results, which all become settings of the update.
	 * @param gradients - of all parameters, in parameter order: a sum over them has this order
	 */
	compute(
		gradients: readonly Value[],
		scalars: Values<Scalar>,
		settings: Values<'learningRate' | Setting>
	): Values<Scalar | Result>;
}

/**
 * A rule that moves parameters against their gradients, written in `Value`s: what trains is traced from it, and what the
 * page shows of an update is its graph. The numbers of the `Value`s that it is given mean nothing while it is traced, so that
 * they must not decide what it does. All names of settings, scalars and results differ.
 */
export interface Optimizer<
	Setting extends string = never,
	State extends string = never,
	Scalar extends string = never,
	Result extends string = never
> {
	readonly label: string;
	/** What it does, in a sentence. */
	readonly help: string;
	/** The hyperparameters that it reads beside the learning rate, each with the letter that formulas call it by. */
	readonly settings: Readonly<Record<Setting, string>>;
	/** What it remembers of each parameter; 0 before the first step. */
	readonly state: readonly State[];
	/** Left out where each parameter is updated by itself. */
	readonly shared?: SharedPart<Setting, Scalar, Result>;
	/** The parameter after a step, and what is remembered of it then. */
	update(
		parameter: Value,
		gradient: Value,
		state: Values<State>,
		settings: Values<'learningRate' | Setting | Scalar | Result>
	): { readonly parameter: Value; readonly state: Values<State> };
}

/** An optimizer of which nothing is known. */
export type AnyOptimizer = Optimizer<string, string, string, string>;

/** How many numbers an optimizer remembers: column after column of one for each parameter, then its scalars. */
export function stateLength({ state, shared }: AnyOptimizer, parameterCount: number): number {
	return state.length * parameterCount + (shared?.scalars.length ?? 0);
}
