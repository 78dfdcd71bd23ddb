/** What a template may name: the operands, and the operation's result for them. */
export type TemplateName = 'a' | 'b' | 'out';

/** A template of the op table as a tree. */
export type Expression =
	| { readonly kind: 'number'; readonly value: number }
	| { readonly kind: 'name'; readonly name: TemplateName }
	| { readonly kind: 'minus'; readonly of: Expression }
	| {
			readonly kind: '+' | '-' | '*' | '/' | '^';
			readonly left: Expression;
			readonly right: Expression;
	  }
	| { readonly kind: 'call'; readonly name: string; readonly of: readonly Expression[] }
	| {
			readonly kind: 'choice';
			readonly left: Expression;
			readonly comparison: '<' | '>' | '>=';
			readonly right: Expression;
			readonly yes: Expression;
			readonly no: Expression;
	  };

/** Reads a template from left to right. */
class Parser {
	readonly #template: string;
	readonly #tokens: readonly string[];
	#next = 0;

	constructor(template: string) {
		this.#template = template;
		this.#tokens = template.match(/[a-z]+|\d+|>=|\S/g) ?? [];
	}

	all(): Expression {
		const expression = this.#choice();
		if (this.#next < this.#tokens.length) this.#refuse();
		return expression;
	}

	#refuse(): never {
		const token = this.#tokens[this.#next] ?? 'the end';
		throw new SyntaxError(`"${this.#template}": ${token} was not expected`);
	}

	/** The next token if it is one of these, which is then read. */
	#take<T extends string>(...wanted: readonly T[]): T | undefined {
		const found = wanted.find((token) => token === this.#tokens[this.#next]);
		if (found !== undefined) this.#next++;
		return found;
	}

	#require(token: string): void {
		if (this.#take(token) === undefined) this.#refuse();
	}

	#choice(): Expression {
		const left = this.#sum();
		const comparison = this.#take('<', '>', '>=');
		if (!comparison) return left;
		const right = this.#sum();
		this.#require('?');
		const yes = this.#choice();
		this.#require(':');
		return { kind: 'choice', left, comparison, right, yes, no: this.#choice() };
	}

	#sum(): Expression {
		let left = this.#product();
		for (;;) {
			const kind = this.#take('+', '-');
			if (!kind) return left;
			left = { kind, left, right: this.#product() };
		}
	}

	#product(): Expression {
		let left = this.#signed();
		for (;;) {
			const kind = this.#take('*', '/');
			if (!kind) return left;
			left = { kind, left, right: this.#signed() };
		}
	}

	#signed(): Expression {
		if (this.#take('-')) return { kind: 'minus', of: this.#signed() };
		const left = this.#single();
		return this.#take('^') ? { kind: '^', left, right: this.#signed() } : left;
	}

	#single(): Expression {
		if (this.#take('(')) {
			const inner = this.#choice();
			this.#require(')');
			return inner;
		}
		const name = this.#take('a', 'b', 'out');
		if (name) return { kind: 'name', name };
		const token = this.#tokens[this.#next] ?? '';
		if (/^\d/.test(token)) {
			this.#next++;
			return { kind: 'number', value: Number(token) };
		}
		if (!/^[a-z]/.test(token)) this.#refuse();
		this.#next++;
		this.#require('(');
		const of = [this.#choice()];
		while (this.#take(',')) of.push(this.#choice());
		this.#require(')');
		return { kind: 'call', name: token, of };
	}
}

const parsed = new Map<string, Expression>();

/**
 * A template as a tree. It is written as a program would be, such as `1 - out ^ 2` or `a > 0 ? 1 : 0`, with the names of
 * {@link TemplateName}, whole numbers, and functions such as `exp(a)`.
 * @throws SyntaxError when it is not written so
 */
export function parseTemplate(template: string): Expression {
	let expression = parsed.get(template);
	if (!expression) {
		expression = new Parser(template).all();
		parsed.set(template, expression);
	}
	return expression;
}
