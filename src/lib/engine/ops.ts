import { exp } from '../math/exp';
import { log } from '../math/log';
import { pow } from '../math/pow';
import { tanh } from '../math/tanh';
import { cos, sin } from '../math/trigonometry';

/**
 * One operation: what it computes and how fast its result moves with each operand.
 *
 * In every function `a` is the first operand and `b` the second; `pow` has one operand and finds its constant exponent
 * in `b`; the others with one operand ignore `b`. `out` is what `forward` returned for the same `a` and `b`.
 */
export interface Operation {
	readonly name: string;
	/** How many operands are part of the graph. */
	readonly arity: 1 | 2;
	/** Short mark for pictures; what a formula calls the operation if it is a function. */
	readonly symbol: string;
	/** What a sentence calls the result: "sum"; a function's is its symbol. */
	readonly noun: string;
	/** The operation as a template, from which every text is printed (`notation.ts`). Tests hold it to `forward`. */
	readonly formula: string;
	/** The local derivatives as templates, one for each operand; `out` is the result. */
	readonly slopes: readonly string[];
	readonly forward: (a: number, b: number) => number;
	/** The local derivative of the result with respect to `a`. */
	readonly slopeA: (a: number, b: number, out: number) => number;
	/** The local derivative of the result with respect to `b`; 0 where `b` is not part of the graph. */
	readonly slopeB: (a: number, b: number, out: number) => number;
}

const none = (): number => 0;

/**
 * The one place where operations are written. Eager evaluation, backpropagation and whatever explains or compiles
 * a graph read this table.
 */
export const ops = {
	add: {
		name: 'add',
		arity: 2,
		symbol: '+',
		noun: 'sum',
		formula: 'a + b',
		slopes: ['1', '1'],
		forward: (a, b) => a + b,
		slopeA: () => 1,
		slopeB: () => 1
	},
	sub: {
		name: 'sub',
		arity: 2,
		symbol: '-',
		noun: 'difference',
		formula: 'a - b',
		slopes: ['1', '-1'],
		forward: (a, b) => a - b,
		slopeA: () => 1,
		slopeB: () => -1
	},
	mul: {
		name: 'mul',
		arity: 2,
		symbol: '*',
		noun: 'product',
		formula: 'a * b',
		slopes: ['b', 'a'],
		forward: (a, b) => a * b,
		slopeA: (_a, b) => b,
		slopeB: (a) => a
	},
	div: {
		name: 'div',
		arity: 2,
		symbol: '/',
		noun: 'quotient',
		formula: 'a / b',
		slopes: ['1 / b', '-out / b'],
		forward: (a, b) => a / b,
		slopeA: (_a, b) => 1 / b,
		slopeB: (_a, b, out) => -out / b
	},
	neg: {
		name: 'neg',
		arity: 1,
		symbol: 'neg',
		noun: 'negative',
		formula: '-a',
		slopes: ['-1'],
		forward: (a) => -a,
		slopeA: () => -1,
		slopeB: none
	},
	pow: {
		name: 'pow',
		arity: 1,
		symbol: '^',
		noun: 'power',
		formula: 'a ^ b',
		slopes: ['b * a ^ (b - 1)'],
		forward: (a, b) => pow(a, b),
		slopeA: (a, b) => (b === 0 ? 0 : b * pow(a, b - 1)),
		slopeB: none
	},
	exp: {
		name: 'exp',
		arity: 1,
		symbol: 'exp',
		noun: 'exp',
		formula: 'exp(a)',
		slopes: ['out'],
		forward: (a) => exp(a),
		slopeA: (_a, _b, out) => out,
		slopeB: none
	},
	log: {
		name: 'log',
		arity: 1,
		symbol: 'log',
		noun: 'log',
		formula: 'log(a)',
		slopes: ['1 / a'],
		forward: (a) => log(a),
		slopeA: (a) => 1 / a,
		slopeB: none
	},
	tanh: {
		name: 'tanh',
		arity: 1,
		symbol: 'tanh',
		noun: 'tanh',
		formula: 'tanh(a)',
		slopes: ['1 - out ^ 2'],
		forward: (a) => tanh(a),
		slopeA: (_a, _b, out) => 1 - out * out,
		slopeB: none
	},
	relu: {
		name: 'relu',
		arity: 1,
		symbol: 'ReLU',
		noun: 'ReLU',
		formula: 'max(0, a)',
		slopes: ['a > 0 ? 1 : 0'],
		// NaN passes through, so that a diverged run shows.
		forward: (a) => (a < 0 ? 0 : a),
		slopeA: (a) => (a > 0 ? 1 : 0),
		slopeB: none
	},
	sigmoid: {
		name: 'sigmoid',
		arity: 1,
		symbol: 'sigmoid',
		noun: 'sigmoid',
		formula: '1 / (1 + exp(-a))',
		slopes: ['out * (1 - out)'],
		// exp only of what is not positive: it cannot overflow, and small results keep all their digits.
		forward: (a) => {
			const e = exp(-Math.abs(a));
			return (a < 0 ? e : 1) / (1 + e);
		},
		slopeA: (_a, _b, out) => out * (1 - out),
		slopeB: none
	},
	softplus: {
		name: 'softplus',
		arity: 1,
		symbol: 'softplus',
		noun: 'softplus',
		formula: 'log(1 + exp(a))',
		slopes: ['1 / (1 + exp(-a))'],
		// Written as max(0, a) + log(1 + exp(-|a|)), in which exp cannot overflow.
		forward: (a) => (a < 0 ? 0 : a) + log(1 + exp(-Math.abs(a))),
		slopeA: (a) => {
			const e = exp(-Math.abs(a));
			return (a < 0 ? e : 1) / (1 + e);
		},
		slopeB: none
	},
	sqrt: {
		name: 'sqrt',
		arity: 1,
		symbol: 'sqrt',
		noun: 'square root',
		formula: 'sqrt(a)',
		slopes: ['1 / (2 * out)'],
		// Of either zero the root is 0, so that the slope there is infinite and positive.
		forward: (a) => Math.sqrt(a + 0),
		slopeA: (_a, _b, out) => 0.5 / out,
		slopeB: none
	},
	abs: {
		name: 'abs',
		arity: 1,
		symbol: 'abs',
		noun: 'absolute value',
		formula: 'abs(a)',
		slopes: ['a > 0 ? 1 : a < 0 ? -1 : 0'],
		forward: (a) => Math.abs(a),
		slopeA: (a) => (a > 0 ? 1 : a < 0 ? -1 : 0),
		slopeB: none
	},
	max: {
		name: 'max',
		arity: 2,
		symbol: 'max',
		noun: 'maximum',
		formula: 'max(a, b)',
		slopes: ['a >= b ? 1 : 0', 'a < b ? 1 : 0'],
		// NaN passes through, whichever operand it is; of equal operands the first has the slope.
		forward: (a, b) => Math.max(a, b),
		slopeA: (a, b) => (a >= b ? 1 : 0),
		slopeB: (a, b) => (a < b ? 1 : 0)
	},
	sin: {
		name: 'sin',
		arity: 1,
		symbol: 'sin',
		noun: 'sine',
		formula: 'sin(a)',
		slopes: ['cos(a)'],
		forward: (a) => sin(a),
		slopeA: (a) => cos(a),
		slopeB: none
	},
	cos: {
		name: 'cos',
		arity: 1,
		symbol: 'cos',
		noun: 'cosine',
		formula: 'cos(a)',
		slopes: ['-sin(a)'],
		forward: (a) => cos(a),
		slopeA: (a) => -sin(a),
		slopeB: none
	}
} as const satisfies Record<string, Operation>;

/** The name of an operation of the table. */
export type OpName = keyof typeof ops;
