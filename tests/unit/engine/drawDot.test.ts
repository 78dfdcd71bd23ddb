import { describe, expect, it } from 'vitest';
import { drawDot } from '../../../src/lib/engine/drawDot';
import { apply } from '../../../src/lib/engine/functions';
import { ops, type Operation } from '../../../src/lib/engine/ops';
import { Value } from '../../../src/lib/engine/value';

describe('drawDot', () => {
	it('draws values as records and operations as nodes between them', () => {
		const a = new Value(2, 'a');
		const b = new Value(-3, 'b');
		const product = a.mul(b);
		product.label = 'product';
		product.backward();
		expect(drawDot(product)).toBe(
			[
				'digraph {',
				'\trankdir=LR;',
				'\tn0 [shape=record, label="{ a | data 2.0000 | grad -3.0000 }"];',
				'\tn1 [shape=record, label="{ b | data -3.0000 | grad 2.0000 }"];',
				'\tn2 [shape=record, label="{ product | data -6.0000 | grad 1.0000 }"];',
				'\tn2op [label="*"];',
				'\tn2op -> n2;',
				'\tn0 -> n2op;',
				'\tn1 -> n2op;',
				'}',
				''
			].join('\n')
		);
	});

	it('labels every operation of the table', () => {
		const labels = Object.values<Operation>(ops).map((op) => {
			const text = drawDot(apply(op, new Value(1), op === ops.pow ? 2 : new Value(1)));
			return /op \[label="(.*)"\]/.exec(text)?.[1];
		});
		expect(labels.join(' ')).toBe(
			'+ - * / neg ^2 exp log tanh ReLU sigmoid softplus sqrt abs max sin cos'
		);
	});

	it('draws two arrows for a + a', () => {
		const a = new Value(3, 'a');
		const arrows = drawDot(a.add(a)).match(/n0 -> n1op;/g);
		expect(arrows).toHaveLength(2);
	});

	it('keeps equal values apart, and a value used twice one', () => {
		const text = drawDot(new Value(1).add(new Value(1)).add(1));
		expect(text.match(/shape=record/g)).toHaveLength(5);
		const shared = new Value(1);
		const once = drawDot(shared.exp().add(shared.neg()));
		expect(once.match(/shape=record/g)).toHaveLength(4);
		expect(once.match(/n0 -> /g)).toHaveLength(2);
	});

	it('gives the same text each time', () => {
		const root = new Value(1, 'x').tanh().mul(2).sub(4);
		expect(drawDot(root)).toBe(drawDot(root));
	});

	it('names the exponent, the direction, and leaves out an empty label', () => {
		const text = drawDot(new Value(2).pow(-1), { direction: 'TB' });
		expect(text).toContain('\trankdir=TB;');
		expect(text).toContain('n1op [label="^-1"]');
		expect(text).toContain('n0 [shape=record, label="{ data 2.0000 | grad 0.0000 }"]');
	});

	it('escapes what has a meaning in a label', () => {
		const text = drawDot(new Value(NaN, 'a "b" {c|d} <e> \\f\ng'));
		expect(text).toContain(
			'label="{ a \\"b\\" \\{c\\|d\\} \\<e\\> \\\\f\\ng | data NaN | grad 0.0000 }"'
		);
	});
});
