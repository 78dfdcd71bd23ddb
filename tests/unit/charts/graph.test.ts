import { instance } from '@viz-js/viz';
import { describe, expect, it } from 'vitest';
import { pixelScale } from '$lib/charts/graphFiles';
import { exportedSize, graphSvg, type ExportColors } from '$lib/charts/graphExport';
import { graphDot } from '$lib/charts/graphFiles';
import {
	arrowPath,
	bundled,
	centered,
	curvePath,
	fit,
	firstView,
	inSight,
	neighborIn,
	neighborsOf,
	nodeSizes,
	revealing,
	strengthOf
} from '$lib/charts/graphGeometry';
import { pointAt, routeOf } from '$lib/charts/graphRoutes';
import {
	captionOf,
	cardNumber,
	operationSign,
	cardKind,
	shortNumber,
	tagOf,
	termNumber,
	wordsOf
} from '$lib/charts/graphText';
import { drawDot } from '$lib/engine/drawDot';
import { apply } from '$lib/engine/functions';
import { ops } from '$lib/engine/ops';
import { topologicalOrder } from '$lib/engine/order';
import { picture } from '$lib/engine/picture';
import { Value } from '$lib/engine/value';
import { numbersOf, valueGraph } from '$lib/engine/valueGraph';
import type { Role } from '$lib/nn/roles';
import { SampleGraph } from '$lib/explain/sampleGraph';
import { layOutWith } from '$lib/worker/graphLayout';

const viz = await instance();
const arrangement = { nodeGap: 14, rankGap: 22, ordered: true };

function laidOut(sample: SampleGraph, groups = sample.groups()) {
	const drawn = picture(sample.graph, groups);
	const dot = drawDot(drawn, { direction: 'LR', sizes: nodeSizes });
	return { drawn, layout: layOutWith(viz, dot, arrangement) };
}

const sampleOf = (sizes: readonly number[], penalized = true) =>
	new SampleGraph({ sizes, activation: 'tanh', loss: 'squared-error', penalized });

describe('the texts of a graph', () => {
	it.each([
		[0, '0'],
		[-0, '0'],
		[0.31, '0.3100'],
		[-12.345678, '−12.346'],
		[123.456, '123.46'],
		[-54321.98, '−54322.0'],
		[2.1e-7, '2.1e−7'],
		[-1234567, '−1.2e6'],
		[NaN, 'not a number'],
		[-Infinity, '−∞']
	])('write %d as %s', (value, text) => {
		expect(cardNumber(value)).toBe(text);
	});

	it('write short numbers in five characters, and negative factors in brackets', () => {
		expect([0.314, -12.44, 999.4, -0.001].map(shortNumber)).toEqual([
			'0.31',
			'−12.4',
			'999',
			'0.00'
		]);
		expect([0.5, -0.5].map(termNumber)).toEqual(['0.5000', '(−0.5000)']);
	});

	it('say what each node is', () => {
		const { graph, neurons, penalty, target, inputs, loss } = sampleOf([2, 2, 1]);
		const place = (value: Value) => graph.places.get(value)!;
		const { weights, bias, sum, result } = neurons[0]![1]!;
		expect(wordsOf(graph, place(weights[1]!))).toBe('weight of layer 1, neuron 2 for input 2');
		expect(wordsOf(graph, place(bias))).toBe('bias of layer 1, neuron 2');
		expect(wordsOf(graph, place(sum))).toBe('weighted sum of layer 1, neuron 2');
		expect(wordsOf(graph, place(result))).toBe('output of layer 1, neuron 2');
		const product = graph.nodes.find(
			({ op, first }) => op?.name === 'mul' && first === weights[0]
		)!;
		expect(wordsOf(graph, place(product))).toBe('product of w1.2.1 and x1');
		expect(captionOf(graph, place(product))).toBe('w1.2.1·x1');
		expect(captionOf(graph, place(sum.first!))).toBe('z1.2 so far');
		expect([weights[0]!, bias, inputs[0]!, target].map((v) => cardKind(graph, place(v)))).toEqual([
			'parameter',
			'parameter',
			'input',
			'input'
		]);
		expect([weights[0]!, bias, inputs[0]!, target].map((v) => tagOf(graph, place(v)))).toEqual([
			'weight',
			'bias',
			'input',
			''
		]);
		expect(cardKind(graph, place(penalty!))).toBe('result');
		expect(wordsOf(graph, place(loss))).toBe('what training makes small');
	});

	it('takes no variable for a weight because of its name', () => {
		const w = new Value(2, 'w1.1.1');
		const graph = { ...valueGraph(topologicalOrder(w.mul(w))), roles: new Map<Value, Role>() };
		expect([cardKind(graph, 0), tagOf(graph, 0)]).toEqual(['input', 'input']);
		expect(wordsOf(graph, 0)).toBe('a given number');
	});

	it('draw signs as they are written by hand', () => {
		const a = new Value(1, 'a');
		const signs = [a.add(a), a.sub(a), a.mul(a), a.div(a), a.neg(), a.pow(2), a.pow(-0.5)];
		expect(signs.map(operationSign)).toEqual(['+', '−', '×', '÷', '−', 'x²', 'x⁻⁰·⁵']);
		expect([a.tanh(), a.relu(), a.exp(), a.log(), a].map(operationSign)).toEqual([
			'tanh',
			'ReLU',
			'eˣ',
			'ln',
			''
		]);
		const { sqrt, abs, max, sin, cos } = ops;
		const others = [sqrt, abs, max, sin, cos].map((op) => apply(op, a, a));
		expect(others.map(operationSign)).toEqual(['√', '|x|', 'max', 'sin', 'cos']);
	});
});

describe('the geometry of a graph', () => {
	const screen = { width: 800, height: 600 };
	const box = { x: 50, y: 50, width: 20, height: 10 };

	it('fits a layout into the screen', () => {
		expect(fit({ width: 1520, height: 100 }, screen)).toEqual({ k: 0.5, x: 20, y: 275 });
		expect(fit({ width: 10, height: 10 }, screen).k).toBe(1.25);
	});

	it('begins a small graph where it can be read, at its root', () => {
		const layout = { width: 8000, height: 600, nodes: new Map([['n0', box]]), edges: [] };
		const root = { x: 7900, y: 300, width: 100, height: 50 };
		const view = firstView(layout, root, screen);
		expect(view.k).toBeGreaterThan(0.3);
		expect(inSight(view, root, screen, 0)).toBe(true);
	});

	it('moves a view no more than needed to see a node', () => {
		const view = centered(box, 1, screen);
		expect(revealing(view, box, screen)).toBe(view);
		const hidden = { ...box, x: 1000 };
		const next = revealing(view, hidden, screen, 10);
		expect(next.k * (hidden.x + 10) + next.x).toBeCloseTo(790);
		expect(next.y).toBe(view.y);
		expect(inSight(view, hidden, screen)).toBe(false);
		expect(inSight(next, hidden, screen)).toBe(true);
	});

	it('writes curves and arrow heads', () => {
		const edge = { from: 'a', to: 'b', points: [0, 0, 1, 0, 2, 0, 3, 0], tip: [8, 0] as const };
		expect(curvePath(edge)).toBe('M0 0C1 0 2 0 3 0');
		expect(arrowPath(edge, 2)).toBe('M3 2 8 0 3 -2z');
		expect(bundled(Array.from({ length: 100 }, () => edge)).map((list) => list.length)).toEqual([
			48, 48, 4
		]);
	});

	it('colors a number by its size', () => {
		expect([0, NaN, 1e-9, 0.5, -0.5, 1e9, Infinity].map(strengthOf)).toEqual([0, 0, 1, 4, 4, 8, 8]);
	});

	it('walks along the edges and across them', () => {
		const sample = sampleOf([2, 3, 1]);
		const { drawn, layout } = laidOut(sample);
		const neighbors = neighborsOf(drawn.edges);
		const id = (value: Value) => `n${sample.graph.places.get(value)!}`;
		const hidden = sample.neurons[0]!.map(({ result }) => id(result));
		expect(neighbors.readers.get(id(sample.inputs[0]!))).toEqual(hidden);
		expect(neighbors.operands.get(id(sample.output))).toEqual(hidden);
		const go = (from: string, direction: 'operand' | 'reader' | 'before' | 'after') =>
			neighborIn(direction, from, layout, neighbors, true);
		expect(hidden).toContain(go(id(sample.output), 'operand'));
		expect(go(hidden[0]!, 'reader')).toBe(id(sample.output));
		expect(go(hidden[0]!, 'after')).toBe(hidden[1]);
		expect(go(hidden[1]!, 'before')).toBe(hidden[0]);
		expect(go(hidden[0]!, 'before')).toBe(null);
		expect(go(id(sample.loss), 'reader')).toBe(null);
	});

	it('finds the way between two nodes, both ways', () => {
		const sample = sampleOf([2, 1]);
		const { layout } = laidOut(sample, []);
		const { sum } = sample.neurons[0]![0]!;
		const to = sample.graph.places.get(sum)!;
		const from = sample.graph.first[to]!;
		const way = routeOf(layout, `n${from}`, `n${to}`)!;
		const back = routeOf(layout, `n${to}`, `n${from}`)!;
		expect(pointAt(way, 0)).toEqual(pointAt(back, 1));
		expect(pointAt(way, 1)).toEqual(pointAt(back, 0));
		expect(pointAt(way, 0.5)[0]).toBeGreaterThan(pointAt(way, 0)[0]);
		expect(routeOf(layout, `n${to}`, 'n0')).toBe(null);
	});
});

describe('an exported graph', () => {
	const sample = sampleOf([2, 3, 1]);
	sample.show({ x: 1, y: -1, target: 1 }, new Float64Array(13).fill(0.25), 0.01);
	const { drawn, layout } = laidOut(sample);
	const numbers = numbersOf(sample.graph);
	const black = [0, 0, 0] as const;
	const colors: ExportColors = {
		background: [14, 19, 27],
		panel: black,
		ink: [255, 255, 255],
		muted: black,
		edge: black,
		accent: black,
		positive: [0, 0, 255],
		negative: black
	};
	const text = graphSvg({
		graph: sample.graph,
		picture: drawn,
		layout,
		numbers,
		colors,
		title: 'A & B'
	});

	it('stands alone as SVG, with all of its numbers', () => {
		expect(text).toContain('<title>A &amp; B</title>');
		expect(text).toContain('fill="#0e131b"');
		expect(text).not.toMatch(/class=|style=|var\(|href|url\(|rgb\(|undefined|NaN/);
		for (const { kind, place } of drawn.nodes) {
			if (kind !== 'operation') expect(text).toContain(`>${cardNumber(numbers.data[place]!)}<`);
		}
		const { width, height } = exportedSize(layout);
		expect(text).toContain(`viewBox="0 0 ${width} ${height}"`);
	});

	it('is DOT that Graphviz reads, with the numbers that are shown', () => {
		const shown = { data: numbers.data.map((n) => n + 1), grad: numbers.grad };
		const dot = graphDot(drawn, shown);
		expect(dot).not.toContain('fixedsize');
		const root = sample.graph.nodes.length - 1;
		expect(dot).toContain(`data ${shown.data[root]!.toFixed(4)}`);
		expect(layOutWith(viz, dot, arrangement).nodes.size).toBe(drawn.nodes.length);
	});

	it('has two pixels for each unit, fewer where it is very large', () => {
		expect(pixelScale({ width: 1000, height: 500 })).toBe(2);
		const scale = pixelScale({ width: 10_000, height: 5_000 });
		expect(10_000 * scale).toBeLessThanOrEqual(12_000);
		expect(10_000 * scale * 5_000 * scale).toBeLessThanOrEqual(60.1e6);
	});

	it('draws a + a with both edges', () => {
		const a = new Value(1, 'a');
		const graph = { ...valueGraph(topologicalOrder(a.add(a))), roles: new Map<Value, Role>() };
		const small = picture(graph);
		const placed = layOutWith(viz, drawDot(small, { sizes: nodeSizes }), arrangement);
		const svg = graphSvg({
			graph,
			picture: small,
			layout: placed,
			numbers: numbersOf(graph),
			colors,
			title: 'a + a'
		});
		expect(/<path d="([^"]*)" fill="none"/.exec(svg)![1]!.match(/M/g)).toHaveLength(3);
	});
});
