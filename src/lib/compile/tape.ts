import { ops, type Operation } from '../engine/ops';

/** A leaf whose number differs from sample to sample. */
export interface SampleNode {
	readonly kind: 'sample';
	/** Which of the graph's sample leaves. */
	readonly index: number;
}

/** A leaf that a step may change for all samples at once, and that nothing learns. */
export interface SettingNode {
	readonly kind: 'setting';
	readonly index: number;
}

/** A leaf that is learned. */
export interface ParameterNode {
	readonly kind: 'parameter';
	readonly index: number;
}

/** A leaf that never changes. */
export interface ConstantNode {
	readonly kind: 'constant';
	readonly value: number;
}

/** A number computed from earlier nodes. */
export interface OperationNode {
	readonly kind: 'operation';
	readonly op: Operation;
	/** The position of the first operand on the tape. */
	readonly first: number;
	/** The position of the second operand; -1 if there is none. */
	readonly second: number;
	/** The constant exponent of a power, else 0. */
	readonly exponent: number;
}

export type TapeNode = SampleNode | SettingNode | ParameterNode | ConstantNode | OperationNode;

/** One place where a parameter enters the graph: its gradient is the sum over these. */
export interface ParameterUse {
	readonly parameter: number;
	/** The node that reads it. */
	readonly node: number;
	/** 0 for the first operand, 1 for the second. */
	readonly operand: 0 | 1;
}

/**
 * A graph as a list: every node comes after its operands, so that running down the list is the forward pass and running up
 * the backward pass. It holds no numbers but its constants.
 */
export interface Tape {
	readonly nodes: readonly TapeNode[];
	readonly sampleCount: number;
	readonly settingCount: number;
	readonly parameterCount: number;
	/** Positions of what is differentiated; the gradients of several roots add up. */
	readonly roots: readonly number[];
	/** Positions of what can be read. */
	readonly outputs: readonly number[];
	/** For each node whether a gradient has to reach it: a root depends on it, and it on a parameter. */
	readonly active: readonly boolean[];
	/** In the order in which the backward pass meets them. */
	readonly uses: readonly ParameterUse[];
}

/** The operations by their codes, which are their places in the table. */
export const operations: readonly Operation[] = Object.values(ops);

const codes = new Map(operations.map((op, code) => [op, code]));

/**
 * The code of an operation.
 * @throws RangeError when it is not in the table
 */
export function codeOf(op: Operation): number {
	const code = codes.get(op);
	if (code === undefined) throw new RangeError(`The operation "${op.name}" is not in the table`);
	return code;
}

const letters = { sample: 'x', setting: 's', parameter: 'p' } as const;

/** One line for each node, such as `7: mul 3 5`. */
export function printTape(tape: Tape): string {
	const lines = tape.nodes.map((node, position) => {
		if (node.kind === 'constant') return `${position}: ${node.value}`;
		if (node.kind !== 'operation') return `${position}: ${letters[node.kind]}${node.index}`;
		const operands = node.second < 0 ? `${node.first}` : `${node.first} ${node.second}`;
		const exponent = node.op === ops.pow ? ` to the ${node.exponent}` : '';
		return `${position}: ${node.op.name} ${operands}${exponent}`;
	});
	return lines.join('\n');
}
