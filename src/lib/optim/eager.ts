import { recompute, topologicalOrder } from '../engine/order';
import { Value } from '../engine/value';
import { stateLength, type AnyOptimizer, type Values } from './optimizer';

/** The update of one parameter as a graph: the parameter after it, and what is remembered of it then. */
export type ParameterUpdate = ReturnType<AnyOptimizer['update']>;

/** An optimizer that runs as it is written, with what it remembers: the rule that training compiles, on eager `Value`s. */
export class EagerOptimizer {
	readonly optimizer: AnyOptimizer;
	readonly #count: number;
	readonly #hyperparameters: Readonly<Record<string, number>>;
	/** The learning rate of the step that was begun, and the hyperparameters; the same and what is shared. */
	readonly #chosen: Values;
	readonly #settings: Values;
	/** The scalars after that step. */
	#scalars: readonly number[] = [];
	#state: Float64Array;
	/** The graph of one update, computed anew for each parameter. */
	readonly #parameter = new Value(0);
	readonly #gradient = new Value(0);
	readonly #former: Values;
	readonly #update: ParameterUpdate;
	readonly #order: readonly Value[];

	/**
	 * @param hyperparameters - by the names of the optimizer's settings
	 * @param state - what it remembers, as `stateLength` has it; left out before the first step
	 * @throws RangeError when the state has another length
	 */
	constructor(
		optimizer: AnyOptimizer,
		parameterCount: number,
		hyperparameters: Readonly<Record<string, number>> = {},
		state?: Float64Array
	) {
		const { settings, shared } = optimizer;
		this.optimizer = optimizer;
		this.#count = parameterCount;
		this.#hyperparameters = hyperparameters;
		this.#state = new Float64Array(stateLength(optimizer, parameterCount));
		if (state) this.state = state;
		this.#chosen = {
			learningRate: new Value(0, 'η'),
			...leaves(Object.keys(settings), (name) => [hyperparameters[name] ?? NaN, settings[name]!])
		};
		this.#settings = {
			...this.#chosen,
			...leaves([...(shared?.scalars ?? []), ...(shared?.results ?? [])], (name) => [0, name])
		};
		this.#former = leaves(optimizer.state, (name) => [0, name]);
		this.#update = optimizer.update(this.#parameter, this.#gradient, this.#former, this.#settings);
		const order: Value[] = [];
		for (const result of [this.#update.parameter, ...Object.values(this.#update.state)]) {
			order.push(...topologicalOrder(result, order));
		}
		this.#order = order;
	}

	/** What is remembered, as a checkpoint has it: a copy. */
	get state(): Float64Array {
		return this.#state.slice();
	}

	/** @throws RangeError when the length is another */
	set state(state: Float64Array) {
		if (state.length !== this.#state.length) {
			throw new RangeError(
				`The optimizer remembers ${this.#state.length} numbers, not ${state.length}`
			);
		}
		this.#state = state.slice();
	}

	/** Begin a step: compute what all its updates share. @param gradients - of all parameters, in order */
	begin(gradients: readonly number[], learningRate: number): void {
		const { state, shared } = this.optimizer;
		this.#settings['learningRate']!.data = learningRate;
		if (!shared) return;
		const before = this.#state.subarray(state.length * this.#count);
		const found = shared.compute(
			gradients.map((gradient) => new Value(gradient)),
			leaves(shared.scalars, (name, index) => [before[index]!, name]),
			this.#chosen
		);
		this.#scalars = shared.scalars.map((name) => found[name]!.data);
		for (const name of [...shared.scalars, ...shared.results]) {
			this.#settings[name]!.data = found[name]!.data;
		}
	}

	/** Where the step that was begun takes a parameter, by its place among all. */
	next(index: number, parameter: number, gradient: number): number {
		this.#parameter.data = parameter;
		this.#gradient.data = gradient;
		for (const [column, name] of this.optimizer.state.entries()) {
			this.#former[name]!.data = this.#state[column * this.#count + index]!;
		}
		recompute(this.#order);
		return this.#update.parameter.data;
	}

	/** The same as a graph of its own, labeled for reading. @param name - of the parameter */
	graph(index: number, name: string, parameter: number, gradient: number): ParameterUpdate {
		const { optimizer } = this;
		return optimizer.update(
			new Value(parameter, name),
			new Value(gradient, `${name}.grad`),
			leaves(optimizer.state, (kind, column) => [
				this.#state[column * this.#count + index]!,
				`${name}.${kind}`
			]),
			leaves(Object.keys(this.#settings), (setting) => {
				const { data, label } = this.#settings[setting]!;
				return [data, label];
			})
		);
	}

	/** Another that stands where this one does. */
	copy(): EagerOptimizer {
		return new EagerOptimizer(this.optimizer, this.#count, this.#hyperparameters, this.#state);
	}

	/** Make a step: change each parameter's `data` by its `grad`, and remember what there is to remember. */
	update(parameters: readonly Value[], learningRate: number): void {
		const names = this.optimizer.state;
		const state = this.state;
		this.begin(
			parameters.map(({ grad }) => grad),
			learningRate
		);
		for (const [index, parameter] of parameters.entries()) {
			parameter.data = this.next(index, parameter.data, parameter.grad);
			for (const [column, name] of names.entries()) {
				state[column * this.#count + index] = this.#update.state[name]!.data;
			}
		}
		state.set(this.#scalars, names.length * this.#count);
		this.#state = state;
	}
}

/** A leaf for each name, with its number and its label. */
function leaves(
	names: readonly string[],
	of: (name: string, index: number) => readonly [number, string]
): Values {
	return Object.fromEntries(names.map((name, index) => [name, new Value(...of(name, index))]));
}
