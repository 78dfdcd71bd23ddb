import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Value } from '../../../src/lib/engine/value';
import { activations, type ActivationName } from '../../../src/lib/nn/activations';
import { scaledUniform } from '../../../src/lib/nn/initialization';
import { Layer } from '../../../src/lib/nn/layer';
import { MLP } from '../../../src/lib/nn/mlp';
import { Neuron } from '../../../src/lib/nn/neuron';
import { Random } from '../../../src/lib/random/random';

const activationName = fc.constantFrom(...(Object.keys(activations) as ActivationName[]));
const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 5 });
const number = fc.double({ min: -4, max: 4, noNaN: true });
const leaves = (numbers: readonly number[]) => numbers.map((data) => new Value(data));

/** 1, 2, 3, ... as weights, so that the order in which they are asked for shows. */
function counting() {
	let count = 0;
	return () => ++count;
}

describe('predict', () => {
	it('agrees with forward to the last bit, for any sizes, activation and parameters', () => {
		fc.assert(
			fc.property(
				sizes,
				activationName,
				fc.integer(),
				fc.infiniteStream(number),
				(sizes, activation, seed, stream) => {
					const take = (count: number) => [...stream.take(count)];
					const network = new MLP(
						sizes,
						activation,
						scaledUniform(new Random(seed >>> 0, 'weights'))
					);
					if (seed % 2 === 0) network.setParameters(take(network.parameters().length));
					for (const inputs of [take(sizes[0]!), take(sizes[0]!)]) {
						const graph = network.forward(leaves(inputs)).map(({ data }) => data);
						expect(network.predict(inputs)).toStrictEqual(graph);
					}
				}
			)
		);
	});

	it('agrees where sums overflow, vanish or are not numbers', () => {
		for (const activation of Object.keys(activations) as ActivationName[]) {
			for (const parameter of [1e200, -1e308, NaN, Infinity, -0, 5e-324]) {
				const network = new MLP([2, 3, 1], activation, () => parameter);
				const inputs = [-1, 1e150];
				const graph = network.forward(leaves(inputs)).map(({ data }) => data);
				expect(network.predict(inputs)).toStrictEqual(graph);
			}
		}
	});

	it('hands out an array that the next call leaves alone', () => {
		const network = new MLP([1, 2], 'tanh', () => 1);
		const first = network.predict([3]);
		network.predict([4]);
		expect(first).toEqual([3, 3]);
	});
});

describe('a weighted sum', () => {
	it('starts at the bias and adds left to right', () => {
		const network = new MLP([2, 1], 'tanh', () => 1);
		// 1e16 + 1 rounds to 1e16, so any other order of the same three numbers gives something else.
		for (const { bias, inputs, sum } of [
			{ bias: 1e16, inputs: [-1e16, 1], sum: 1 },
			{ bias: 1, inputs: [1e16, -1e16], sum: 0 }
		]) {
			network.setParameters([1, 1, bias]);
			expect(network.predict(inputs)).toEqual([sum]);
			expect(network.forward(leaves(inputs))[0]!.data).toBe(sum);
		}
	});

	it('is the graph that its formula reads', () => {
		const neuron = new Neuron(2, activations.tanh, counting());
		const inputs = leaves([5, 7]);
		const output = neuron.forward(inputs);
		const sum = output.prev[0]!;
		const [partial, last] = sum.prev;
		expect(output.op?.name).toBe('tanh');
		expect(sum.op?.name).toBe('add');
		expect(partial!.prev[0]).toBe(neuron.bias);
		for (const [index, product] of [partial!.prev[1], last].entries()) {
			expect(product!.op?.name).toBe('mul');
			expect(product!.prev[0]).toBe(neuron.weights[index]);
			expect(product!.prev[1]).toBe(inputs[index]);
		}
	});
});

describe('MLP', () => {
	it("lists its parameters in micrograd's order: neuron by neuron, weights, then bias", () => {
		const network = new MLP([2, 2, 1], 'tanh', counting());
		expect([...network.getParameters()]).toEqual([1, 2, 0, 3, 4, 0, 5, 6, 0]);
		expect(network.layers[1]!.neurons[0]!.weights[1]).toBe(network.parameters()[7]);
	});

	it('has 337 parameters as 2-16-16-1 and 3 without a hidden layer', () => {
		expect(new MLP([2, 16, 16, 1], 'relu', counting()).parameters()).toHaveLength(337);
		expect(new MLP([2, 1], 'relu', counting()).parameters()).toHaveLength(3);
	});

	it('applies the activation to hidden layers only', () => {
		const network = new MLP([1, 1, 1], 'relu', () => -2);
		expect(network.predict([3])).toEqual([0]);
		expect(network.predict([-3])).toEqual([-12]);
		expect(new MLP([1, 1], 'relu', () => -2).predict([3])).toEqual([-6]);
	});

	it('refuses sizes that make no network, and inputs that do not fit', () => {
		for (const sizes of [[], [2], [2, 0, 1], [2, 1.5, 1], [2, NaN], [-1, 1]]) {
			expect(() => new MLP(sizes, 'tanh', () => 0), `[${sizes.join()}]`).toThrow(RangeError);
		}
		const network = new MLP([2, 1], 'tanh', () => 0);
		expect(() => network.predict([1])).toThrow('takes 2 inputs, not 1');
		expect(() => network.forward(leaves([1, 2, 3]))).toThrow('takes 2 inputs, not 3');
	});

	it('keeps its own list of sizes', () => {
		const sizes = [2, 3, 1];
		const network = new MLP(sizes, 'tanh', () => 0);
		sizes[0] = 7;
		expect(network.sizes).toEqual([2, 3, 1]);
	});
});

describe('Module', () => {
	it('takes back what it gave out', () => {
		const layer = new Layer(2, 3, null, counting());
		const saved = layer.getParameters();
		layer.setParameters(saved.map((value) => -value));
		expect(layer.getParameters()).toEqual(saved.map((value) => -value));
		layer.setParameters(saved);
		expect(layer.getParameters()).toEqual(saved);
	});

	it('changes nothing when the count is wrong', () => {
		const layer = new Layer(1, 1, null, counting());
		expect(() => layer.setParameters([9])).toThrow('2 parameters cannot take 1 values');
		expect([...layer.getParameters()]).toEqual([1, 0]);
	});

	it('clears the gradients that backward has added to its leaves', () => {
		const network = new MLP([1, 1], 'tanh', () => 2);
		for (let pass = 1; pass <= 2; pass++) {
			network.forward([new Value(3)])[0]!.backward();
			expect(network.parameters().map(({ grad }) => grad)).toEqual([3 * pass, pass]);
		}
		network.zeroGrad();
		expect(network.parameters().map(({ grad }) => grad)).toEqual([0, 0]);
	});
});

describe('scaledUniform', () => {
	it('draws from (-1, 1) / sqrt(fanIn), the whole width of it', () => {
		const draw = scaledUniform(new Random(1, 'weights'));
		for (const fanIn of [1, 2, 16]) {
			const weights = Array.from({ length: 4000 }, () => draw(fanIn) * Math.sqrt(fanIn));
			const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
			const variance = weights.reduce((sum, weight) => sum + weight * weight, 0) / weights.length;
			expect(Math.max(...weights.map(Math.abs))).toBeLessThanOrEqual(1);
			expect(Math.min(...weights)).toBeLessThan(-0.99);
			expect(Math.max(...weights)).toBeGreaterThan(0.99);
			// Five standard errors: uniform on (-1, 1) has variance 1/3, its square has variance 4/45.
			expect(Math.abs(mean)).toBeLessThan(5 * Math.sqrt(1 / 3 / weights.length));
			expect(Math.abs(variance - 1 / 3)).toBeLessThan(5 * Math.sqrt(4 / 45 / weights.length));
		}
	});

	it('gives a seed its own network, again and again', () => {
		const make = (seed: number) =>
			new MLP([2, 8, 8, 1], 'tanh', scaledUniform(new Random(seed, 'weights'))).getParameters();
		expect(make(1337)).toEqual(make(1337));
		expect(make(1337)).not.toEqual(make(1338));
	});
});
