import { apply } from '../../src/lib/engine/functions';
import { ops, type OpName } from '../../src/lib/engine/ops';
import { Value } from '../../src/lib/engine/value';

/** Nodes of one measured graph. */
const nodes = 1000;

/** A graph of `nodes` nodes of one operation: on leaves of its own each, added up by nothing, so that it alone is paid for. */
function build(name: OpName): Value[] {
	const made: Value[] = [];
	for (let i = 0; i < nodes; i++) {
		const a = new Value(0.3 + i / (2 * nodes));
		made.push(apply(ops[name], a, name === 'pow' ? 2.5 : new Value(1.5)));
	}
	return made;
}

/** What a node of an operation costs eager `Value`s, in nanoseconds, one number for each round. */
export interface Price {
	readonly name: OpName;
	readonly forward: number[];
	readonly backward: number[];
}

/** The price of every operation: making a node with its leaves, and one backward pass from it. Rounds take turns. */
export function prices(rounds: number): Price[] {
	const list = (Object.keys(ops) as OpName[]).map((name): Price => {
		return { name, forward: [], backward: [] };
	});
	const repeats = 200;
	for (let round = -1; round < rounds; round++) {
		for (const { name, forward, backward } of list) {
			let [building, passing] = [0, 0];
			for (let repeat = 0; repeat < repeats; repeat++) {
				const begin = performance.now();
				const made = build(name);
				const middle = performance.now();
				for (const value of made) value.backward();
				building += middle - begin;
				passing += performance.now() - middle;
			}
			// The first round only warms up.
			if (round < 0) continue;
			forward.push((building * 1e6) / (nodes * repeats));
			backward.push((passing * 1e6) / (nodes * repeats));
		}
	}
	return list;
}
