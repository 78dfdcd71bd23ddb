import fc from 'fast-check';
import { apply } from '../../src/lib/engine/functions';
import { ops, type Operation } from '../../src/lib/engine/ops';
import { Value } from '../../src/lib/engine/value';
import type { AnyOptimizer, Optimizer, Values } from '../../src/lib/optim/optimizer';

/**
 * What no row of the table has yet: a norm over all gradients, a count of steps, and a state that is handed on as it is.
 * Gradient descent along the direction of the gradient alone, slower and slower, with some of the former gradient.
 */
export const normalized: Optimizer<'blend', 'former', 'count', 'norm'> = {
	label: 'Normalized',
	help: 'For tests.',
	settings: { blend: 'β' },
	state: ['former'],
	shared: {
		scalars: ['count'],
		results: ['norm'],
		compute(gradients, { count }) {
			let squares = new Value(0);
			for (const gradient of gradients) squares = squares.add(gradient.mul(gradient));
			return { count: count.add(1), norm: squares.add(1e-12).pow(0.5) };
		}
	},
	update(parameter, gradient, { former }, { learningRate, blend, count, norm }) {
		const direction = former.mul(blend).add(gradient).div(norm);
		const change = learningRate.mul(direction).div(count);
		return { parameter: parameter.sub(change), state: { former: gradient } };
	}
};

const table: readonly Operation[] = Object.values(ops);
const recipes = fc.array(
	fc.record({
		op: fc.constantFrom(...table),
		a: fc.nat(),
		b: fc.nat(),
		exponent: fc.constantFrom(-1, 0.5, 1, 2)
	}),
	{ minLength: 1, maxLength: 8 }
);
const names = (letter: string) =>
	fc.nat({ max: 2 }).map((count) => Array.from({ length: count }, (_, i) => `${letter}${i}`));

interface Recipe {
	readonly op: Operation;
	readonly a: number;
	readonly b: number;
	readonly exponent: number;
}

/** Nodes that the recipes make of some leaves, after those. */
function cooked(leaves: readonly Value[], list: readonly Recipe[]): Value[] {
	const nodes = [...leaves];
	for (const { op, a, b, exponent } of list) {
		const pick = (place: number) => nodes[place % nodes.length]!;
		nodes.push(apply(op, pick(a), op === ops.pow ? exponent : pick(b)));
	}
	return nodes;
}

const picked = (
	keys: readonly string[],
	nodes: readonly Value[],
	places: readonly number[]
): Values => Object.fromEntries(keys.map((key, i) => [key, nodes[places[i]! % nodes.length]!]));

/** Any rule at all: random operations on all that an update can read, and random picks of what comes out. */
export const arbitraryOptimizer: fc.Arbitrary<AnyOptimizer> = fc
	.record({
		settings: names('h'),
		state: names('s'),
		scalars: names('c'),
		results: names('r'),
		shares: fc.boolean(),
		sharedRecipes: recipes,
		recipes,
		picks: fc.array(fc.nat(), { minLength: 5, maxLength: 5 })
	})
	.map(({ settings, state, scalars, results, shares, sharedRecipes, recipes, picks }) => ({
		label: 'Any',
		help: 'For tests.',
		settings: Object.fromEntries(settings.map((name) => [name, name])),
		state,
		...(shares && {
			shared: {
				scalars,
				results,
				compute(gradients, formerScalars, chosen) {
					const leaves = [...Object.values(formerScalars), ...Object.values(chosen), ...gradients];
					let squares = new Value(0);
					for (const gradient of gradients) squares = squares.add(gradient.mul(gradient));
					const nodes = cooked([...leaves, squares], sharedRecipes);
					return picked([...scalars, ...results], nodes.toReversed(), picks);
				}
			}
		}),
		update(parameter, gradient, former, chosen) {
			const leaves = [...Object.values(former), ...Object.values(chosen), parameter, gradient];
			const nodes = cooked(leaves, recipes).toReversed();
			// Mostly something that stays finite for a while.
			const moved = parameter.sub(nodes[picks[4]! % nodes.length]!.mul(0.01));
			return { parameter: moved, state: picked(state, nodes, picks.slice(2)) };
		}
	}));
