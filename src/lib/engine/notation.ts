import { parseTemplate, type Expression, type TemplateName } from './expression';
import type { Operation } from './ops';

/** How firmly the parts of a text hold together: what holds less firmly than its place asks for stands in brackets. */
const levels = { choice: 0, sum: 1, quotient: 2, product: 3, power: 4, atom: 5 } as const;

/** An expression as text, or what stands for one. */
export interface Printed {
	readonly text: string;
	readonly level: (typeof levels)[keyof typeof levels];
}

/** What a text calls the operands and the result; what is left out keeps its letter, the result its formula. */
export type Names = Readonly<Partial<Record<TemplateName, Printed>>>;

/** The sign of a product, with its spaces. */
export type Times = ' · ' | '·' | ' × ';

/** A name that never stands in brackets. */
export function atom(text: string): Printed {
	return { text, level: levels.atom };
}

/** Some words, as loose as a sum. */
export function phrase(text: string): Printed {
	return { text, level: levels.sum };
}

/** A number in full, or as `write` has it; a negative one is an expression with a sign. */
export function numeral(
	value: number,
	write = (full: number) => String(full).replaceAll('-', '−')
): Printed {
	return { text: write(value), level: value < 0 ? levels.product : levels.atom };
}

/** The text, in brackets where it holds together less firmly than `least`: than a single name, unless told. */
export function enclosed({ text, level }: Printed, least: number = levels.atom): string {
	return level < least ? `(${text})` : text;
}

/** What follows a sign: a minus in front would meet it. */
function following(part: Printed, least: number): string {
	return part.text.startsWith('−') ? `(${part.text})` : enclosed(part, least);
}

const superscripts: Readonly<Record<string, string>> = {
	'−': '⁻',
	'.': '·',
	...Object.fromEntries([...'⁰¹²³⁴⁵⁶⁷⁸⁹'].map((sign, digit) => [String(digit), sign]))
};

function power(base: string, exponent: Printed): Printed {
	const raised = [...exponent.text].map((sign) => superscripts[sign]);
	const text = raised.includes(undefined)
		? `${base}^${enclosed(exponent)}`
		: `${base}${raised.join('')}`;
	return { text, level: levels.power };
}

function called(name: string, parts: readonly Printed[]): Printed {
	const list = parts.map(({ text }) => text).join(', ');
	if (name === 'abs') return atom(`|${list}|`);
	if (name === 'sqrt') return { text: `√${enclosed(parts[0]!)}`, level: levels.power };
	return atom(`${name}(${list})`);
}

const comparisons = { '<': '<', '>': '>', '>=': '≥' } as const;

function written(expression: Expression, names: Names, times: Times): Printed {
	const of = (inner: Expression) => written(inner, names, times);
	switch (expression.kind) {
		case 'number':
			return atom(String(expression.value));
		case 'name':
			return names[expression.name] ?? atom(expression.name);
		case 'minus':
			return { text: `−${following(of(expression.of), levels.power)}`, level: levels.product };
		case 'call':
			return called(expression.name, expression.of.map(of));
		case 'choice': {
			const { left, comparison, right, yes, no } = expression;
			const condition = `${of(left).text} ${comparisons[comparison]} ${of(right).text}`;
			const rest = no.kind === 'choice' ? of(no).text : `else ${of(no).text}`;
			return { text: `${of(yes).text} if ${condition}, ${rest}`, level: levels.choice };
		}
	}
	const [left, right] = [of(expression.left), of(expression.right)];
	switch (expression.kind) {
		case '+':
		case '-': {
			const sign = expression.kind === '+' ? '+' : '−';
			const text = `${enclosed(left, levels.sum)} ${sign} ${following(right, levels.quotient)}`;
			return { text, level: levels.sum };
		}
		case '*': {
			const text = `${enclosed(left, levels.product)}${times}${following(right, levels.power)}`;
			return { text, level: levels.product };
		}
		case '/': {
			const text = `${enclosed(left, levels.product)} / ${following(right, levels.power)}`;
			return { text, level: levels.quotient };
		}
		case '^':
			return power(enclosed(left), right);
	}
}

/** What an operation computes: "a + b", "log(1 + exp(a))". */
export function printFormula(op: Operation, names: Names = {}, times: Times = ' · '): Printed {
	return written(parseTemplate(op.formula), names, times);
}

const plain = ({ kind }: Expression) => kind === 'number' || kind === 'name';

/** Whether an expression is one operation on names and numbers. */
function single(expression: Expression): boolean {
	if (expression.kind === 'call') return expression.of.every(plain);
	if (expression.kind === 'minus') return plain(expression.of);
	return 'left' in expression && plain(expression.left) && plain(expression.right);
}

/** What an operation computes, in short: a formula of several operations becomes a call, "softplus(a)". */
export function printCall(op: Operation, names: Names = {}, times: Times = ' · '): Printed {
	const expression = parseTemplate(op.formula);
	if (single(expression)) return written(expression, names, times);
	return called(op.symbol, [names.a ?? atom('a')]);
}

/** The local derivative of an operation with respect to its first (0) or second (1) operand: "1 − tanh(a)²". */
export function printSlope(
	op: Operation,
	operand: 0 | 1,
	names: Names = {},
	times: Times = ' · '
): Printed {
	const out = names.out ?? printCall(op, names, times);
	return written(parseTemplate(op.slopes[operand]!), { ...names, out }, times);
}
