import { Value } from '../engine/value';
import type { AnyOptimizer, Values } from '../optim/optimizer';
import type { UpdateTapes } from './executor';
import { trace } from './trace';

/** The tapes of an optimizer's step, for so many parameters. */
export function traceUpdate(optimizer: AnyOptimizer, parameterCount: number): UpdateTapes {
	const { shared, state } = optimizer;
	const scalarNames = shared?.scalars ?? [];
	const hyperparameterNames = Object.keys(optimizer.settings);
	const chosen = leaves(['learningRate', ...hyperparameterNames]);
	const found = leaves([...scalarNames, ...(shared?.results ?? [])]);
	const [parameter, gradient, former] = [new Value(0), new Value(0), leaves(state)];
	const update = optimizer.update(parameter, gradient, former, { ...chosen, ...found });
	return {
		parameter: trace({
			samples: [parameter, gradient, ...inOrder(state, former)],
			settings: [...Object.values(chosen), ...Object.values(found)],
			parameters: [],
			outputs: [update.parameter, ...inOrder(state, update.state)].map(computed)
		}),
		shared: shared ? traceShared() : null,
		hyperparameterCount: hyperparameterNames.length,
		scalarCount: scalarNames.length
	};

	function traceShared() {
		const gradients = Array.from({ length: parameterCount }, () => new Value(0));
		const scalars = leaves(scalarNames);
		const settings = leaves(Object.keys(chosen));
		const results = shared!.compute(gradients, scalars, settings);
		return trace({
			settings: [...Object.values(settings), ...Object.values(scalars)],
			parameters: gradients,
			outputs: inOrder(Object.keys(found), results).map(computed)
		});
	}
}

const leaves = (names: readonly string[]): Values =>
	Object.fromEntries(names.map((name) => [name, new Value(0)]));

const inOrder = (names: readonly string[], values: Values) => names.map((name) => values[name]!);

/** A tape puts out what it computes: a leaf is handed on as the product with 1, which is the same number. */
const computed = (value: Value) => (value.op === null ? value.mul(1) : value);
