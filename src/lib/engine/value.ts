import { ops, type Operation } from './ops';
import { backpropagate } from './order';

/** What an operation takes: a node, or a number that becomes a constant leaf. */
export type Operand = Value | number;

/**
 * A number that remembers how it was computed, after Andrej Karpathy's micrograd.
 *
 * Every method that computes returns a new node at once and records its operands; `backward` then fills in `grad`, the
 * derivative of the node it was called on with respect to each node below it.
 */
export class Value {
	/** The number itself. */
	data: number;
	/** The derivative found by `backward`; 0 before. */
	grad = 0;
	/** A name for pictures; empty if there is none. */
	label: string;
	/** The operation that made the node; null for a leaf. */
	readonly op: Operation | null;
	/** The first operand; null for a leaf. */
	readonly first: Value | null;
	/** The second operand; null if the operation has one. */
	readonly second: Value | null;
	/** The constant exponent of a `pow` node. */
	readonly exponent: number | undefined;
	/** Where the last search for an order got to at this node: see `order.ts`. */
	mark = 0;

	/**
	 * A leaf is made from a number and perhaps a label. The rest is for operations: prefer the methods, which compute
	 * `data` by the table.
	 */
	constructor(
		data: number,
		label = '',
		op: Operation | null = null,
		first: Value | null = null,
		second: Value | null = null,
		exponent: number | undefined = undefined
	) {
		this.data = data;
		this.label = label;
		this.op = op;
		this.first = first;
		this.second = second;
		this.exponent = exponent;
	}

	/** The operands in order, as often as they were used: `a.add(a)` has two. Empty for a leaf. */
	get prev(): readonly Value[] {
		if (this.first === null) return [];
		return this.second === null ? [this.first] : [this.first, this.second];
	}

	/** This plus the other. */
	add(other: Operand): Value {
		return binary(ops.add, this, toValue(other));
	}

	/** This minus the other. */
	sub(other: Operand): Value {
		return binary(ops.sub, this, toValue(other));
	}

	/** This times the other. */
	mul(other: Operand): Value {
		return binary(ops.mul, this, toValue(other));
	}

	/** This divided by the other. */
	div(other: Operand): Value {
		return binary(ops.div, this, toValue(other));
	}

	/** This with the other sign. */
	neg(): Value {
		return unary(ops.neg, this);
	}

	/**
	 * This to a constant power.
	 *
	 * @throws TypeError if the exponent is anything but a number: an exponent that is part of the graph would need a
	 * derivative of its own; write it with `log`, `mul` and `exp`.
	 */
	pow(exponent: number): Value {
		if (typeof exponent !== 'number') {
			throw new TypeError('pow takes a number as its exponent; for a variable one use exp and log');
		}
		return new Value(ops.pow.forward(this.data, exponent), '', ops.pow, this, null, exponent);
	}

	/** e to the power of this. */
	exp(): Value {
		return unary(ops.exp, this);
	}

	/** The natural logarithm. */
	log(): Value {
		return unary(ops.log, this);
	}

	/** The hyperbolic tangent. */
	tanh(): Value {
		return unary(ops.tanh, this);
	}

	/** This if positive, else 0; its slope at 0 is 0. */
	relu(): Value {
		return unary(ops.relu, this);
	}

	/** 1 / (1 + exp(-this)), between 0 and 1. */
	sigmoid(): Value {
		return unary(ops.sigmoid, this);
	}

	/**
	 * Finds the derivative of this node with respect to every node below it and puts it into their `grad`.
	 *
	 * As in PyTorch, leaves add it to what they hold, so that gradients of several calls sum up until `zeroGrad`, while the
	 * nodes between start afresh in each call.
	 *
	 * @param gradient the derivative of whatever one is after with respect to this node
	 */
	backward(gradient = 1): void {
		backpropagate(this, gradient);
	}

	/** Forgets the derivative this node holds. */
	zeroGrad(): void {
		this.grad = 0;
	}

	/** The node as micrograd prints it. */
	toString(): string {
		return `Value(data=${this.data}, grad=${this.grad})`;
	}
}

/** The operand as a node: a number becomes a leaf. */
export function toValue(operand: Operand): Value {
	return typeof operand === 'number' ? new Value(operand) : operand;
}

function unary(op: Operation, a: Value): Value {
	return new Value(op.forward(a.data, 0), '', op, a);
}

function binary(op: Operation, a: Value, b: Value): Value {
	return new Value(op.forward(a.data, b.data), '', op, a, b);
}
