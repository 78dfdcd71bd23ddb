import { ops, type Operation } from '../engine/ops';
import type { Tape } from './tape';

/**
 * Many weighted sums of the same inputs at once, `start + w0*x0 + w1*x1 + ...` each from left to right, and perhaps an
 * operation on all of them.
 */
export interface DenseStep {
	readonly kind: 'dense';
	/** The tape's nodes that every sum reads, in order. */
	readonly inputs: readonly number[];
	readonly rows: readonly DenseRow[];
	/** The operation on each sum; null for none. */
	readonly activation: Operation | null;
	readonly exponent: number;
}

/** One weighted sum. */
export interface DenseRow {
	/** The node that the sum starts at. */
	readonly start: number;
	/** The nodes of the weights: leaves that are the same for all samples. */
	readonly weights: readonly number[];
	/** The node of each product, and of each sum so far. */
	readonly products: readonly number[];
	readonly sums: readonly number[];
	/** The node of the result, which is the last sum unless there is an activation. */
	readonly result: number;
}

/** One node of the tape on its own. */
export interface VectorStep {
	readonly kind: 'vector';
	readonly node: number;
}

export type PlanStep = DenseStep | VectorStep;

/** A tape in the order and the pieces in which the machine runs it: forward from the first step, backward from the last. */
export interface Plan {
	readonly tape: Tape;
	readonly steps: readonly PlanStep[];
}

/** The plan in lines such as `dense 2 -> 16, tanh` and `9 = mul x0 p4`. */
export function printPlan({ tape, steps }: Plan): string {
	const names = tape.nodes.map((node, place) => {
		if (node.kind === 'constant') return String(node.value);
		if (node.kind === 'operation') return `v${place}`;
		return `${{ sample: 'x', setting: 's', parameter: 'p' }[node.kind]}${node.index}`;
	});
	const power = (op: Operation, exponent: number) =>
		op === ops.pow ? `${op.name} ${exponent}` : op.name;
	const lines = steps.map((step) => {
		if (step.kind === 'dense') {
			const { inputs, rows, activation, exponent } = step;
			const activated = activation ? `, ${power(activation, exponent)}` : '';
			const from = range(inputs.map((place) => names[place]!));
			const to = range(rows.map(({ result }) => names[result]!));
			return `dense ${inputs.length} -> ${rows.length}${activated}: ${from} -> ${to}`;
		}
		const node = tape.nodes[step.node]!;
		if (node.kind !== 'operation') return '';
		const operands = [node.first, node.second].filter((place) => place >= 0);
		return `${names[step.node]} = ${power(node.op, node.exponent)} ${operands.map((place) => names[place]).join(' ')}`;
	});
	return lines.join('\n');
}

function range(names: readonly string[]): string {
	return names.length > 3 ? `${names[0]} ... ${names.at(-1)}` : names.join(' ');
}
