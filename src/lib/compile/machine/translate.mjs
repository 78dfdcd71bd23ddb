/**
 * Writes the machine's operations: the op table and the elementary functions it calls, read from their TypeScript, become
 * AssemblyScript on lanes. Each arithmetic operation stays one operation, so the bits are the same; a condition becomes a
 * choice between lanes, with both sides computed. What is not understood is refused, by file and line.
 */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import ts from 'typescript';

/** What src/lib/math builds upon and primitives.ts writes by hand, for either precision. */
const primitiveConstants = new Set([
	'roundingShift',
	'exponentShift',
	'ln2Upper',
	'ln2Lower',
	'subnormalFactor',
	'subnormalExponent',
	'smallestNormal',
	'splitter'
]);
const primitiveFunctions = new Set(['shiftedPower', 'scale', 'binaryExponent', 'mantissa']);

/**
 * Computed in double precision for either: an angle less a multiple of pi/2 takes more digits than single precision has.
 * They have one operand, and are called where they are used: a copy at each use is hardly faster, and makes the machine a quarter larger.
 */
const doubleFunctions = new Set(['sin', 'cos']);

const arithmetic = new Map([
	[ts.SyntaxKind.PlusToken, 'add'],
	[ts.SyntaxKind.MinusToken, 'sub'],
	[ts.SyntaxKind.AsteriskToken, 'mul'],
	[ts.SyntaxKind.SlashToken, 'div']
]);

const comparisons = new Map([
	[ts.SyntaxKind.LessThanToken, 'lt'],
	[ts.SyntaxKind.LessThanEqualsToken, 'le'],
	[ts.SyntaxKind.GreaterThanToken, 'gt'],
	[ts.SyntaxKind.GreaterThanEqualsToken, 'ge']
]);

/** @typedef {{ text: string, type: 'number' | 'boolean' }} Code */
/** @typedef {Map<string, Code>} Scope */

/** The functions and constants that the translated code reaches, from file to file. */
class Library {
	/** @type {string[]} */
	functions = [];
	/** @type {Set<string>} */
	#done = new Set();
	/** @type {Map<string, { source: ts.SourceFile, declarations: Map<string, ts.Node>, imports: Map<string, string> }>} */
	#files = new Map();
	/** @type {string[]} */
	paths = [];

	/** @param {string} path */
	file(path) {
		let file = this.#files.get(path);
		if (file) return file;
		const source = ts.createSourceFile(
			path,
			readFileSync(path, 'utf8'),
			ts.ScriptTarget.Latest,
			true
		);
		/** @type {Map<string, ts.Node>} */
		const declarations = new Map();
		/** @type {Map<string, string>} */
		const imports = new Map();
		for (const statement of source.statements) {
			if (ts.isFunctionDeclaration(statement) && statement.name)
				declarations.set(statement.name.text, statement);
			if (ts.isVariableStatement(statement)) {
				for (const declaration of statement.declarationList.declarations)
					if (ts.isIdentifier(declaration.name) && declaration.initializer)
						declarations.set(declaration.name.text, declaration.initializer);
			}
			if (ts.isImportDeclaration(statement) && ts.isStringLiteral(statement.moduleSpecifier)) {
				const target = resolve(dirname(path), `${statement.moduleSpecifier.text}.ts`);
				const names = statement.importClause?.namedBindings;
				if (names && ts.isNamedImports(names))
					for (const { name } of names.elements) imports.set(name.text, target);
			}
		}
		file = { source, declarations, imports };
		this.#files.set(path, file);
		this.paths.push(path);
		return file;
	}

	/**
	 * @param {string} path
	 * @param {string} name
	 * @returns {{ path: string, node: ts.Node } | undefined} where a name of a file is declared
	 */
	find(path, name) {
		const { declarations, imports } = this.file(path);
		const node = declarations.get(name);
		if (node) return { path, node };
		const target = imports.get(name);
		return target === undefined ? undefined : this.find(target, name);
	}

	/**
	 * @param {string} path
	 * @param {string} name
	 */
	require(path, name) {
		const found = this.find(path, name);
		if (!found || !ts.isFunctionDeclaration(found.node))
			throw new Error(`${path}: no function "${name}"`);
		if (this.#done.has(name)) return;
		this.#done.add(name);
		this.functions.push(functionText(this, found.path, name, found.node));
	}
}

/**
 * @param {ts.Node} node
 * @returns {never}
 */
function refuse(node) {
	const source = node.getSourceFile();
	const { line } = source.getLineAndCharacterOfPosition(node.getStart());
	throw new Error(
		`${source.fileName}:${line + 1}: the machine has no lanes for "${node.getText()}"`
	);
}

/**
 * A constant is loaded: engines build one of 128 bits anew at each use, which costs more.
 * @param {string} text
 */
const splat = (text) => `v128.load_splat<T>(memory.data<T>([<T>${text}]))`;

/**
 * @param {Library} library
 * @param {string} path
 * @param {ts.Expression} node
 * @param {Scope} scope
 * @returns {Code}
 */
function expression(library, path, node, scope) {
	/** @param {ts.Expression} inner */
	const of = (inner) => expression(library, path, inner, scope);
	/** @param {string} text @returns {Code} */
	const number = (text) => ({ text, type: 'number' });
	/** @param {string} text @returns {Code} */
	const boolean = (text) => ({ text, type: 'boolean' });

	if (ts.isParenthesizedExpression(node) || ts.isNonNullExpression(node))
		return of(node.expression);
	if (ts.isNumericLiteral(node)) return number(splat(node.text));
	if (ts.isIdentifier(node)) {
		const local = scope.get(node.text);
		if (local) return local;
		if (node.text === 'Infinity' || node.text === 'NaN') return number(splat(node.text));
		if (primitiveConstants.has(node.text)) return number(`primitives.${node.text}<T>()`);
		const found = library.find(path, node.text);
		if (found && ts.isNumericLiteral(found.node)) return number(splat(found.node.text));
		return refuse(node);
	}
	if (ts.isPrefixUnaryExpression(node)) {
		const { text, type } = of(node.operand);
		if (node.operator === ts.SyntaxKind.MinusToken) {
			return number(
				ts.isNumericLiteral(node.operand) ? splat(`-${node.operand.text}`) : `v128.neg<T>(${text})`
			);
		}
		if (node.operator === ts.SyntaxKind.ExclamationToken && type === 'boolean')
			return boolean(`v128.not(${text})`);
		return refuse(node);
	}
	if (ts.isConditionalExpression(node)) {
		const [yes, no] = [of(node.whenTrue), of(node.whenFalse)];
		return {
			text: `v128.bitselect(${yes.text}, ${no.text}, ${of(node.condition).text})`,
			type: yes.type
		};
	}
	if (ts.isBinaryExpression(node)) {
		const kind = node.operatorToken.kind;
		// `| 0` says that a number is whole.
		if (kind === ts.SyntaxKind.BarToken && node.right.getText() === '0') return of(node.left);
		const [left, right] = [of(node.left), of(node.right)];
		const operation = arithmetic.get(kind);
		if (operation) return number(`v128.${operation}<T>(${left.text}, ${right.text})`);
		const comparison = comparisons.get(kind);
		if (comparison) return boolean(`v128.${comparison}<T>(${left.text}, ${right.text})`);
		const truth = left.type === 'boolean';
		if (kind === ts.SyntaxKind.EqualsEqualsEqualsToken) {
			return boolean(
				truth
					? `v128.not(v128.xor(${left.text}, ${right.text}))`
					: `v128.eq<T>(${left.text}, ${right.text})`
			);
		}
		if (kind === ts.SyntaxKind.ExclamationEqualsEqualsToken) {
			return boolean(
				truth ? `v128.xor(${left.text}, ${right.text})` : `v128.ne<T>(${left.text}, ${right.text})`
			);
		}
		if (kind === ts.SyntaxKind.AmpersandAmpersandToken)
			return boolean(`v128.and(${left.text}, ${right.text})`);
		if (kind === ts.SyntaxKind.BarBarToken) return boolean(`v128.or(${left.text}, ${right.text})`);
		return refuse(node);
	}
	if (ts.isCallExpression(node)) return call(library, path, node, scope);
	return refuse(node);
}

/**
 * @param {Library} library
 * @param {string} path
 * @param {ts.CallExpression} node
 * @param {Scope} scope
 * @returns {Code}
 */
function call(library, path, node, scope) {
	const parameters = node.arguments.map((inner) => expression(library, path, inner, scope).text);
	const list = parameters.join(', ');
	const name = node.expression.getText();
	if (name === 'Number.isNaN') return { text: `v128.ne<T>(${list}, ${list})`, type: 'boolean' };
	if (name === 'Math.min' || name === 'Math.max') {
		if (parameters.length !== 2) return refuse(node);
		const full = name.slice(5);
		// With a constant in front there is no sign of zero to mind, and the short form, which is faster, hands NaN on as well.
		const constant = /^-?[1-9]\d*$/.test(node.arguments[0]?.getText() ?? '');
		const text = constant
			? `v128.p${full}<T>(${parameters[1]}, ${parameters[0]})`
			: `v128.${full}<T>(${list})`;
		return { text, type: 'number' };
	}
	const exact = /^Math\.(abs|sqrt|floor)$/.exec(name);
	if (exact) return { text: `v128.${exact[1]}<T>(${list})`, type: 'number' };
	if (!ts.isIdentifier(node.expression)) return refuse(node);
	if (primitiveFunctions.has(name))
		return { text: `primitives.${name}<T>(${list})`, type: 'number' };
	library.require(path, name);
	return { text: `${name}<T>(${list})`, type: 'number' };
}

/**
 * The statements of a function body. `if (c) return x;` becomes a choice made at the end.
 * @param {Library} library
 * @param {string} path
 * @param {ts.Block} body
 * @param {Scope} scope
 */
function block(library, path, body, scope) {
	const inner = new Map(scope);
	/** @type {string[]} */
	const lines = [];
	/** @type {{ condition: string, result: string }[]} */
	const early = [];
	for (const statement of body.statements) {
		if (ts.isVariableStatement(statement)) {
			for (const { name, initializer } of statement.declarationList.declarations) {
				if (!ts.isIdentifier(name) || !initializer) return refuse(statement);
				const { text, type } = expression(library, path, initializer, inner);
				lines.push(`\tconst ${name.text} = ${text};`);
				inner.set(name.text, { text: name.text, type });
			}
		} else if (
			ts.isIfStatement(statement) &&
			!statement.elseStatement &&
			ts.isReturnStatement(statement.thenStatement) &&
			statement.thenStatement.expression
		) {
			const condition = `c${early.length}`;
			const result = `r${early.length}`;
			const { expression: value } = statement.thenStatement;
			lines.push(
				`\tconst ${condition} = ${expression(library, path, statement.expression, inner).text};`,
				`\tconst ${result} = ${expression(library, path, value, inner).text};`
			);
			early.push({ condition, result });
		} else if (ts.isReturnStatement(statement) && statement.expression) {
			const last = expression(library, path, statement.expression, inner).text;
			const chosen = early.reduceRight(
				(rest, { condition, result }) => `v128.bitselect(${result}, ${rest}, ${condition})`,
				last
			);
			lines.push(`\treturn ${chosen};`);
		} else return refuse(statement);
	}
	return lines.join('\n');
}

/**
 * @param {Library} library
 * @param {string} path
 * @param {string} name
 * @param {ts.FunctionDeclaration | ts.ArrowFunction} node
 */
function functionText(library, path, name, node) {
	const names = node.parameters.map((parameter) => parameter.name.getText());
	/** @type {Scope} */
	const scope = new Map(names.map((text) => [text, { text, type: 'number' }]));
	const body = node.body;
	if (!body) return refuse(node);
	const text = ts.isBlock(body)
		? block(library, path, body, scope)
		: `\treturn ${expression(library, path, body, scope).text};`;
	const parameters = names.map((parameter) => `${parameter}: v128`).join(', ');
	const halves = doubleFunctions.has(name)
		? `\tif (sizeof<T>() == 4) return primitives.narrowed(${name}<f64>(primitives.widened(${names[0]}, 0)), ${name}<f64>(primitives.widened(${names[0]}, 1)));\n`
		: '';
	const inline = halves ? '' : '@inline\n';
	return `${inline}function ${name}<T>(${parameters}): v128 {\n${halves}${text}\n}`;
}

/** @param {ts.Node} node @returns {ts.ObjectLiteralExpression} */
function objectOf(node) {
	if (ts.isSatisfiesExpression(node) || ts.isAsExpression(node)) return objectOf(node.expression);
	return ts.isObjectLiteralExpression(node) ? node : refuse(node);
}

/**
 * @param {ts.ObjectLiteralExpression} object
 * @returns {[string, ts.Expression][]}
 */
function properties(object) {
	return object.properties.map((property) =>
		ts.isPropertyAssignment(property)
			? [property.name.getText(), property.initializer]
			: refuse(property)
	);
}

/**
 * @param {string} path of the file that exports the table `ops`
 * @returns {{ text: string, paths: string[] }} the AssemblyScript, and the files it was read from
 */
export function translateOperations(path) {
	const library = new Library();
	const table = library.file(path).declarations.get('ops');
	if (!table) throw new Error(`${path}: no table "ops"`);
	/** @type {string[]} */
	const parts = [];
	const operations = properties(objectOf(table)).map(([name, initializer]) => {
		const fields = new Map(properties(objectOf(initializer)));
		/** @param {string} field */
		const write = (field) => {
			const value = fields.get(field);
			if (!value) throw new Error(`${path}: "${name}" has no ${field}`);
			if (!ts.isArrowFunction(value)) return null;
			const names = value.parameters.length;
			parts.push(functionText(library, path, `${name}_${field}`, value));
			/** @param {string[]} given */
			return (...given) => `${name}_${field}<T>(${given.slice(0, names).join(', ')})`;
		};
		const binary = fields.get('arity')?.getText() === '2';
		return {
			name,
			forward: write('forward'),
			a: write('slopeA'),
			b: binary ? write('slopeB') : null
		};
	});
	const text = [
		"import * as primitives from './primitives';",
		...library.functions,
		...parts,
		support,
		dispatch(
			'apply<T>(code: i32, a: usize, aIsColumn: usize, b: usize, bIsColumn: usize, out: usize, bytes: usize)',
			operands,
			operations.map(
				({ forward }) => `v128.store(out, ${forward?.('v128.load(a)', 'v128.load(b)')});`
			),
			['a += aStep', 'b += bStep', 'out += 16']
		),
		dispatch(
			'applyBackward<T>(code: i32, a: usize, aIsColumn: usize, b: usize, bIsColumn: usize, out: usize, gradient: usize, aTarget: usize, aTargetIsColumn: usize, bTarget: usize, bTargetIsColumn: usize, bytes: usize, tail: v128)',
			[
				...operands,
				'const aTargetStep = aTargetIsColumn << 4',
				'const bTargetStep = bTargetIsColumn << 4'
			],
			operations.map(({ a, b }) => {
				/** @param {typeof a} slope @param {string} target */
				const add = (slope, target) =>
					slope
						? `if (${target}) contribute<T>(${target}, v128.and(mask, v128.mul<T>(${slope('x', 'y', 'z')}, g)));`
						: '';
				return [
					'const x = v128.load(a);',
					'const y = v128.load(b);',
					'const z = v128.load(out);',
					'const g = v128.load(gradient);',
					'const mask = offset + 16 < bytes ? i64x2.splat(-1) : tail;',
					add(a, 'aTarget'),
					add(b, 'bTarget')
				].join(' ');
			}),
			[
				'a += aStep',
				'b += bStep',
				'out += 16',
				'gradient += 16',
				'aTarget += aTargetStep',
				'bTarget += bTargetStep'
			]
		),
		dispatch(
			'replaceGradient<T>(code: i32, a: usize, b: usize, out: usize, gradient: usize, bytes: usize)',
			['const y = v128.load_splat<T>(b)'],
			operations.map(({ a, b }) =>
				b || !a
					? 'unreachable();'
					: `v128.store(gradient, v128.mul<T>(${a('v128.load(a)', 'y', 'v128.load(out)')}, v128.load(gradient)));`
			),
			['a += 16', 'out += 16', 'gradient += 16']
		)
	].join('\n\n');
	return { text, paths: library.paths };
}

/** An operand that is one number is read as a vector of it, again and again. */
const operands = ['a', 'b'].flatMap((name) => [
	`const ${name}Step = ${name}IsColumn << 4`,
	`${name} = ${name}IsColumn ? ${name} : spread<T>(${name}, memory.data(16, 16))`
]);

const support = `
function spread<T>(number: usize, place: usize): usize {
	v128.store(place, v128.load_splat<T>(number));
	return place;
}

@inline
function contribute<T>(target: usize, part: v128): void {
	v128.store(target, v128.add<T>(v128.load(target), part));
}`;

/**
 * @param {string} signature
 * @param {string[]} before statements before the loop
 * @param {string[]} bodies of the loop over lanes, one for each operation
 * @param {string[]} next statements that go to the next lanes
 */
function dispatch(signature, before, bodies, next) {
	const cases = bodies.map(
		(body, code) =>
			`\t\tcase ${code}:\n\t\t\tfor (let offset: usize = 0; offset < bytes; offset += 16) { ${body} ${next.join('; ')}; }\n\t\t\tbreak;`
	);
	return `export function ${signature}: void {\n\t${before.join(';\n\t')};\n\tswitch (code) {\n${cases.join('\n')}\n\t\tdefault:\n\t\t\tunreachable();\n\t}\n}`;
}
