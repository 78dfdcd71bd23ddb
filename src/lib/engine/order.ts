import type { Value } from './value';

/**
 * Each search takes the next stamp. A node marked with the stamp has been entered, with its negative it has been left; any
 * other mark is of an earlier search. So nothing has to be cleared or looked up.
 */
let stamp = 0;

/** Kept between searches, so that a training step allocates nothing for its orders. */
const stack: Value[] = [];
const order: Value[] = [];

/** Above this length the scratch arrays are given back, with all that they hold. */
const keptLength = 65_536;

/**
 * Fills `order` from its start with the nodes below and including `root`, and returns how many there are: operands before
 * results, first operand before second, as a recursive search would leave them, but on a stack of its own. It does not enter
 * the nodes of `known`.
 */
function search(root: Value, known: readonly Value[] = []): number {
	stamp++;
	for (const node of known) node.mark = -stamp;
	let count = 0;
	let depth = 0;
	stack[depth++] = root;
	while (depth > 0) {
		const node = stack[depth - 1]!;
		const { mark, first, second } = node;
		if (mark === -stamp) {
			depth--;
		} else if (mark === stamp || first === null) {
			node.mark = -stamp;
			order[count++] = node;
			depth--;
		} else {
			node.mark = stamp;
			if (second !== null && second.mark !== -stamp) stack[depth++] = second;
			if (first.mark !== -stamp) stack[depth++] = first;
		}
	}
	return count;
}

function release(): void {
	if (stack.length > keptLength) stack.length = 0;
	if (order.length > keptLength) order.length = 0;
}

/**
 * The nodes that `root` was computed from, each once and after its operands, `root` last. Among operands the first comes first.
 * Works on graphs of any depth.
 *
 * @param known - nodes to leave out, with whatever is reached through them alone
 */
export function topologicalOrder(root: Value, known?: readonly Value[]): Value[] {
	const count = search(root, known);
	const nodes = order.slice(0, count);
	release();
	return nodes;
}

/** Computes the operations of an order anew from what its leaves hold now; operands have to come before results. */
export function recompute(order: readonly Value[]): void {
	for (const node of order) {
		const { op, first, second, exponent } = node;
		if (op === null || first === null) continue;
		node.data = op.forward(first.data, second === null ? (exponent ?? 0) : second.data);
	}
}

/** Adds to the leaves what {@link Value.backward} promises. */
export function backpropagate(root: Value, gradient: number): void {
	const count = search(root);
	for (let i = 0; i < count; i++) {
		const node = order[i]!;
		if (node.first !== null) node.grad = 0;
	}
	root.grad += gradient;
	for (let i = count - 1; i >= 0; i--) {
		const node = order[i]!;
		const { op, first, second, data, grad } = node;
		if (op === null || first === null) continue;
		const a = first.data;
		if (second === null) {
			first.grad += op.slopeA(a, node.exponent ?? 0, data) * grad;
		} else {
			const b = second.data;
			first.grad += op.slopeA(a, b, data) * grad;
			second.grad += op.slopeB(a, b, data) * grad;
		}
	}
	release();
}
