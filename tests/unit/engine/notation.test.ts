import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTemplate } from '../../../src/lib/engine/expression';
import {
	atom,
	numeral,
	phrase,
	printCall,
	printFormula,
	printSlope,
	type Printed
} from '../../../src/lib/engine/notation';
import { ops, type Operation } from '../../../src/lib/engine/ops';
import { evaluate } from '../../support/evaluate';

const slopes = (op: Operation) =>
	op.slopes.map((_, operand) => printSlope(op, operand as 0 | 1).text);

describe('a template', () => {
	it('is read as a program is', () => {
		const names = { a: 3, b: 5, out: 7 };
		const result = (template: string) => evaluate(parseTemplate(template), names);
		expect(result('a - b - out')).toBe(-9);
		expect(result('a - (b - out)')).toBe(5);
		expect(result('-a ^ 2 * 2')).toBe(-18);
		expect(result('2 ^ a ^ 0')).toBe(2);
		expect(result('a / b / out')).toBe(3 / 5 / 7);
		expect(result('max(a, b) + abs(-out)')).toBe(12);
		expect(result('a > b ? 1 : a < b ? 2 : 3')).toBe(2);
		expect(result('a >= 3 ? 1 : 0')).toBe(1);
	});

	it('is refused where it is none', () => {
		for (const [template, token] of [
			['a +', 'the end'],
			['a b', 'b'],
			['(a', 'the end'],
			['a > b', 'the end'],
			['c * 2', '*'],
			['max(a; b)', ';'],
			['', 'the end']
		] as const) {
			expect(() => parseTemplate(template)).toThrow(`"${template}": ${token} was not expected`);
		}
	});
});

describe('the notation', () => {
	it('has letters where there are no names', () => {
		expect(printFormula(ops.mul).text).toBe('a · b');
		expect(printFormula(ops.mul, {}, ' × ').text).toBe('a × b');
		expect(slopes(ops.sub)).toEqual(['1', '−1']);
		expect(slopes(ops.div)).toEqual(['1 / b', '−(a / b) / b']);
		expect(slopes(ops.tanh)).toEqual(['1 − tanh(a)²']);
		expect(slopes(ops.relu)).toEqual(['1 if a > 0, else 0']);
		expect(slopes(ops.sigmoid)).toEqual(['sigmoid(a) · (1 − sigmoid(a))']);
		expect(printFormula(ops.softplus).text).toBe('log(1 + exp(a))');
		expect(printCall(ops.softplus).text).toBe('softplus(a)');
		expect(slopes(ops.pow)).toEqual(['b · a^(b − 1)']);
	});

	it('is that of the documentation', () => {
		const file = new URL('../../../docs/engine.md', import.meta.url);
		const lines = Object.values<Operation>(ops).map(
			(op) => `${op.name.padEnd(10)}${printFormula(op).text.padEnd(22)}${slopes(op).join('; ')}`
		);
		const found = /```\n(add [^`]*)\n```/.exec(readFileSync(fileURLToPath(file), 'utf8'));
		expect(found?.[1]).toBe(lines.join('\n'));
	});

	it('has the names that it is given', () => {
		const names = { a: atom('z1.3'), out: atom('h1.3') };
		expect(printSlope(ops.tanh, 0, names).text).toBe('1 − h1.3²');
		expect(printFormula(ops.pow, { a: atom('x'), b: numeral(3) }).text).toBe('x³');
		expect(printFormula(ops.pow, { a: atom('x'), b: numeral(-0.5) }).text).toBe('x⁻⁰·⁵');
		expect(printFormula(ops.pow, { a: numeral(-2), b: numeral(2) }).text).toBe('(−2)²');
		expect(printFormula(ops.mul, { a: phrase('data loss'), b: atom('x') }).text).toBe(
			'(data loss) · x'
		);
		expect(printFormula(ops.add, { a: phrase('z so far'), b: phrase('data loss') }).text).toBe(
			'z so far + (data loss)'
		);
	});

	it('has brackets where they are needed: what it prints comes to the same', () => {
		interface Tree {
			text: Printed;
			value: number;
		}
		const operands = [ops.add, ops.sub, ops.mul, ops.div, ops.neg, ops.tanh, ops.relu, ops.pow];
		const leaf: fc.Arbitrary<Tree> = fc
			.constantFrom<[Printed, number]>(
				[atom('a'), 0.7],
				[atom('b'), -1.3],
				[numeral(2), 2],
				[numeral(-3), -3]
			)
			.map(([text, value]) => ({ text, value }));
		const node = fc.letrec<{ tree: Tree }>((tie) => ({
			tree: fc.oneof(
				{ maxDepth: 5 },
				leaf,
				fc
					.tuple(fc.constantFrom<Operation>(...operands), tie('tree'), tie('tree'))
					.map(([op, a, b]) => {
						const second = op === ops.pow ? { text: numeral(2), value: 2 } : b;
						return {
							text: printFormula(op, { a: a.text, b: second.text }, ' × '),
							value: op.forward(a.value, second.value)
						};
					})
			)
		})).tree;
		fc.assert(
			fc.property(node, ({ text: { text }, value }) => {
				const template = text.replaceAll('−', '-').replaceAll('×', '*').replaceAll('²', '^2');
				const result = evaluate(parseTemplate(template), { a: 0.7, b: -1.3, out: NaN });
				const same = Object.is(result, value) || result === value;
				expect(same || Math.abs(result / value - 1) < 1e-9, `${text} = ${value}`).toBe(true);
				expect(text).not.toMatch(/[+−×/] −/);
			}),
			{ numRuns: 2000 }
		);
	});
});
