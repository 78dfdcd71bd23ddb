import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { picture } from '../../../src/lib/engine/picture';
import { gradientTerms, numbersOf } from '../../../src/lib/engine/valueGraph';
import { SampleGraph } from '../../../src/lib/explain/sampleGraph';
import { Interpreter } from '../../../src/lib/compile/interpreter';
import { stepQueue } from '../../../src/lib/compile/executor';
import { losses, type LossName } from '../../../src/lib/nn/losses';
import { MLP } from '../../../src/lib/nn/mlp';
import { Random } from '../../../src/lib/random/random';
import { sampleProgram } from '../../../src/lib/nn/sampleProgram';
import { sampleOutputs, trainingTapes } from '../../../src/lib/training/model';

const arbitraryCase = fc.record({
	hidden: fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 3 }),
	activation: fc.constantFrom('tanh' as const, 'relu' as const),
	loss: fc.constantFrom(...(Object.keys(losses) as LossName[])),
	x: fc.double({ min: -3, max: 3, noNaN: true }),
	y: fc.double({ min: -3, max: 3, noNaN: true }),
	target: fc.constantFrom(-1 as const, 1 as const),
	strength: fc.constantFrom(0, 0.01, 1),
	seed: fc.nat()
});

/** What the trainer's own executor says about one sample: its loss, its output and the gradient of the loss. */
function trained(network: MLP, loss: LossName, columns: number[], strength: number) {
	const executor = new Interpreter(trainingTapes(sampleProgram(network, loss)));
	executor.setParameters(network.getParameters());
	executor.setSamples(columns.map((number) => [number]));
	executor.setPenaltySettings([strength]);
	const queue = stepQueue(1);
	queue.length = 1;
	queue.counts[0] = 1;
	queue.indexes = new Uint32Array(1);
	const output = executor.evaluate(0, 1)[sampleOutputs.output]![0]!;
	return { output, ...executor.differentiate(queue) };
}

describe("a sample's graph", () => {
	it("holds the trainer's own numbers, however often it is shown", () => {
		fc.assert(
			fc.property(arbitraryCase, ({ hidden, activation, loss, x, y, target, strength, seed }) => {
				const sizes = [2, ...hidden, 1];
				const random = new Random(seed, 'weights');
				const network = new MLP(sizes, activation, () => random.uniform(-1, 1));
				const parameters = network.getParameters();
				const sample = new SampleGraph({ sizes, activation, loss, penalized: strength > 0 });
				for (let time = 0; time < 3; time++) sample.show({ x, y, target }, parameters, strength);
				const expected = trained(network, loss, [x, y, target], strength);
				expect(sample.output.data).toBe(expected.output);
				expect(sample.loss.data).toBe(expected.loss);
				for (const [i, parameter] of sample.network.parameters().entries()) {
					expect(parameter.grad).toBeCloseTo(expected.gradient[i]!, 12);
				}
			}),
			{ numRuns: 300 }
		);
	});

	it('explains every gradient as the sum of its terms', () => {
		const sample = new SampleGraph({
			sizes: [2, 3, 2, 1],
			activation: 'tanh',
			loss: 'cross-entropy',
			penalized: true
		});
		const random = new Random(7, 'weights');
		const parameters = sample.network.parameters().map(() => random.uniform(-1, 1));
		sample.show({ x: 0.5, y: -1, target: 1 }, parameters, 0.01);
		const numbers = numbersOf(sample.graph);
		for (const [place, { grad }] of sample.graph.nodes.slice(0, -1).entries()) {
			const terms = gradientTerms(sample.graph, numbers, place);
			expect(terms.length).toBeGreaterThan(0);
			expect(terms.reduce((sum, { term }) => sum + term, 0)).toBe(grad);
		}
		expect(gradientTerms(sample.graph, numbers, sample.graph.nodes.length - 1)).toEqual([]);
	});

	it('names its nodes', () => {
		const { graph, neurons } = new SampleGraph({
			sizes: [2, 2, 1],
			activation: 'relu',
			loss: 'max-margin',
			penalized: true
		});
		const labels = graph.nodes.map(({ label }) => label).filter((label) => label !== '');
		const first = ['x1', 'x2', 'w1.1.1', 'w1.1.2', 'b1.1', 'z1.1', 'h1.1', 'w1.2.1', 'w1.2.2'];
		const rest = ['b1.2', 'z1.2', 'h1.2', 'w2.1.1', 'w2.1.2', 'b2.1', 'output'];
		const end = ['target', 'data loss', 'strength', 'L2', 'loss'];
		expect(labels.toSorted()).toEqual([...first, ...rest, ...end].toSorted());
		expect(neurons[0]![1]!.label).toBe('h1.2');
	});

	it('folds into one node for each neuron and one for the penalty', () => {
		const sample = new SampleGraph({
			sizes: [2, 3, 1],
			activation: 'tanh',
			loss: 'squared-error',
			penalized: true
		});
		const { nodes, edges } = picture(sample.graph, sample.groups());
		const folded = nodes.filter(({ kind }) => kind === 'group').map(({ label }) => label);
		expect(folded).toEqual(['h1.1', 'h1.2', 'h1.3', 'output', 'L2']);
		const into = (label: string) => {
			const { id } = nodes.find((node) => node.label === label)!;
			return edges.filter(({ to }) => to === id).length;
		};
		expect(into('h1.2')).toBe(2);
		expect(into('output')).toBe(3);
		expect(into('L2')).toBe(0);
	});

	it('has a part for each neuron, with its inputs as leaves', () => {
		const sample = new SampleGraph({
			sizes: [2, 3, 2, 1],
			activation: 'tanh',
			loss: 'squared-error',
			penalized: false
		});
		const { nodes, first } = sample.neuronGraph(1, 1);
		expect(nodes).toHaveLength(3 + 3 + 1 + 3 + 3 + 1);
		expect(nodes.at(-1)).toBe(sample.neurons[1]![1]!.result);
		expect(sample.neurons[0]!.map(({ result }) => first[nodes.indexOf(result)])).toEqual([
			-1, -1, -1
		]);
	});
});
