import { forward, neuronNumbers } from '$lib/explain/activations';
import { MLP } from '$lib/nn/mlp';
import fc from 'fast-check';
import { expect, it } from 'vitest';

const networks = fc.record({
	hidden: fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 4 }),
	activation: fc.constantFrom('tanh', 'relu'),
	x: fc.double({ min: -3, max: 3, noNaN: true }),
	y: fc.double({ min: -3, max: 3, noNaN: true }),
	numbers: fc.array(fc.double({ min: -4, max: 4, noNaN: true }), { minLength: 7, maxLength: 50 })
});

it('gives the bits of MLP.predict, in every layer', () => {
	fc.assert(
		fc.property(networks, ({ hidden, activation, x, y, numbers }) => {
			const sizes = [2, ...hidden, 1];
			const network = new MLP(sizes, activation, () => 0);
			const count = network.parameters().length;
			const parameters = Float64Array.from(
				{ length: count },
				(_, index) => numbers[index % numbers.length]!
			);
			network.setParameters(parameters);
			const { sums, values } = forward(sizes, activation, parameters, [x, y]);
			expect(values.at(-1)).toEqual(network.predict([x, y]));
			expect(values.map(({ length }) => length)).toEqual(sizes);
			let inputs = [x, y];
			for (const [index, layer] of network.layers.entries()) {
				inputs = layer.predict(inputs);
				expect(values[index + 1]).toEqual(inputs);
				for (const [neuron, { weights, bias }] of layer.neurons.entries()) {
					const id = { layer: index + 1, neuron };
					const one = neuronNumbers(sizes, activation, parameters, { sums, values }, id);
					expect(one.weights).toEqual(weights.map(({ data }) => data));
					expect(one.bias).toBe(bias.data);
					expect(one.result).toBe(inputs[neuron]);
					expect(one.sum).toBe(sums[index + 1]![neuron]);
					expect(one.activation).toBe(index === hidden.length ? null : activation);
				}
			}
		})
	);
});
