import type { Operation } from './ops';
import { toValue, Value, type Operand } from './value';

// The operations of Value with the first operand in front, where it may be a number too: sub(1, x) is 1 - x.

/** a + b. */
export function add(a: Operand, b: Operand): Value {
	return toValue(a).add(b);
}

/** a - b. */
export function sub(a: Operand, b: Operand): Value {
	return toValue(a).sub(b);
}

/** a * b. */
export function mul(a: Operand, b: Operand): Value {
	return toValue(a).mul(b);
}

/** a / b. */
export function div(a: Operand, b: Operand): Value {
	return toValue(a).div(b);
}

/**
 * a to a constant power.
 *
 * @throws TypeError if the exponent is anything but a number.
 */
export function pow(a: Operand, exponent: number): Value {
	return toValue(a).pow(exponent);
}

/** -a. */
export function neg(a: Operand): Value {
	return toValue(a).neg();
}

/** e to the power of a. */
export function exp(a: Operand): Value {
	return toValue(a).exp();
}

/** The natural logarithm of a. */
export function log(a: Operand): Value {
	return toValue(a).log();
}

/** The hyperbolic tangent of a. */
export function tanh(a: Operand): Value {
	return toValue(a).tanh();
}

/** a if positive, else 0. */
export function relu(a: Operand): Value {
	return toValue(a).relu();
}

/** 1 / (1 + exp(-a)). */
export function sigmoid(a: Operand): Value {
	return toValue(a).sigmoid();
}

/**
 * Any operation of the table, also one that has no method of its own: `apply(ops.softplus, x)`.
 *
 * @param b the second operand of an operation that has two, or the constant exponent of a power
 * @throws TypeError if the exponent of a power is not a number
 */
export function apply(op: Operation, a: Operand, b: Operand = 0): Value {
	const first = toValue(a);
	if (op.name === 'pow') return first.pow(b as number);
	if (op.arity === 1) return new Value(op.forward(first.data, 0), '', op, first);
	const second = toValue(b);
	return new Value(op.forward(first.data, second.data), '', op, first, second);
}
