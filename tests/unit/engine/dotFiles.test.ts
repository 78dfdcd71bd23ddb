import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { drawDot } from '../../../src/lib/engine/drawDot';
import { topologicalOrder } from '../../../src/lib/engine/order';
import { picture } from '../../../src/lib/engine/picture';
import { Value } from '../../../src/lib/engine/value';
import { valueGraph } from '../../../src/lib/engine/valueGraph';
import { activations } from '../../../src/lib/nn/activations';
import { Neuron } from '../../../src/lib/nn/neuron';

/** The neuron that micrograd's own introduction draws: two inputs, 1 and -2, and a ReLU. */
function neuron(): { result: Value; inner: Value[] } {
	const weights = [0.75, -0.5];
	const made = new Neuron(2, activations.relu, () => weights.shift()!);
	const inputs = [new Value(1, 'x1'), new Value(-2, 'x2')];
	for (const [i, weight] of made.weights.entries()) weight.label = `w${i + 1}`;
	made.bias.label = 'b';
	const result = made.forward(inputs);
	result.label = 'h';
	result.backward();
	return { result, inner: topologicalOrder(result, inputs) };
}

function golden(name: string): string {
	return readFileSync(new URL(`../../fixtures/dot/${name}.dot`, import.meta.url), 'utf8');
}

describe('the DOT text', () => {
	it("of the introduction's neuron", () => {
		expect(drawDot(neuron().result)).toBe(golden('neuron'));
	});

	it('of the neuron folded, in boxes of fixed sizes', () => {
		const { result, inner } = neuron();
		const graph = valueGraph(topologicalOrder(result));
		const folded = picture(graph, [{ name: 'Neuron', members: new Set(inner), result }]);
		const sizes = { value: [144, 36], group: [144, 54], operation: [36, 36] } as const;
		expect(drawDot(folded, { direction: 'TB', sizes })).toBe(golden('neuron-folded'));
	});

	it('of a + a', () => {
		const a = new Value(3, 'a');
		const sum = a.add(a);
		sum.label = 'b';
		sum.backward();
		expect(drawDot(sum)).toBe(golden('a-plus-a'));
	});

	it('of shared sub-expressions', () => {
		const a = new Value(-2, 'a');
		const b = new Value(3, 'b');
		const d = a.mul(b);
		d.label = 'd';
		const e = a.add(b);
		e.label = 'e';
		const f = d.mul(e);
		f.label = 'f';
		f.backward();
		expect(drawDot(f)).toBe(golden('shared'));
	});
});
