import { Folding } from '$lib/components/inside/folding';
import { SampleGraph } from '$lib/explain/sampleGraph';
import { describe, expect, it } from 'vitest';

function foldingOf(hidden: number[]) {
	const sample = new SampleGraph({
		sizes: [2, ...hidden, 1],
		activation: 'tanh',
		loss: 'squared-error',
		penalized: true
	});
	return new Folding(sample.graph, sample.groups());
}

const open = (folding: Folding, changed: readonly string[]) =>
	folding.groups.filter((group) => folding.isOpen(group, changed)).map(({ name }) => name);

describe('folding', () => {
	const neurons = ['Layer 1, neuron 1', 'Layer 1, neuron 2', 'Output'];

	it('begins open where the graph is small, but for the penalty', () => {
		expect(open(foldingOf([2]), [])).toEqual(neurons);
		expect(open(foldingOf([8, 8]), [])).toEqual([]);
	});

	it('is as a person changes it', () => {
		expect(open(foldingOf([2]), ['Output', 'L2'])).toEqual([...neurons.slice(0, 2), 'L2']);
		expect(open(foldingOf([8, 8]), ['Output'])).toEqual(['Output']);
	});

	it.each([[2], [8, 8]])('opens all but the penalty, and closes all: %s', (...hidden) => {
		const folding = foldingOf(hidden);
		const all = folding.groups.map(({ name }) => name);
		expect(open(folding, folding.allOpen)).toEqual(all.filter((name) => name !== 'L2'));
		expect(open(folding, folding.allClosed)).toEqual([]);
	});
});
