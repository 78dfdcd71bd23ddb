import { AxeBuilder } from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { defaultExperiment } from '../../src/lib/experiment/defaults';
import { encodeLink } from '../../src/lib/experiment/link';
import { Playground } from '../support/page';
import { expect, test } from '../support/test';

/** The level "How it runs", as a script drives it. */
class PlanPage extends Playground {
	readonly graph: Locator;
	readonly tape: Locator;
	readonly steps: Locator;

	constructor(page: Page) {
		super(page);
		this.graph = page.getByTestId('graph');
		this.tape = page.getByRole('listbox', { name: 'Tape' });
		this.steps = page.getByRole('list', { name: 'Steps' }).getByRole('button');
	}

	async openPlan(): Promise<void> {
		await this.go('Look inside');
		await this.level('How it runs');
		await expect(this.tape).toBeVisible();
	}

	async drawn(): Promise<void> {
		await expect(this.graph).toHaveAttribute('data-settled', 'true', { timeout: 30_000 });
	}

	/** The names of the steps, without their numbers and counts. */
	async titles(): Promise<string[]> {
		const names = await this.steps.allInnerTexts();
		return names.map((name) => /^Step\s+\d+\s+(.*?)\s+(\d[\d,]* nodes?|–)$/s.exec(name)![1]!);
	}

	step(number: number): Locator {
		return this.steps.nth(number - 1);
	}
}

let plan: PlanPage;

test.beforeEach(({ page }) => {
	plan = new PlanPage(page);
});

test('shows the plan of the network on screen, whatever that becomes', async () => {
	await plan.open();
	await plan.openPlan();
	const loss = ['v300 = −target', 'v301 = output × v300', 'v303 = v301 + 1'];
	expect((await plan.titles()).slice(0, 6)).toEqual([
		'dense 2 → 8, tanh',
		'dense 8 → 8, tanh',
		'dense 8 → 1',
		...loss
	]);
	await expect(plan.step(2)).toContainText('136 nodes');

	await plan.choose('Activation', 'relu');
	await expect(plan.step(1)).toContainText('dense 2 → 8, relu');
	await plan.choose('Loss', 'squared-error');
	await expect(plan.step(4)).toContainText('output − target');

	await plan.go('Playground');
	await plan.press('Remove layer');
	await plan.go('Look inside');
	await expect(plan.step(2)).toContainText('dense 8 → 1');
	expect((await plan.titles())[0]).toBe('dense 2 → 8, relu');
});

test('leads from a step to its nodes and lines, and back', async ({ page }) => {
	await plan.open();
	await plan.openPlan();
	await plan.drawn();
	await expect(plan.graph.locator('.tone-0')).not.toHaveCount(0);

	await plan.step(2).click();
	await expect(plan.step(2)).toHaveAttribute('aria-pressed', 'true');
	await expect(page.getByText('136 nodes became one dense step')).toBeVisible();
	// The eight neurons of layer 2, folded; the rest steps back.
	await expect(plan.graph.locator('.tone-1')).toHaveCount(8);
	await expect(plan.graph.locator('.tone-0')).toHaveCount(0);
	await plan.tape.scrollIntoViewIfNeeded();
	await expect(plan.tape.getByRole('option', { name: /step 2$/ }).first()).toBeInViewport();

	// A line of the tape is a node of the graph.
	const line = plan.tape.getByRole('option', { name: /^13 tanh 12 h1\.1 step 1$/ });
	await line.scrollIntoViewIfNeeded();
	await line.click();
	await expect(line).toHaveAttribute('aria-selected', 'true');
	await expect(plan.step(1)).toHaveAttribute('aria-pressed', 'true');
	await expect(page.getByTestId('graph-value')).toContainText('h1.1');
	await expect(page.getByTestId('plan-node')).toHaveText(
		'h1.1 is line 13 of the tape, part of step 1.'
	);

	// A node of the graph is a line of the tape.
	await plan.press('Fit');
	await plan.graph.getByRole('button', { name: /^Output/ }).click();
	await expect(plan.step(3)).toHaveAttribute('aria-pressed', 'true');
	await expect(plan.tape.locator('[aria-selected="true"]')).toHaveAccessibleName(/output step 3$/);

	await plan.step(3).click();
	await expect(plan.step(3)).toHaveAttribute('aria-pressed', 'false');
	await expect(plan.graph.locator('.tone-0')).toHaveCount(8);
});

test('can be read without a mouse', async ({ page }) => {
	await plan.open();
	await plan.openPlan();
	await plan.step(1).focus();
	await page.keyboard.press('Enter');
	await expect(plan.step(1)).toHaveAttribute('aria-pressed', 'true');
	await page.keyboard.press('Tab');
	await page.keyboard.press('Space');
	await expect(plan.step(2)).toHaveAttribute('aria-pressed', 'true');

	await plan.tape.focus();
	await page.keyboard.press('Home');
	await expect(plan.tape.getByRole('option').first()).toHaveAttribute('aria-selected', 'true');
	for (let line = 0; line < 7; line++) await page.keyboard.press('ArrowDown');
	await expect(plan.tape.locator('[aria-selected="true"]')).toHaveAccessibleName(/^7 mul 5 6/);
	await expect(plan.step(1)).toHaveAttribute('aria-pressed', 'true');
	await page.keyboard.press('End');
	const last = plan.tape.locator('[aria-selected="true"]');
	await expect(last).toHaveAccessibleName(/L2 step 10$/);
	await expect(last).toBeInViewport();
	expect(await plan.tape.getAttribute('aria-activedescendant')).toBe(await last.getAttribute('id'));
});

test('says how fast the machine runs', async ({ page }) => {
	await plan.open();
	await plan.openPlan();
	await expect(page.getByTestId('executor')).toHaveAttribute('data-value', 'wasm');
	await plan.press('Play');
	await expect(page.getByText(/[\d,]+ steps a second/)).toBeVisible();
	await expect(page.getByText('A batch of 80 samples goes in')).toBeVisible();
});

test.describe('without the machine', () => {
	test.use({ expectedErrors: /Failed to load resource/, serviceWorkers: 'block' });

	test('says that the interpreter runs', async ({ page, context }) => {
		// Graphviz brings its own WebAssembly inside its script.
		await context.route('**/*.wasm', (route) => route.abort());
		await plan.open();
		await plan.openPlan();
		await expect(page.getByTestId('executor')).toHaveAttribute('data-value', 'interpreter');
		await expect(plan.step(1)).toContainText('dense 2 → 8, tanh');
	});
});

test('is there offline, graph and all', async ({ page, context }) => {
	await plan.open();
	await expect(page.getByText('Ready offline')).toBeVisible({ timeout: 30_000 });
	await context.setOffline(true);
	await plan.reload();
	await plan.openPlan();
	await plan.drawn();
	await expect(plan.step(1)).toContainText('dense 2 → 8, tanh');
});

test('bears the largest network', async () => {
	const hiddenLayers = Array<number>(6).fill(32);
	await plan.open(`./${await encodeLink({ ...defaultExperiment, hiddenLayers })}`);
	await plan.openPlan();
	await expect(plan.step(7)).toContainText('dense 32 → 1');
	await plan.tape.focus();
	await plan.page.keyboard.press('End');
	const last = plan.tape.locator('[aria-selected="true"]');
	await expect(last).toBeInViewport();
	expect(Number(await last.getAttribute('aria-setsize'))).toBeGreaterThan(30_000);
	expect(await plan.tape.getByRole('option').count()).toBeLessThan(60);
});

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

for (const colorScheme of ['light', 'dark'] as const) {
	for (const viewport of [
		{ width: 1440, height: 900 },
		{ width: 390, height: 844 }
	]) {
		test.describe(`axe, ${colorScheme}, ${viewport.width} pixels wide,`, () => {
			test.use({ colorScheme, viewport, hasTouch: viewport.width < 800 });

			test('finds nothing on the plan', async ({ page }) => {
				await plan.open();
				await plan.openPlan();
				await plan.step(1).click();
				await plan.drawn();
				const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze();
				expect(
					violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
				).toEqual([]);
				const overflow = await page.evaluate(
					() => document.documentElement.scrollWidth - document.documentElement.clientWidth
				);
				expect(overflow).toBeLessThanOrEqual(0);
			});
		});
	}
}

test('gives way to the plan of another network, whatever is looked at', async ({ page }) => {
	await plan.open();
	await plan.choose('Loss', 'cross-entropy');
	await plan.press('Add layer');
	await plan.openPlan();
	await plan.drawn();
	const root = plan.graph.locator('[data-node][aria-label^="loss, data"]');
	await root.focus();
	await expect(page.getByTestId('graph-value')).toContainText('loss');
	await page.keyboard.press('Control+z');
	await expect(plan.steps.first()).toContainText('dense 2 → 8');
	await expect(page.getByTestId('plan-node')).toContainText('Choose a step');
	await page.keyboard.press('Control+z');
	await expect(plan.steps.filter({ hasText: 'output' }).first()).toBeVisible();
	await plan.drawn();
	await root.focus();
	await expect(page.getByTestId('graph-value')).toContainText('loss');
});
