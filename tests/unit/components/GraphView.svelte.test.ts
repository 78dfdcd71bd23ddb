import type { Flow, GraphMark } from '$lib/charts/graphMarks';
import { topologicalOrder } from '$lib/engine/order';
import { Value } from '$lib/engine/value';
import { numbersOf, valueGraph, type Numbers, type ValueGraph } from '$lib/engine/valueGraph';
import { SampleGraph } from '$lib/explain/sampleGraph';
import { Random } from '$lib/random/random';
import { describe, expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { userEvent } from 'vitest/browser';
import GraphHost from './GraphHost.svelte';

function sampleOf(sizes: readonly number[]): SampleGraph {
	const sample = new SampleGraph({
		sizes,
		activation: 'tanh',
		loss: 'max-margin',
		penalized: true
	});
	const random = new Random(7, 'weights');
	const parameters = sample.network.parameters().map(() => random.uniform(-1, 1));
	sample.show({ x: 0.75, y: -1.25, target: 1 }, parameters, 0.001);
	return sample;
}

const settled = (container: Element) =>
	container.querySelector('svg[data-settled="true"][aria-busy="false"]') !== null;

async function mount(props: { graph: ValueGraph; numbers?: Numbers; [name: string]: unknown }) {
	const screen = await render(GraphHost, { numbers: numbersOf(props.graph), ...props });
	const { container } = screen;
	await expect.poll(() => settled(container), { timeout: 10_000 }).toBe(true);
	const node = (id: string) => container.querySelector<SVGGElement>(`[data-node="${id}"]`)!;
	const place = (value: Value) => props.graph.places.get(value)!;
	return { screen, container, node, place };
}

describe('the drawing of a graph', () => {
	it('has a node for every value and operation, with its numbers, and both edges of a + a', async () => {
		const a = new Value(-2, 'a');
		const graph = valueGraph(topologicalOrder(a.add(a)));
		graph.nodes[1]!.backward();
		const { container, node } = await mount({ graph });
		expect(container.querySelectorAll('[data-node]')).toHaveLength(3);
		expect(node('n0').dataset['value']).toBe('-2');
		expect(node('n0').dataset['grad']).toBe('2');
		expect(node('n0').getAttribute('aria-label')).toBe('a, data −2.0000, gradient 2.0000');
		expect(node('n0').textContent).toContain('−2.0000');
		expect(node('n0').classList.contains('negative')).toBe(true);
		expect(node('n1').getAttribute('aria-label')).toBe('a + a, data −4.0000, gradient 1.0000');
		expect(node('n1op').textContent).toBe('+');
		const lines = container.querySelector('.edges .line')!.getAttribute('d')!;
		expect(lines.match(/M/g)).toHaveLength(3);
	});

	it('shows new numbers without a new layout', async () => {
		const { graph } = sampleOf([2, 2, 1]);
		const { screen, container, node } = await mount({ graph });
		const before = node('n0').getAttribute('transform');
		const data = Float64Array.from(graph.nodes, (_, place) => place / 8);
		await screen.rerender({ numbers: { data, grad: data.map((number) => -number) } });
		await expect.poll(() => node('n3').dataset['value']).toBe('0.375');
		await expect.poll(() => settled(container)).toBe(true);
		expect(node('n3').dataset['grad']).toBe('-0.375');
		expect(node('n0').getAttribute('transform')).toBe(before);
	});

	it('has not settled while newer numbers or a layout are on their way', async () => {
		const { graph } = sampleOf([2, 2, 1]);
		const { screen, container, node } = await mount({ graph });
		const svg = container.querySelector<SVGElement>('[data-testid="graph"]')!;
		await screen.rerender({ current: false });
		expect(svg.dataset['settled']).toBe('false');
		const data = Float64Array.from(graph.nodes, (_, place) => place / 8);
		await screen.rerender({ numbers: { data, grad: data }, current: true });
		expect(svg.dataset['settled']).toBe('false');
		await expect.poll(() => settled(container)).toBe(true);
		expect(node('n3').dataset['value']).toBe('0.375');
		await screen.rerender({ graph: sampleOf([2, 3, 1]).graph });
		expect(svg.dataset['settled']).toBe('false');
	});

	it('gives way to another graph, whatever the pointer and the attention are on', async () => {
		const large = sampleOf([2, 3, 1]).graph;
		const { screen, container, node } = await mount({ graph: large });
		const root = node(`n${large.nodes.length - 1}`);
		root.dispatchEvent(new PointerEvent('pointerover', { bubbles: true }));
		await expect.element(screen.getByTestId('graph-value')).toHaveTextContent('loss');
		const a = new Value(3, 'a');
		const small = valueGraph(topologicalOrder(a.mul(a)));
		await screen.rerender({ graph: small, numbers: numbersOf(small) });
		await expect.element(screen.getByTestId('graph-value')).not.toHaveTextContent('loss');
		await expect.poll(() => container.querySelectorAll('[data-node]').length).toBe(3);
		await expect.poll(() => node('n0').dataset['value']).toBe('3');
	});

	it('makes the node that has the attention out of turn, and no other', async () => {
		const { graph } = sampleOf([2, 16, 1]);
		const screen = await render(GraphHost, { numbers: numbersOf(graph), graph });
		const count = () => screen.container.querySelectorAll('[data-node]').length;
		const counts: number[] = [];
		await new Promise<void>((done) => {
			const look = () => {
				counts.push(count());
				if (settled(screen.container)) done();
				else requestAnimationFrame(look);
			};
			look();
		});
		const steps = counts.map((value, index) => value - (counts[index - 1] ?? 0));
		expect(count()).toBeGreaterThan(420);
		expect(Math.max(...steps)).toBeLessThanOrEqual(161);
	});

	it('says of a leaf what it is', async () => {
		const sample = sampleOf([2, 1]);
		const { node } = await mount({ graph: sample.neuronGraph(0, 0) });
		const texts = ['n0', 'n1', 'n2', 'n3'].map((id) => node(id).textContent);
		expect(texts.join(' ')).toMatch(/input.*input.*bias.*weight/);
	});

	it('folds and unfolds a neuron by double click, by keys, and all at once', async () => {
		const sample = sampleOf([2, 3, 1]);
		const all = sample.groups();
		const { screen, container, node, place } = await mount({ graph: sample.graph, all });
		const stacks = () => container.querySelectorAll('.folded').length;
		expect(stacks()).toBe(all.length);
		const result = sample.neurons[0]![1]!.result;
		const id = `n${place(result)}`;
		node(id).dispatchEvent(new MouseEvent('dblclick', { bubbles: true }));
		await expect.poll(stacks).toBe(all.length - 1);
		expect(node(`${id}op`).textContent).toBe('tanh');
		node(id).focus();
		await userEvent.keyboard('{Enter}');
		await expect.poll(stacks).toBe(all.length);
		await userEvent.keyboard('{Enter}');
		await expect.poll(stacks).toBe(all.length - 1);
		await screen.getByRole('button', { name: 'Unfold all' }).click();
		await expect.poll(stacks).toBe(1);
		await screen.getByRole('button', { name: 'Fold all', exact: true }).click();
		await expect.poll(stacks).toBe(all.length);
	});

	it('takes one tab stop; arrows go along the edges', async () => {
		const sample = sampleOf([2, 2, 1]);
		const graph = sample.neuronGraph(0, 0);
		const { container, node, place } = await mount({ graph });
		const { weights, result, sum } = sample.neurons[0]![0]!;
		const stops = [...container.querySelectorAll('[data-node][tabindex="0"]')];
		expect(stops).toEqual([node(`n${place(result)}`)]);
		node(`n${place(result)}`).focus();
		await userEvent.keyboard('{ArrowLeft}');
		expect(document.activeElement).toBe(node(`n${place(sum)}`));
		await userEvent.keyboard('{ArrowRight}');
		expect(document.activeElement).toBe(node(`n${place(result)}`));
		await userEvent.keyboard('{ArrowLeft}{ArrowLeft}{ArrowLeft}');
		const reached = document.activeElement!.getAttribute('data-node');
		expect(container.querySelectorAll('[data-node][tabindex="0"]')).toHaveLength(1);
		await userEvent.keyboard('{ArrowDown}');
		expect(document.activeElement!.getAttribute('data-node')).not.toBe(reached);
		expect(weights).toHaveLength(2);
		await userEvent.keyboard('{Escape}');
		expect(container.contains(document.activeElement)).toBe(false);
	});

	it('goes down the page on a narrow screen, and across on a wide one', async () => {
		const graph = sampleOf([2, 2, 1]).neuronGraph(0, 0);
		const { container } = await mount({ graph, width: 360, height: 560 });
		const root = `n${graph.nodes.length - 1}`;
		const boxOf = (id: string) =>
			container.querySelector(`[data-node="${id}"]`)!.getBoundingClientRect();
		expect(boxOf(root).top).toBeGreaterThan(boxOf('n0').bottom);
	});

	it('zooms by button and by key, and hides what cannot be read', async () => {
		const { screen, container } = await mount({ graph: sampleOf([2, 2, 1]).graph });
		const scale = () =>
			Number(
				/scale\((.*)\)/.exec(container.querySelector('.world')!.getAttribute('transform')!)![1]
			);
		await screen.getByRole('button', { name: 'Fit' }).click();
		await expect.poll(scale).toBeLessThan(0.359);
		await new Promise((done) => setTimeout(done, 400));
		const fitted = scale();
		for (let time = 0; time < 8; time++)
			await screen.getByRole('button', { name: 'Zoom out' }).click();
		await expect.poll(scale).toBeLessThan(0.24);
		const svg = container.querySelector('svg[data-testid="graph"]')!;
		await expect.poll(() => svg.getAttribute('data-detail')).toBe('far');
		await screen.getByRole('button', { name: 'Fit' }).click();
		await expect.poll(scale).toBeCloseTo(fitted, 6);
		const svgNode = container.querySelector<SVGGElement>('[data-node="n0"]')!;
		svgNode.focus();
		await userEvent.keyboard('{-}');
		await expect.poll(scale).toBeLessThan(fitted / 1.3);
		await userEvent.keyboard('0');
		await expect.poll(scale).toBeCloseTo(fitted, 6);
	});

	it('refuses what is too large, and says what to do', async () => {
		const sample = sampleOf([2, 32, 32, 1]);
		const screen = await render(GraphHost, {
			graph: sample.graph,
			all: sample.groups(),
			folded: [],
			numbers: numbersOf(sample.graph)
		});
		const alert = screen.getByRole('alert');
		await expect.element(alert).toHaveTextContent(/too many to lay out\. Fold its neurons/);
		await alert.getByRole('button', { name: 'Fold all', exact: true }).click();
		await expect.poll(() => settled(screen.container), { timeout: 10_000 }).toBe(true);
		expect(screen.container.querySelectorAll('.folded')).toHaveLength(sample.groups().length);
	});

	it('marks nodes and lets things travel between them', async () => {
		const sample = sampleOf([2, 1]);
		const graph = sample.neuronGraph(0, 0);
		const { screen, container, node } = await mount({ graph });
		const marks = new Map<number, GraphMark>([
			[0, { tone: 'current', badge: '1' }],
			[1, { tone: 3 }]
		]);
		const root = graph.nodes.length - 1;
		const flows: Flow[] = [{ from: graph.first[root]!, to: root, label: '0.5' }];
		await screen.rerender({ marks, flows });
		await expect.poll(() => node('n0').classList.contains('tone-current')).toBe(true);
		expect(node('n0').querySelector('.badge')!.textContent).toBe('1');
		expect(node('n1').classList.contains('tone-3')).toBe(true);
		expect(container.querySelector('.traveler')!.textContent).toBe('0.5');
		await expect.poll(() => container.querySelector('.traveler')).toBe(null);
		await screen.rerender({ marks: new Map() });
		await expect.poll(() => node('n0').classList.contains('tone-current')).toBe(false);
		expect(node('n0').querySelector('.badge')).toBe(null);
	});
});
