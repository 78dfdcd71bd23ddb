import { checkCount, stateColumns, type UpdateTapes } from './executor';
import { isDescent } from './lift';
import { TapeRun } from './tapeRun';

/** Runs an optimizer's tapes, one parameter after the other. */
export class UpdateRun {
	/** What is remembered, and what will be if the step counts. */
	readonly state: Float64Array;
	readonly nextState: Float64Array;
	readonly #parameter: TapeRun;
	readonly #shared: TapeRun | null;
	readonly #scalars: Float64Array;
	/** The learning rate and the hyperparameters, then what is shared; the same, then the scalars. */
	readonly #settings: Float64Array;
	readonly #sharedSettings: Float64Array;
	readonly #chosenCount: number;
	/** Gradient descent is done in place, since a small batch takes no longer than going through the tape. */
	readonly #descends: boolean;
	/** The parts of both states that belong to parameters, a column for each number. */
	readonly #columns: readonly Float64Array[];
	readonly #nextColumns: readonly Float64Array[];

	constructor(tapes: UpdateTapes, parameterCount: number) {
		const { parameter, shared, scalarCount, hyperparameterCount } = tapes;
		const columns = stateColumns(tapes);
		const scalarStart = columns * parameterCount;
		this.state = new Float64Array(scalarStart + scalarCount);
		this.nextState = new Float64Array(this.state.length);
		const columnsOf = (state: Float64Array) =>
			Array.from({ length: columns }, (_, i) =>
				state.subarray(i * parameterCount, (i + 1) * parameterCount)
			);
		this.#columns = columnsOf(this.state);
		this.#nextColumns = columnsOf(this.nextState);
		this.#scalars = this.state.subarray(scalarStart);
		this.#parameter = new TapeRun(parameter);
		this.#shared = shared && new TapeRun(shared);
		this.#settings = new Float64Array(parameter.settingCount);
		this.#sharedSettings = new Float64Array(shared?.settingCount ?? 0);
		this.#chosenCount = 1 + hyperparameterCount;
		this.#descends = isDescent(tapes);
	}

	setHyperparameters(values: readonly number[]): void {
		checkCount('hyperparameters', this.#chosenCount - 1, values);
		this.#settings.set(values, 1);
	}

	setState(values: ArrayLike<number>): void {
		checkCount("numbers of the optimizer's state", this.state.length, values);
		this.state.set(values);
	}

	/** Leaves the parameters after a step in `next`, and the state in `nextState`. */
	run(rate: number, parameters: Float64Array, gradient: Float64Array, next: Float64Array): void {
		if (this.#descends) {
			for (let i = 0; i < next.length; i++) next[i] = parameters[i]! - rate * gradient[i]!;
			return;
		}
		this.#settings[0] = rate;
		this.#share(gradient);
		const { tape, values } = this.#parameter;
		const [moved, ...remembered] = tape.outputs;
		const columns = [parameters, gradient, ...this.#columns];
		this.#parameter.setSettings(this.#settings);
		for (let i = 0; i < next.length; i++) {
			this.#parameter.setSample(columns, i);
			this.#parameter.forward();
			next[i] = values[moved!]!;
			for (let column = 0; column < remembered.length; column++) {
				this.#nextColumns[column]![i] = values[remembered[column]!]!;
			}
		}
	}

	/** What all updates of the step share. */
	#share(gradient: Float64Array): void {
		const shared = this.#shared;
		if (!shared) return;
		const settings = this.#sharedSettings;
		settings.set(this.#settings.subarray(0, this.#chosenCount));
		settings.set(this.#scalars, this.#chosenCount);
		shared.setSettings(settings);
		shared.setParameters(gradient);
		shared.forward();
		const results = shared.tape.outputs.map((place) => shared.values[place]!);
		this.#settings.set(results, this.#chosenCount);
		const scalars = results.slice(0, this.#scalars.length);
		this.nextState.set(scalars, this.nextState.length - scalars.length);
	}
}
