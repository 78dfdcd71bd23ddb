import fc from 'fast-check';
import { apply } from '../../src/lib/engine/functions';
import { ops, type Operation } from '../../src/lib/engine/ops';
import { Value } from '../../src/lib/engine/value';
import type { Graph } from '../../src/lib/compile/trace';

/** A graph with the leaves that it was built from, and their numbers. */
export interface RandomGraph extends Required<Graph> {
	readonly columns: Float64Array[];
	readonly parameterValues: readonly number[];
	readonly batch: readonly number[];
}

const table: readonly Operation[] = Object.values(ops);
const number = fc.oneof(
	fc.double({ min: -2, max: 2, noNaN: true }),
	fc.constantFrom(0, -0, 1, -1, 0.5, 2)
);
const exponents = fc.constantFrom(-2, -1, 0, 0.5, 1, 1.5, 2, 3);

/** One operation on nodes made before, by fractions of their number, or a weighted sum over several. */
const recipe = fc.oneof(
	fc.record({
		kind: fc.constant('operation' as const),
		op: fc.constantFrom(...table),
		a: fc.nat(),
		b: fc.nat(),
		exponent: exponents
	}),
	fc.record({
		kind: fc.constant('layer' as const),
		inputs: fc.uniqueArray(fc.nat({ max: 40 }), { minLength: 1, maxLength: 6 }),
		rows: fc.integer({ min: 1, max: 9 }),
		op: fc.option(fc.constantFrom(...table.filter((op) => op.arity === 1 && op !== ops.pow))),
		weights: fc.nat(),
		swapped: fc.boolean(),
		wild: fc.boolean()
	})
);

const ingredients = fc
	.record({
		samples: fc.integer({ min: 0, max: 3 }),
		parameters: fc.array(number, { minLength: 1, maxLength: 12 }),
		constants: fc.array(number, { maxLength: 3 }),
		recipes: fc.array(recipe, { minLength: 1, maxLength: 14 }),
		roots: fc.array(fc.nat(), { minLength: 1, maxLength: 3 }),
		outputs: fc.array(fc.nat(), { minLength: 1, maxLength: 3 }),
		share: fc.boolean(),
		count: fc.integer({ min: 1, max: 40 })
	})
	.chain((rest) =>
		fc.record({
			rest: fc.constant(rest),
			columns: fc.array(fc.array(number, { minLength: rest.count, maxLength: rest.count }), {
				minLength: rest.samples,
				maxLength: rest.samples
			}),
			batch: fc.array(fc.nat({ max: rest.count - 1 }), { minLength: 1, maxLength: 150 })
		})
	);

/** Any graph: all operations, shared nodes, constants, layers that can be lifted and some that look so but cannot. */
export const arbitraryGraph: fc.Arbitrary<RandomGraph> = ingredients.map(
	({ rest, columns, batch }) => {
		const samples = columns.map((column) => new Value(column[0]!));
		const parameters = rest.parameters.map((value) => new Value(value));
		const settings = rest.share ? [new Value(1)] : [];
		const shared = [...parameters, ...rest.constants.map((value) => new Value(value)), ...settings];
		const nodes = [...samples, ...shared];
		const made: Value[] = [];
		const add = (value: Value) => {
			nodes.push(value);
			made.push(value);
		};
		for (const part of rest.recipes) {
			const pick = (place: number) => nodes[place % nodes.length]!;
			if (part.kind === 'operation') {
				const b = part.op === ops.pow ? part.exponent : pick(part.b);
				add(apply(part.op, pick(part.a), b));
				continue;
			}
			// Mostly what can be lifted: distinct nodes that are not shared leaves, and weights that are used once.
			const varying = nodes.filter((node) => part.wild || !shared.includes(node));
			if (varying.length === 0) continue;
			const inputs = part.inputs.map((place) => varying[place % varying.length]!);
			let weight = part.weights;
			const next = () => {
				if (part.wild) return shared[weight++ % shared.length]!;
				parameters.push(new Value((weight++ % 41) / 20 - 1));
				return parameters.at(-1)!;
			};
			const results: Value[] = [];
			for (let row = 0; row < part.rows; row++) {
				let sum = next();
				for (const input of inputs) {
					const product = part.swapped ? input.mul(next()) : next().mul(input);
					sum = part.swapped ? product.add(sum) : sum.add(product);
				}
				results.push(part.op ? apply(part.op, sum) : sum);
			}
			for (const result of results) add(result);
		}
		if (made.length === 0) add(parameters[0]!.mul(2));
		const choose = (place: number) => made[place % made.length]!;
		return {
			samples,
			settings,
			parameters,
			roots: rest.roots.map(choose),
			outputs: rest.outputs.map(choose),
			columns: columns.map((column) => Float64Array.from(column)),
			parameterValues: parameters.map(({ data }) => data),
			batch: rest.samples === 0 ? batch.map(() => 0) : batch
		};
	}
);
