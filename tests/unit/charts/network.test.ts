import { edgeAt, edgePath, layOutNetwork, neighbor, neuronAt } from '$lib/charts/networkLayout';
import { biasIndex, parameterCount, weightsStart } from '$lib/nn/places';
import { edgeName, formatParameter, inputName, neuronName } from '$lib/charts/networkText';
import { edgeCount, strongestEdges } from '$lib/charts/strongestEdges';
import { MLP } from '$lib/nn/mlp';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const hiddenLayers = fc.array(fc.integer({ min: 1, max: 32 }), { maxLength: 6 });
const networks = hiddenLayers.map((hidden) => [2, ...hidden, 1]);

describe('the layout', () => {
	it('keeps every neuron in the picture, apart from the others and large enough for a finger', () => {
		fc.assert(
			fc.property(networks, fc.integer({ min: 280, max: 900 }), (sizes, width) => {
				const layout = layOutNetwork(sizes, width);
				const half = layout.nodeSize / 2;
				expect(layout.nodeSize).toBeGreaterThanOrEqual(24);
				for (const [layer, rows] of layout.rows.entries()) {
					expect(rows).toHaveLength(sizes[layer]!);
					expect(rows[0]! - half).toBeGreaterThanOrEqual(0);
					expect(rows.at(-1)! + half).toBeLessThanOrEqual(layout.height);
					for (const [index, row] of rows.slice(1).entries()) {
						expect(row - rows[index]!).toBeGreaterThanOrEqual(layout.nodeSize + 2);
					}
				}
			})
		);
	});

	it('sets hidden columns evenly, with half of their share for the ends', () => {
		expect(layOutNetwork([2, 8, 8, 1], 300).columns).toEqual([25, 100, 200, 275]);
		expect(layOutNetwork([2, 1], 300).columns).toEqual([75, 225]);
	});
});

describe('the places of parameters', () => {
	it('are those of the network itself', () => {
		const sizes = [2, 3, 4, 1];
		const network = new MLP(sizes, 'tanh', () => 1);
		expect(parameterCount(sizes)).toBe(network.parameters().length);
		const parameters = network.parameters();
		for (const [index, layer] of network.layers.entries()) {
			for (const [neuron, { weights, bias }] of layer.neurons.entries()) {
				const id = { layer: index + 1, neuron };
				expect(parameters[weightsStart(sizes, id)]).toBe(weights[0]);
				expect(parameters[biasIndex(sizes, id)]).toBe(bias);
			}
		}
	});
});

describe('what is at a place', () => {
	const layout = layOutNetwork([2, 8, 8, 1], 400);

	it('finds each neuron at its middle and none between', () => {
		for (const [layer, rows] of layout.rows.entries()) {
			for (const [neuron, row] of rows.entries()) {
				expect(neuronAt(layout, layout.columns[layer]!, row)).toEqual({ layer, neuron });
			}
		}
		expect(
			neuronAt(layout, layout.columns[1]!, (layout.rows[1]![0]! + layout.rows[1]![1]!) / 2)
		).toBe(null);
		expect(
			neuronAt(layout, (layout.columns[1]! + layout.columns[2]!) / 2, layout.rows[1]![0]!)
		).toBe(null);
	});

	it('finds the connection whose drawn curve passes there', () => {
		const weight = 1;
		const edges = [0, 1, 2, 3].map((neuron) => ({
			layer: 2,
			neuron: 2 * neuron,
			input: neuron,
			weight
		}));
		for (const edge of edges) {
			const [x0, y0, x1, y1, x2, y2, x3, y3] = edgePath(layout, edge)
				.match(/-?[\d.]+/g)!
				.map(Number) as [number, number, number, number, number, number, number, number];
			for (const t of [0.15, 0.5, 0.8]) {
				const blend = (p0: number, p1: number, p2: number, p3: number) =>
					(1 - t) ** 3 * p0 + 3 * (1 - t) ** 2 * t * p1 + 3 * (1 - t) * t * t * p2 + t ** 3 * p3;
				const x = blend(x0, x1, x2, x3);
				const y = blend(y0, y1, y2, y3);
				expect(edgeAt(layout, edges, x, y, 0.5)).toBe(edge);
			}
		}
	});

	it('measures across the curve, however steep it is', () => {
		const edge = { layer: 2, neuron: 7, input: 0 };
		const [x0, y0, x1, y1] = [
			layout.columns[1]!,
			layout.rows[1]![0]!,
			layout.columns[2]!,
			layout.rows[2]![7]!
		];
		const half = layout.nodeSize / 2;
		const across = x1 - x0 - 2 * half;
		// Halfway a curve with control points 0.45 of the way in is 1 / 0.55 times as steep as the straight line.
		const slope = (y1 - y0) / across / 0.55;
		const length = Math.hypot(1, slope);
		const place = { x: (x0 + x1) / 2 + (4 * slope) / length, y: (y0 + y1) / 2 - 4 / length };
		expect(edgeAt(layout, [edge], place.x, place.y, 5)).toBe(edge);
		expect(edgeAt(layout, [edge], place.x, place.y, 3)).toBeNull();
	});

	it('finds no connection far from all, beside the columns, or among none', () => {
		const edge = { layer: 1, neuron: 0, input: 0 };
		expect(edgeAt(layout, [edge], 66, layout.height - 1, 6)).toBeNull();
		expect(edgeAt(layout, [edge], -5, 100, 600)).toBeNull();
		expect(edgeAt(layout, [], 66, 100, 600)).toBeNull();
	});
});

describe('arrow keys', () => {
	const layout = layOutNetwork([2, 8, 4, 1], 400);
	const from = { layer: 1, neuron: 4 };

	it('go up and down in a layer, and stop at its ends', () => {
		expect(neighbor(layout, from, 'ArrowUp')).toEqual({ layer: 1, neuron: 3 });
		expect(neighbor(layout, { layer: 1, neuron: 7 }, 'ArrowDown')).toEqual({ layer: 1, neuron: 7 });
		expect(neighbor(layout, { layer: 0, neuron: 0 }, 'ArrowUp')).toEqual({ layer: 0, neuron: 0 });
	});

	it('go to the neuron at the same height of the next layer, and stop at the outer ones', () => {
		expect(neighbor(layout, { layer: 1, neuron: 0 }, 'ArrowRight')).toEqual({
			layer: 2,
			neuron: 0
		});
		expect(neighbor(layout, { layer: 1, neuron: 7 }, 'ArrowRight')).toEqual({
			layer: 2,
			neuron: 3
		});
		expect(neighbor(layout, { layer: 3, neuron: 0 }, 'ArrowRight')).toEqual({
			layer: 3,
			neuron: 0
		});
		expect(neighbor(layout, { layer: 0, neuron: 1 }, 'ArrowLeft')).toEqual({ layer: 0, neuron: 1 });
	});
});

describe('the connections that are drawn', () => {
	it('are all of a small network, the weakest first', () => {
		const edges = strongestEdges([2, 1], [3, -2, 9]);
		expect(edges.map(({ weight }) => weight)).toEqual([-2, 3]);
		expect(edges[1]).toEqual({ layer: 1, neuron: 0, input: 0, weight: 3 });
		expect(strongestEdges([2, 16, 16, 1], new Float64Array(337).fill(1))).toHaveLength(304);
	});

	it('are at most the budget, none weaker than one left out of its gap', () => {
		fc.assert(
			fc.property(networks, fc.integer({ min: 50, max: 400 }), (sizes, budget) => {
				const parameters = Float64Array.from({ length: parameterCount(sizes) }, (_, index) =>
					Math.sin(1 + index * index)
				);
				const edges = strongestEdges(sizes, parameters, budget);
				expect(edges.length).toBeLessThanOrEqual(Math.max(budget, sizes.length));
				expect(edges.length).toBeGreaterThanOrEqual(
					Math.min(edgeCount(sizes), budget - sizes.length)
				);
				for (let layer = 1; layer < sizes.length; layer++) {
					const drawn = edges.filter((edge) => edge.layer === layer);
					const weights = Array.from({ length: sizes[layer]! }, (_, neuron) => {
						const start = weightsStart(sizes, { layer, neuron });
						return [...parameters.slice(start, start + sizes[layer - 1]!)];
					}).flat();
					const strongest = weights.map(Math.abs).sort((a, b) => b - a);
					expect(drawn.map(({ weight }) => Math.abs(weight)).reverse()).toEqual(
						strongest.slice(0, drawn.length)
					);
				}
			})
		);
	});

	it('leave out what is zero or not finite', () => {
		expect(strongestEdges([2, 2], [0, NaN, 1, Infinity, 2, 1])).toHaveLength(1);
	});
});

describe('the words', () => {
	const sizes = [2, 8, 4, 1];

	it('name neurons', () => {
		expect(neuronName(sizes, { layer: 0, neuron: 1 })).toBe('Input x₂');
		expect(neuronName(sizes, { layer: 1, neuron: 2 })).toBe('Layer 1, neuron 3');
		expect(neuronName(sizes, { layer: 3, neuron: 0 })).toBe('Output');
		expect(inputName(11)).toBe('x₁₂');
	});

	it('name connections', () => {
		expect(edgeName(sizes, { layer: 1, neuron: 2, input: 0 })).toBe(
			'weight x₁ → neuron 3 of layer 1'
		);
		expect(edgeName(sizes, { layer: 3, neuron: 0, input: 1 })).toBe(
			'weight neuron 2 of layer 2 → output'
		);
	});

	it('write parameters', () => {
		expect(formatParameter(-0.42131)).toBe('−0.4213');
		expect(formatParameter(undefined)).toBe('–');
	});
});
