import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { defaultExperiment } from '../../src/lib/experiment/defaults';
import { MLP } from '../../src/lib/nn/mlp';
import { Trainer } from '../../src/lib/training/trainer';
import { Playground } from '../support/page';
import { serve } from '../support/serve.mjs';
import { expect, test } from '../support/test';

let playground: Playground;

test.beforeEach(async ({ page }) => {
	playground = new Playground(page);
	await playground.open();
});

/** The outputs of all layers at a place, the inputs first, after so many steps of the default experiment. */
function reference(step: number, x: number, y: number): number[][] {
	const trainer = new Trainer(defaultExperiment, null, null, null);
	trainer.advance(step, () => false);
	const network = new MLP([2, ...defaultExperiment.hiddenLayers, 1], 'tanh', () => 0);
	network.setParameters(trainer.snapshot(null).parameters);
	const layers = [[x, y]];
	for (const layer of network.layers) layers.push(layer.predict(layers.at(-1)!));
	return layers;
}

/** What the neurons of the diagram show, as full-precision numbers. */
const shownActivations = (page: Page) =>
	page.locator('[data-neuron]').evaluateAll((neurons) => {
		const layers: number[][] = [];
		for (const each of neurons as SVGElement[]) {
			const [layer] = each.dataset['neuron']!.split(' ').map(Number) as [number];
			(layers[layer] ??= []).push(Number(each.dataset['value']));
		}
		return layers;
	});

const number = async (page: Page, name: string) =>
	Number(await page.getByTestId(name).getAttribute('data-value'));

const inspected = (page: Page) => page.getByTestId('inspected');

test('Inspect shows what a sample makes of every neuron, to the last bit, on both pages', async ({
	page
}) => {
	await playground.runTo(20);
	await playground.brush('Inspect');
	// A bare place: the lattice has it, and no point is near.
	await playground.click(2, 2);
	await expect(inspected(page)).toContainText(
		/^Inspecting x₁ 2\.0\d, x₂ (1\.9|2\.0)\d · output −?\d/
	);
	await playground.expectPoints(100);
	await page.getByRole('button', { name: 'Look inside', exact: true }).click();
	await expect(page).toHaveURL(/\/inside\/$/);
	await expect(page).toHaveTitle('Look inside · Sketchgrad');

	const [x, y] = [await number(page, 'probe-x'), await number(page, 'probe-y')];
	const expected = reference(20, x, y);
	await expect.poll(() => shownActivations(page)).toEqual(expected);
	expect(await number(page, 'probe-output')).toBe(expected.at(-1)![0]);

	await playground.go('Playground');
	await expect.poll(() => shownActivations(page)).toEqual(expected);
	await playground.neuron('Layer 2, neuron 3').click();
	const value = page.getByTestId('network-value');
	await expect(value).toHaveAttribute('data-value', String(expected[2]![2]));
	await expect(value).toContainText(/Layer 2, neuron 3: tanh\(−?\d\.\d{4}\) = −?\d\.\d{4}/);
	await playground.press('Look inside this neuron');
	await expect(page.getByTestId('neuron-result')).toHaveAttribute(
		'data-value',
		String(expected[2]![2])
	);
	await expect(page.getByRole('combobox', { name: 'Neuron', exact: true })).toHaveValue('10');
	// With another tool the diagram shows biases again.
	await playground.go('Playground');
	await playground.brush('Class A');
	await expect(playground.neuron('Input x₁')).toHaveAttribute('data-value', '');
});

test('the probe holds on to a point, follows the mouse, and takes its class from it', async ({
	page
}) => {
	await playground.dataset('Draw');
	await playground.brush('Class B');
	await playground.click(1, 1);
	await playground.brush('Inspect');
	await expect(page.getByTestId('probe')).toBeVisible();
	await playground.click(1.1, 0.9);
	await expect(inspected(page)).toContainText('Inspecting x₁ 1.00, x₂ 1.00 · class B · output');
	const before = await inspected(page).textContent();
	await playground.drag([-2, -2], [-1, -2]);
	await expect(inspected(page)).toContainText('Inspecting x₁ −1.00, x₂ −2.00 · output');
	expect(await inspected(page).textContent()).not.toBe(before);
	await playground.expectPoints(1);
	await playground.press('Undo');
	await playground.expectPoints(0);
});

test('the neuron level has the formula, the products and the curve of each neuron', async ({
	page
}) => {
	await playground.runTo(20);
	await playground.go('Look inside');
	const [x, y] = [await number(page, 'probe-x'), await number(page, 'probe-y')];
	const expected = reference(20, x, y);
	await playground.neuron('Layer 1, neuron 2').click();
	await playground.press('Open neuron');
	await expect(page.getByRole('tab', { name: 'Neuron' })).toHaveAttribute('aria-selected', 'true');
	await expect(page.getByTestId('formula')).toHaveText(
		/^tanh\((− )?\d\.\d\d·(\(−\d\.\d\d\)|\d\.\d\d) [+−] \d\.\d\d·(\(−\d\.\d\d\)|\d\.\d\d) [+−] \d\.\d\d bias\)$/
	);
	expect(await number(page, 'neuron-result')).toBe(expected[1]![1]);
	const sum = await number(page, 'neuron-sum');
	const product = (row: string) =>
		page
			.getByRole('row', { name: row })
			.getByRole('cell')
			.last()
			.textContent()
			.then((text) => Number(text!.replace('−', '-')));
	const total = (await product('x₁')) + (await product('x₂')) + (await product('bias'));
	expect(Math.abs(total - sum)).toBeLessThan(2e-4);
	await expect(page.getByRole('img', { name: /^tanh at / })).toBeVisible();

	await playground.press('Previous neuron', 'Previous neuron');
	await expect(page.getByTestId('neuron-sum')).toHaveCount(0);
	expect(await number(page, 'neuron-result')).toBe(expected[3]![0]);
	await page.getByRole('table').getByRole('button', { name: 'Layer 2, neuron 8' }).click();
	expect(await number(page, 'neuron-result')).toBe(expected[2]![7]);
	await page.getByRole('combobox', { name: 'Neuron', exact: true }).selectOption('Output');
	expect(await number(page, 'neuron-result')).toBe(expected[3]![0]);

	// Fewer layers: the nearest neuron that is left.
	await playground.go('Playground');
	await playground.press('Remove layer', 'Remove layer');
	await playground.go('Look inside');
	await expect(page.getByRole('combobox', { name: 'Neuron', exact: true })).toHaveValue('0');
	await expect(page.getByRole('row', { name: 'x₂' })).toBeVisible();
});

test('the numbers are live while it trains, and freeze when it is paused', async ({ page }) => {
	await playground.go('Look inside');
	await playground.level('Neuron');
	const sum = () => number(page, 'neuron-sum');
	const first = await sum();
	await playground.press('Play');
	await expect.poll(sum).not.toBe(first);
	await playground.reachStep(50);
	await playground.pause();
	// The read-outs take turns with other parts of the page.
	await playground.frames(20);
	const paused = await sum();
	const step = (await playground.value('step'))!;
	await playground.frames(30);
	expect(await sum()).toBe(paused);
	await playground.press('Step');
	await playground.expectStep(step + 1);
	await expect.poll(sum).not.toBe(paused);
});

test('a bare place can be of either class, and its loss follows', async ({ page }) => {
	await playground.runTo(50);
	await playground.go('Look inside');
	await expect(page.getByText('A training point: its class is given.')).toBeVisible();
	await playground.click(2.5, -2.5);
	const output = await number(page, 'probe-output');
	for (const [name, target] of [
		['Class A −1', -1],
		['Class B +1', 1]
	] as const) {
		await page.getByRole('radio', { name }).check({ force: true });
		await expect(page.getByTestId('probe-loss')).toHaveAttribute(
			'data-value',
			String(Math.max(0, 1 + -target * output))
		);
	}
	// The points are for looking at here.
	await page.keyboard.press('Delete');
	await playground.plot.press('Delete');
	await playground.expectPoints(100);
});

test('a run goes on while the page changes, and so do undo and the other keys', async ({
	page
}) => {
	await playground.enter('Learning rate', 0.1);
	await playground.press('Play');
	await playground.reachStep(10);
	await playground.go('Look inside');
	await playground.expectState('playing');
	const step = (await playground.value('step'))!;
	await playground.reachStep(step + 1);
	await page.goBack();
	await expect(page).toHaveTitle('Sketchgrad');
	await playground.expectState('playing');
	await page.goForward();
	await expect(page).toHaveTitle('Look inside · Sketchgrad');
	await playground.pause();
	await page.keyboard.press('Control+z');
	await expect(playground.field('Learning rate')).toHaveValue('0.3');

	const reached = await playground.value('step');
	const link = await playground.link();
	expect(new URL(link).pathname).toBe('/');
	await playground.reload();
	await expect(page).toHaveURL(/\/inside\/$/);
	await expect(page.getByRole('link', { name: 'Look inside' })).toHaveAttribute(
		'aria-current',
		'page'
	);
	expect(await playground.value('step')).toBe(reached);
	await playground.go('Playground');
	expect(await playground.value('step')).toBe(reached);
	await expect(page.locator('link[rel="manifest"]')).toHaveJSProperty(
		'href',
		new URL('/manifest.webmanifest', page.url()).href
	);
});

test('a link opens on Look inside too, and leaves the address', async ({ page }) => {
	await playground.open('./inside/#preset=spiral');
	await expect(page).toHaveURL(/\/inside\/$/);
	await playground.go('Playground');
	await expect(page.getByRole('radio', { name: 'Spiral' })).toBeChecked();
});

test('the keyboard goes all the way in', async ({ page }) => {
	await playground.plot.focus();
	await page.keyboard.press('i');
	await expect(playground.button('Inspect')).toHaveAttribute('aria-pressed', 'true');
	await page.keyboard.press('Home');
	for (let press = 0; press < 4; press++) await page.keyboard.press('Shift+ArrowUp');
	await page.keyboard.press('Enter');
	await expect(inspected(page)).toContainText('Inspecting x₁ 0.00, x₂ 2.00 · output');
	await expect(page.getByTestId('spoken')).toHaveText(/^Inspecting\. x 0\.00, y 2\.00, output/);
	await page.keyboard.press('Tab');
	await expect(page.getByRole('button', { name: 'Look inside', exact: true })).toBeFocused();
	await page.keyboard.press('Enter');
	await expect(page).toHaveURL(/\/inside\/$/);

	await page.getByRole('tab', { name: 'Network' }).focus();
	await page.keyboard.press('ArrowRight');
	await expect(page.getByRole('tab', { name: 'Neuron' })).toBeFocused();
	await page.keyboard.press('Home');
	await expect(page.getByRole('tab', { name: 'Network' })).toHaveAttribute('aria-selected', 'true');
	await playground.neuron('Input x₁').focus();
	await page.keyboard.press('ArrowRight');
	await expect(playground.neuron('Layer 1, neuron 4')).toBeFocused();
	await page.keyboard.press('Enter');
	await expect(page.getByRole('combobox', { name: 'Neuron', exact: true })).toHaveValue('3');
	await expect(page.getByRole('tabpanel')).toBeFocused();

	await playground.plot.focus();
	await page.keyboard.press('Home');
	await page.keyboard.press('Shift+ArrowRight');
	for (let press = 0; press < 5; press++) await page.keyboard.press('Shift+ArrowDown');
	await page.keyboard.press('Enter');
	expect(await number(page, 'probe-x')).toBe(0.5);
	expect(await number(page, 'probe-y')).toBe(-2.5);
});

test.describe('on a touch screen', () => {
	test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

	test('a finger inspects, drags the probe, and opens a neuron', async ({ page }) => {
		await playground.brush('Inspect');
		const place = await playground.at(2.5, 2.5);
		await page.touchscreen.tap(place.x, place.y);
		await expect(inspected(page)).toContainText('Inspecting x₁ 2.5');
		await playground.swipe(await playground.at(2, 2.5), await playground.at(-2.5, 2.5));
		await expect(inspected(page)).toContainText('Inspecting x₁ −2.');
		await playground.expectPoints(100);
		await playground.press('Look inside');
		await expect(page).toHaveURL(/\/inside\/$/);
		await playground.neuron('Output').tap();
		await playground.button('Open neuron').tap();
		await expect(page.getByRole('combobox', { name: 'Neuron', exact: true })).toHaveValue('16');
		const [content, view] = await page.evaluate(() => {
			const { scrollWidth, clientWidth } = document.documentElement;
			return [scrollWidth, clientWidth] as const;
		});
		expect(content).toBeLessThanOrEqual(view);
	});
});

for (const base of ['/', '/a/b/']) {
	test(`Look inside opens at ${base} after its server is gone`, async ({ page, context }) => {
		const server = await serve({ base });
		try {
			await page.goto(server.url);
			await playground.ready();
			await playground.runTo(7);
			await expect(page.getByText('Ready offline')).toBeVisible();
		} finally {
			await server.close();
		}
		await playground.go('Look inside');
		await playground.reload();
		await playground.expectStep(7);
		await playground.level('Neuron');
		await expect(page.getByTestId('neuron-result')).toBeVisible();
		await playground.go('Playground');
		await expect(page).toHaveURL(server.url);
		await page.close();

		const second = new Playground(await context.newPage());
		await second.open(`${server.url}inside/?from=bookmark`);
		await second.expectStep(7);
		await second.press('Step');
		await second.expectStep(8);
	});
}

for (const colorScheme of ['light', 'dark'] as const) {
	for (const width of [1440, 390]) {
		test.describe(`axe, ${colorScheme}, ${String(width)} pixels wide,`, () => {
			test.use({ colorScheme, viewport: { width, height: 900 }, hasTouch: width < 500 });

			test('finds nothing while one inspects', async ({ page }) => {
				const findings = async () => {
					const { violations } = await new AxeBuilder({ page })
						.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
						.analyze();
					return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
				};
				await playground.runTo(100);
				await playground.brush('Inspect');
				await playground.neuron('Layer 1, neuron 1').click();
				expect(await findings(), 'playground').toEqual([]);
				await playground.go('Look inside');
				await playground.neuron('Layer 1, neuron 1').click();
				expect(await findings(), 'network').toEqual([]);
				await playground.level('Neuron');
				await page.getByRole('combobox', { name: 'Neuron', exact: true }).selectOption('Output');
				expect(await findings(), 'neuron').toEqual([]);
			});
		});
	}
}
