import { AxeBuilder } from '@axe-core/playwright';
import { readFileSync } from 'node:fs';
import type { Locator, Page } from '@playwright/test';
import { topologicalOrder } from '../../src/lib/engine/order';
import { losses } from '../../src/lib/nn/losses';
import { MLP } from '../../src/lib/nn/mlp';
import { l2 } from '../../src/lib/nn/regularization';
import { Value } from '../../src/lib/engine/value';
import { Playground } from '../support/page';
import { expect, test } from '../support/test';

/** The graph view as a script drives it. */
class GraphPage extends Playground {
	readonly graph: Locator;

	constructor(page: Page) {
		super(page);
		this.graph = page.getByTestId('graph');
	}

	/** Goes from the playground to the graph. */
	async enterGraph(): Promise<void> {
		await this.page.getByRole('link', { name: 'Look inside' }).click();
		await this.page.getByRole('tab', { name: 'Graph' }).click();
		await this.rest();
	}

	/** Waits until the graph is laid out and its numbers stand still. */
	async rest(): Promise<void> {
		await expect(this.graph).toHaveAttribute('aria-busy', 'false');
		await expect(this.graph).toHaveAttribute('data-nodes', /^[1-9]/);
		await expect(this.graph).toHaveAttribute('data-settled', 'true');
	}

	/** The drawn node with a label, such as "w1.2.1" or a folded "Layer 1, neuron 2, h1.2". */
	node(label: string): Locator {
		return this.graph.locator(`[data-node][aria-label^="${label}, data"]`);
	}

	/** Data and gradients in full precision, by the names of the nodes. */
	async numbers(): Promise<Map<string, { data: number; grad: number }>> {
		await this.rest();
		const entries = await this.graph.locator('[data-value]').evaluateAll((nodes) =>
			(nodes as SVGElement[]).map((node) => {
				const name = String(node.getAttribute('aria-label')).replace(/, data .*/, '');
				return [name, node.dataset['value'], node.dataset['grad']] as const;
			})
		);
		return new Map(
			entries.map(([name, data, grad]) => [name, { data: Number(data), grad: Number(grad) }])
		);
	}

	async count(): Promise<number> {
		return Number(await this.graph.getAttribute('data-nodes'));
	}
}

async function findings(page: Page): Promise<string[]> {
	const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
	const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze();
	return violations.flatMap(({ id, nodes }) =>
		nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary ?? ''}`)
	);
}

let graph: GraphPage;

test.beforeEach(async ({ page }) => {
	graph = new GraphPage(page);
	await graph.open();
});

test('the numbers are those of the same loss computed by hand, after training too', async ({
	page
}) => {
	await graph.choose('Loss', 'cross-entropy');
	await graph.enterGraph();
	await page.getByRole('button', { name: 'Unfold all' }).click();
	for (const step of [0, 7]) {
		if (step > 0) await graph.press('Step', 'Step', 'Step', 'Step', 'Step', 'Step', 'Step');
		await graph.expectStep(step);
		// What is seen takes the step's numbers within some frames.
		await graph.frames(12);
		const shown = await graph.numbers();
		const at = (name: string) => shown.get(name)!;

		const network = new MLP([2, 8, 8, 1], 'tanh', () => 0);
		for (const [layer, { neurons }] of network.layers.entries()) {
			for (const [neuron, { weights, bias }] of neurons.entries()) {
				const name = `${layer + 1}.${neuron + 1}`;
				bias.data = at(`b${name}`).data;
				for (const [input, weight] of weights.entries())
					weight.data = at(`w${name}.${input + 1}`).data;
			}
		}
		const inputs = [new Value(at('x1').data), new Value(at('x2').data)];
		const output = network.forward(inputs)[0]!;
		const dataLoss = losses['cross-entropy'](output, new Value(at('target').data));
		const loss = dataLoss.add(l2(network.parameters(), 0.0001));
		loss.backward();
		expect(at('output').data).toBe(output.data);
		expect(at('loss')).toEqual({ data: loss.data, grad: 1 });
		expect(at('x1').grad).toBe(inputs[0]!.grad);
		const first = network.layers[0]!.neurons[3]!;
		expect(at('w1.4.2').grad).toBeCloseTo(first.weights[1]!.grad, 14);
		expect(at('b2.5').grad).toBeCloseTo(network.layers[1]!.neurons[4]!.bias.grad, 14);
		const known = [...shown].filter(([name]) => /^[wbh]\d/.test(name));
		expect(known.length).toBeGreaterThan(100);
		expect(topologicalOrder(loss).length).toBeGreaterThan(500);
		await graph.frames();
	}
});

test('the numbers move while it trains, and stand still when it is paused', async () => {
	await graph.enterGraph();
	const text = () => graph.node('Output, output').locator('text').last().textContent();
	const before = await text();
	await graph.press('Play');
	await expect.poll(text).not.toBe(before);
	const during = await text();
	await expect.poll(text).not.toBe(during);
	await graph.pause();
	await graph.frames();
	const resting = await graph.numbers();
	await graph.frames(30);
	expect(await graph.numbers()).toEqual(resting);
});

test('a node shows the sum that made its gradient, and leads to its readers', async ({ page }) => {
	await graph.choose('Loss', 'squared-error');
	await graph.enterGraph();
	await graph.node('Layer 1, neuron 2, h1.2').click();
	const panel = page.getByRole('complementary', { name: 'Node' });
	await expect(panel).toContainText('output of layer 1, neuron 2');
	const terms = panel.getByRole('list', { name: 'Terms of the gradient' }).getByRole('listitem');
	await expect(terms).toHaveCount(8);
	const parts = await terms.evaluateAll((items) =>
		(items as HTMLElement[]).map((item) => Number(item.dataset['term']))
	);
	const grad = Number(await panel.getByTestId('node-grad').getAttribute('data-value'));
	expect(parts.reduce((sum, part) => sum + part, 0)).toBe(grad);
	expect(grad).not.toBe(0);
	await terms.first().getByRole('button').click();
	await expect(panel).toContainText('product of');
	await page.getByRole('button', { name: 'Fit', exact: true }).click();
	// The view glides there: a click on the way may come too late for where the node was.
	await expect(async () => {
		await graph.node('loss').click();
		await expect(panel).toContainText('here backpropagation starts', { timeout: 500 });
	}).toPass();
});

test('says why all gradients are 0, and what to do', async ({ page }) => {
	// No training point is within its margin any more.
	await graph.runTo(2000);
	await graph.enterGraph();
	await expect(page.getByText('This sample lies beyond its margin')).toBeVisible();
	await graph.choose('Loss', 'squared-error');
	await expect(page.getByText('This sample lies beyond its margin')).toHaveCount(0);
});

test('everything can be done by keyboard alone', async ({ page }) => {
	await graph.choose('Loss', 'squared-error');
	await graph.enterGraph();
	const folded = await graph.count();
	await page.getByRole('button', { name: 'Export as DOT' }).focus();
	await page.keyboard.press('Tab');
	await expect(graph.node('loss')).toBeFocused();
	// Against the arrows down to the output, which is a neuron, and into it.
	for (let step = 0; step < 12; step++) {
		const name = await page.locator(':focus').getAttribute('aria-label');
		if (name?.startsWith('Output')) break;
		await page.keyboard.press('ArrowLeft');
		if (name?.startsWith('loss')) {
			const now = await page.locator(':focus').getAttribute('aria-label');
			if (now?.startsWith('L2')) await page.keyboard.press('ArrowUp');
		}
	}
	await expect(page.locator(':focus')).toHaveAttribute('aria-label', /^Output, output/);
	await page.keyboard.press('Enter');
	await expect.poll(() => graph.count()).toBeGreaterThan(folded);
	await graph.rest();
	await expect(page.locator(':focus')).toHaveAttribute('aria-label', /^output, data/);
	await expect(page.locator(':focus')).toBeInViewport();
	await page.keyboard.press('Enter');
	await expect.poll(() => graph.count()).toBe(folded);
	const world = () => graph.graph.locator('.world').getAttribute('transform');
	for (const key of ['+', 'Shift+ArrowLeft', '0']) {
		const before = await world();
		await page.keyboard.press(key);
		await expect.poll(world).not.toBe(before);
	}
	await page.keyboard.press('Escape');
	await expect(graph.graph.locator(':focus')).toHaveCount(0);
});

test('one neuron alone, the wheel and a drag', async ({ page }) => {
	await graph.enterGraph();
	await page.getByRole('button', { name: 'This neuron' }).click();
	await page
		.getByRole('combobox', { name: 'Neuron', exact: true })
		.selectOption('Layer 2, neuron 3');
	await expect(graph.graph).toHaveAttribute('aria-label', 'Graph of Layer 2, neuron 3');
	await expect.poll(() => graph.count()).toBe(51);
	await graph.rest();
	const world = () => graph.graph.locator('.world').getAttribute('transform');
	const box = (await graph.graph.boundingBox())!;
	const before = await world();
	await page.mouse.move(box.x + 30, box.y + box.height - 30);
	await page.mouse.wheel(0, -200);
	await expect.poll(world).not.toBe(before);
	const zoomed = await world();
	await page.mouse.down();
	await page.mouse.move(box.x + 130, box.y + box.height - 60, { steps: 4 });
	await page.mouse.up();
	await expect.poll(world).not.toBe(zoomed);
});

test('is laid out again only when it is another graph', async ({ page }) => {
	await graph.enterGraph();
	await graph.press('This neuron');
	await expect(graph.node('h1.1')).toBeVisible();
	await graph.rest();
	const layouts = await graph.graph.evaluateHandle((element) => {
		const seen = { count: 0 };
		new MutationObserver(() => {
			if (element.getAttribute('aria-busy') === 'true') seen.count++;
		}).observe(element, { attributeFilter: ['aria-busy'] });
		return seen;
	});
	await page.setViewportSize({ width: 1180, height: 720 });
	await graph.enter('Learning rate', 0.07);
	await graph.press('Step');
	await graph.expectStep(1);
	await graph.rest();
	expect(await layouts.jsonValue()).toEqual({ count: 0 });
	await graph.press('The whole loss');
	await expect.poll(() => layouts.jsonValue()).toEqual({ count: 1 });
});

test('has not settled on old numbers once the run has moved on', async ({ page }) => {
	await graph.enterGraph();
	const settled = await page.evaluateHandle(() => {
		const seen: (string | undefined)[] = [];
		const drawing = document.querySelector<SVGElement>('[data-testid="graph"]')!;
		new MutationObserver(() => seen.push(drawing.dataset['settled'])).observe(
			document.querySelector('[data-testid="step"]')!,
			{ attributeFilter: ['data-value'] }
		);
		return seen;
	});
	await graph.press('Step');
	await graph.expectStep(1);
	expect(await settled.jsonValue()).toEqual(['false']);
	await graph.rest();
	const output = await page.getByTestId('probe-output').getAttribute('data-value');
	expect(await graph.node('Output, output').getAttribute('data-value')).toBe(output);
});

test('exports SVG that stands alone, PNG and DOT', async ({ page }) => {
	await graph.enterGraph();
	const save = async (name: string) => {
		const [download] = await Promise.all([
			page.waitForEvent('download'),
			page.getByRole('button', { name: `Export as ${name}` }).click()
		]);
		expect(download.suggestedFilename()).toBe(`sketchgrad-graph.${name.toLowerCase()}`);
		return readFileSync(await download.path());
	};
	const svg = (await save('SVG')).toString('utf8');
	const errors = await page.evaluate((text) => {
		const parsed = new DOMParser().parseFromString(text, 'image/svg+xml');
		return [parsed.querySelectorAll('parsererror').length, parsed.querySelectorAll('text').length];
	}, svg);
	expect(errors[0]).toBe(0);
	expect(errors[1]).toBeGreaterThan(100);
	const png = await save('PNG');
	expect(png.toString('latin1', 1, 4)).toBe('PNG');
	const [, width] = /viewBox="0 0 (\d+)/.exec(svg)!;
	expect(png.readUInt32BE(16)).toBe(2 * Number(width));
	const dot = (await save('DOT')).toString('utf8');
	expect(dot).toMatch(/^digraph \{[\s\S]*shape=Mrecord[\s\S]*\}\n$/);
	expect(dot).not.toContain('fixedsize');
});

test('is there offline', async ({ page, context }) => {
	await expect(page.getByText('Ready offline')).toBeVisible();
	await context.setOffline(true);
	await graph.enterGraph();
	expect(await graph.count()).toBe(32);
});

test('is nothing that the playground loads', async ({ page }) => {
	const names = await page.evaluate(() =>
		performance.getEntriesByType('resource').map(({ name }) => name)
	);
	expect(names.filter((name) => /layout\.worker/.test(name))).toEqual([]);
});

for (const colorScheme of ['light', 'dark'] as const) {
	test.describe(`axe, ${colorScheme}`, () => {
		test.use({ colorScheme });

		test('finds nothing', async ({ page }) => {
			await graph.enterGraph();
			await graph.node('Layer 1, neuron 2, h1.2').click();
			expect(await findings(page), 'the whole loss').toEqual([]);
			await page.getByRole('button', { name: 'This neuron' }).click();
			await graph.rest();
			expect(await findings(page), 'one neuron').toEqual([]);
		});
	});
}

test.describe('on a phone', () => {
	test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

	test('the graph goes down the page, and nothing is wider than the screen', async ({ page }) => {
		await graph.enterGraph();
		await page.getByRole('button', { name: 'This neuron' }).tap();
		await expect.poll(() => graph.count()).toBe(15);
		await graph.rest();
		const top = async (name: string) => (await graph.node(name).boundingBox())!.y;
		expect(await top('h1.1')).toBeGreaterThan(await top('w1.1.1'));
		const [content, view] = await page.evaluate(() => {
			const { scrollWidth, clientWidth } = document.documentElement;
			return [scrollWidth, clientWidth] as const;
		});
		expect(content).toBeLessThanOrEqual(view);
		await graph.node('z1.1').tap();
		await expect(page.getByRole('complementary', { name: 'Node' })).toContainText(
			'weighted sum of layer 1, neuron 1'
		);
	});
});

test.describe('with reduced motion', () => {
	test.use({ contextOptions: { reducedMotion: 'reduce' } });

	test('an unfolded neuron is in its place at once', async ({ page }) => {
		await graph.enterGraph();
		const folded = await graph.count();
		await graph.node('Layer 1, neuron 2, h1.2').dblclick();
		await expect.poll(() => graph.count()).toBeGreaterThan(folded);
		const moved = await page.evaluate(async () => {
			const places = () =>
				[...document.querySelectorAll('[data-node]')]
					.map((n) => n.getAttribute('transform'))
					.join();
			const frame = () => new Promise((done) => requestAnimationFrame(done));
			await frame();
			const first = places();
			await frame();
			await frame();
			return places() !== first;
		});
		expect(moved).toBe(false);
	});
});
