import type { UpdateTapes } from './executor';
import type { DenseRow, DenseStep, Plan, PlanStep } from './plan';
import { codeOf, type OperationNode, type Tape, type TapeNode } from './tape';
import { ops } from '../engine/ops';

/** A weighted sum as it was found on the tape. */
interface Chain extends Omit<DenseRow, 'result'> {
	readonly inputs: readonly number[];
	/** The node of the whole sum, and what is applied to it and to nothing else, if anything. */
	readonly sum: number;
	readonly activation: number;
}

/**
 * Finds groups of weighted sums that read the same inputs, and makes a dense step of each group; the rest stays node by node.
 *
 * A weighted sum is a run of additions of products, each used nowhere else, in which one factor of each product is a leaf
 * that is the same for all samples. What is lifted computes the same bits, forward and backward, as the tape does node by
 * node: whatever would change the order in which some gradient is added up is left alone.
 */
export function lift(tape: Tape): Plan {
	const chains = findChains(tape);
	let groups = groupChains(tape, chains);
	for (;;) {
		const plan = { tape, steps: schedule(tape, groups) };
		const wrong = disordered(plan);
		if (wrong.size === 0) return plan;
		groups = groups.filter((group) => !group.some(({ products }) => wrong.has(products[0]!)));
	}
}

/** Whether an optimizer is gradient descent, `parameter - rate * gradient`, which the machine has in one piece. */
export function isDescent({ parameter: { nodes, outputs }, shared }: UpdateTapes): boolean {
	const moved = nodes[outputs[0]!];
	if (outputs.length > 1 || shared || moved?.kind !== 'operation' || moved.op !== ops.sub)
		return false;
	const change = nodes[moved.second];
	if (!isSample(nodes[moved.first], 0) || change?.kind !== 'operation' || change.op !== ops.mul)
		return false;
	const [a, b] = [nodes[change.first], nodes[change.second]];
	return (isRate(a) && isSample(b, 1)) || (isRate(b) && isSample(a, 1));
}

const isSample = (node: TapeNode | undefined, index: number) =>
	node?.kind === 'sample' && node.index === index;
const isRate = (node: TapeNode | undefined) => node?.kind === 'setting' && node.index === 0;

const shared = (node: TapeNode) => node.kind !== 'operation' && node.kind !== 'sample';

function countReaders(tape: Tape): Int32Array {
	const readers = new Int32Array(tape.nodes.length);
	for (const node of tape.nodes) {
		if (node.kind !== 'operation') continue;
		readers[node.first]!++;
		if (node.second >= 0) readers[node.second]!++;
	}
	for (const place of [...tape.roots, ...tape.outputs]) readers[place]!++;
	return readers;
}

/** The products of the tape that a weighted sum could add, with the roles of their factors; by node. */
function findTerms(
	tape: Tape,
	readers: Int32Array
): Map<number, { weight: number; input: number }> {
	const terms = new Map<number, { weight: number; input: number }>();
	for (const [place, node] of tape.nodes.entries()) {
		if (node.kind !== 'operation' || node.op !== ops.mul || readers[place] !== 1) continue;
		const { first, second } = node;
		const [firstShared, secondShared] = [shared(tape.nodes[first]!), shared(tape.nodes[second]!)];
		if (firstShared) terms.set(place, { weight: first, input: second });
		else if (secondShared) terms.set(place, { weight: second, input: first });
	}
	return terms;
}

function findChains(tape: Tape): Chain[] {
	const readers = countReaders(tape);
	const terms = findTerms(tape, readers);
	const { nodes } = tape;
	const isSum = (place: number) => {
		const node = nodes[place]!;
		return node.kind === 'operation' && node.op === ops.add && readers[place] === 1;
	};
	/** What an addition adds to, and the product it adds; undefined when it adds no product. */
	const split = (place: number) => {
		const { first, second } = nodes[place] as OperationNode;
		if (first === second) return undefined;
		if (terms.has(second)) return { rest: first, product: second };
		return terms.has(first) ? { rest: second, product: first } : undefined;
	};
	const inner = new Set<number>();
	const chains: Chain[] = [];
	const reader = firstReaders(tape);
	for (let sum = nodes.length - 1; sum >= 0; sum--) {
		const node = nodes[sum]!;
		if (node.kind !== 'operation' || node.op !== ops.add || inner.has(sum)) continue;
		const products: number[] = [];
		const sums: number[] = [];
		const seen = new Set<number>();
		let start = sum;
		for (let place = sum; place === sum || isSum(place); place = start) {
			const next = nodes[place]!.kind === 'operation' ? split(place) : undefined;
			if (!next || seen.has(terms.get(next.product)!.input)) break;
			seen.add(terms.get(next.product)!.input);
			products.unshift(next.product);
			sums.unshift(place);
			start = next.rest;
			if (nodes[start]!.kind !== 'operation') break;
		}
		if (products.length === 0) continue;
		for (const place of sums) inner.add(place);
		chains.push({
			inputs: products.map((product) => terms.get(product)!.input),
			weights: products.map((product) => terms.get(product)!.weight),
			start,
			products,
			sums,
			sum,
			activation: readers[sum] === 1 ? reader[sum]! : -1
		});
	}
	return chains.reverse();
}

/** For each node an operation of one operand that reads it; -1 if there is none. */
function firstReaders(tape: Tape): Int32Array {
	const reader = new Int32Array(tape.nodes.length).fill(-1);
	for (const [place, node] of tape.nodes.entries()) {
		if (node.kind === 'operation' && node.second < 0) reader[node.first] = place;
	}
	return reader;
}

/** Chains of the same inputs and the same activation that can run together where the first of them ends. */
function groupChains(tape: Tape, chains: readonly Chain[]): Chain[][] {
	const groups = new Map<string, Chain[]>();
	const finished: Chain[][] = [];
	for (const chain of chains) {
		const act = tape.nodes[chain.activation];
		const activation = act?.kind === 'operation' ? `${codeOf(act.op)} ${act.exponent}` : '';
		const active = tape.active[chain.sum] ? 'active' : '';
		// A parameter that is an input has sums over the samples for each of its readers: its rows stay apart.
		const alone = chain.inputs.some((place) => tape.nodes[place]!.kind === 'parameter');
		const key = `${chain.inputs.join()} ${activation} ${active} ${alone ? chain.sum : ''}`;
		const group = groups.get(key);
		// A start that is computed only after the group's place cannot be waited for.
		if (group && (shared(tape.nodes[chain.start]!) || chain.start < group[0]!.sums[0]!)) {
			group.push(chain);
		} else {
			const fresh = [chain];
			groups.set(key, fresh);
			finished.push(fresh);
		}
	}
	// A single product is no better lifted.
	return finished.filter((group) => group.length * group[0]!.inputs.length > 1);
}

function denseStep(tape: Tape, group: readonly Chain[]): DenseStep {
	const act = tape.nodes[group[0]!.activation];
	const activation = act?.kind === 'operation' ? act : null;
	return {
		kind: 'dense',
		inputs: group[0]!.inputs,
		rows: group.map(({ start, weights, products, sums, sum, activation: place }) => ({
			start,
			weights,
			products,
			sums,
			result: activation ? place : sum
		})),
		activation: activation && activation.op,
		exponent: activation ? activation.exponent : 0
	};
}

/** All steps by their place on the tape; a group stands where its first sum ends. */
function schedule(tape: Tape, groups: readonly (readonly Chain[])[]): PlanStep[] {
	const dense = new Map(groups.map((group) => [group[0]!.sum, denseStep(tape, group)]));
	const lifted = new Set<number>();
	for (const { rows, activation } of dense.values()) {
		for (const { products, sums, result } of rows) {
			for (const place of [...products, ...sums]) lifted.add(place);
			if (activation) lifted.add(result);
		}
	}
	const steps: PlanStep[] = [];
	for (const [place, node] of tape.nodes.entries()) {
		const group = dense.get(place);
		if (group) steps.push(group);
		else if (node.kind === 'operation' && !lifted.has(place))
			steps.push({ kind: 'vector', node: place });
	}
	return steps;
}

/**
 * The first products of the dense steps because of which some node's readers would be met in another order than going up the
 * tape, so that its gradient would be added up differently.
 */
function disordered({ tape, steps }: Plan): Set<number> {
	/** The last reader of each node met so far, going backward, and the dense step it was in. */
	const last = new Float64Array(tape.nodes.length).fill(Infinity);
	const from: (DenseStep | null)[] = tape.nodes.map(() => null);
	const wrong = new Set<number>();
	const read = (place: number, reader: number, step: DenseStep | null) => {
		const node = tape.nodes[place]!;
		if (node.kind !== 'operation' || !tape.active[place]) return;
		if (reader > last[place]!) {
			const guilty = step ?? from[place];
			if (guilty) wrong.add(guilty.rows[0]!.products[0]!);
		}
		last[place] = reader;
		from[place] = step;
	};
	for (const step of steps.toReversed()) {
		if (step.kind === 'vector') {
			const node = tape.nodes[step.node] as OperationNode;
			read(node.first, step.node, null);
			if (node.second >= 0) read(node.second, step.node, null);
			continue;
		}
		for (const row of step.rows.toReversed()) read(row.start, row.sums[0]!, step);
		for (const [i, input] of step.inputs.entries()) {
			for (const row of step.rows.toReversed()) read(input, row.products[i]!, step);
		}
	}
	return wrong;
}
