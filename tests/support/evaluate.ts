import type { Expression, TemplateName } from '../../src/lib/engine/expression';

const functions: Readonly<Record<string, (...of: number[]) => number>> = {
	abs: Math.abs,
	cos: Math.cos,
	exp: Math.exp,
	log: Math.log,
	max: Math.max,
	sin: Math.sin,
	sqrt: Math.sqrt,
	tanh: Math.tanh
};

/** What an expression comes to, by the language's own functions. */
export function evaluate(
	expression: Expression,
	names: Readonly<Record<TemplateName, number>>
): number {
	const of = (inner: Expression) => evaluate(inner, names);
	switch (expression.kind) {
		case 'number':
			return expression.value;
		case 'name':
			return names[expression.name];
		case 'minus':
			return -of(expression.of);
		case 'call':
			return functions[expression.name]!(...expression.of.map(of));
		case '+':
			return of(expression.left) + of(expression.right);
		case '-':
			return of(expression.left) - of(expression.right);
		case '*':
			return of(expression.left) * of(expression.right);
		case '/':
			return of(expression.left) / of(expression.right);
		case '^':
			return of(expression.left) ** of(expression.right);
		case 'choice': {
			const [left, right] = [of(expression.left), of(expression.right)];
			const holds = { '<': left < right, '>': left > right, '>=': left >= right };
			return of(holds[expression.comparison] ? expression.yes : expression.no);
		}
	}
}
