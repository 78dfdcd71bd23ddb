import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { Playground } from '../support/page';
import { expect, test } from '../support/test';

/** The level "Backprop" as a script drives it. */
class Backprop extends Playground {
	readonly position = this.page.getByTestId('walk-position');
	readonly now = this.page.getByTestId('walk-now');
	readonly scrubber = this.page.getByRole('slider', { name: 'Position' });
	readonly graph = this.page.getByTestId('graph');
	readonly banner = this.page.getByRole('status').filter({ hasText: 'your run is untouched' });

	/** Opens it after so many steps of the run. */
	static async after(page: Page, steps: number, address?: string): Promise<Backprop> {
		const backprop = new Backprop(page);
		await backprop.open(address);
		if (steps > 0) await backprop.runTo(steps);
		await backprop.go('Look inside');
		await backprop.level('Backprop');
		await expect(backprop.graph).toBeVisible();
		await backprop.measured();
		return backprop;
	}

	/** Copy and twin are measured, and nothing is under way. */
	async measured(): Promise<void> {
		await expect(this.page.getByTestId('twin-loss')).not.toHaveAttribute('data-value', '');
		await expect(this.button('Train one step')).toBeEnabled();
	}

	async expectPosition(position: number): Promise<void> {
		await expect(this.position).toHaveAttribute('data-value', String(position));
	}

	async length(): Promise<number> {
		return Number(await this.position.getAttribute('data-length'));
	}

	async number(testId: string): Promise<number> {
		return Number(await this.page.getByTestId(testId).getAttribute('data-value'));
	}

	/** Switches a mistake on or off. */
	async mistake(name: string): Promise<void> {
		await this.page.getByRole('switch', { name, exact: true }).click();
		await this.measured();
	}

	async train(button: 'Train one step' | 'Train 10', steps: number): Promise<void> {
		await this.press(button);
		await expect(this.page.getByTestId('bench-step')).toHaveAttribute('data-value', String(steps));
		await this.measured();
	}
}

/** The first number after a word in a text; the page's minus sign counts. */
function numbersIn(text: string): number[] {
	return [...text.matchAll(/−?\d+(\.\d+)?(e−?\d+)?/g)].map(([match]) =>
		Number(match.replaceAll('−', '-'))
	);
}

test('is walked through by keyboard alone, on and back, and every number comes back', async ({
	page
}) => {
	const backprop = new Backprop(page);
	await backprop.open();
	await backprop.go('Look inside');
	await page.getByRole('tab', { name: 'Network' }).focus();
	while ((await page.getByRole('tab', { selected: true }).textContent())?.trim() !== 'Backprop') {
		await page.keyboard.press('ArrowRight');
	}
	await backprop.measured();
	const neuron = backprop.button('This neuron');
	while (!(await neuron.evaluate((element) => element === document.activeElement))) {
		await page.keyboard.press('Tab');
	}
	await page.keyboard.press('Enter');
	const length = await backprop.length();
	expect(length).toBe(12);

	await backprop.button('Next step').focus();
	const texts: (string | null)[] = [];
	const seen = async () => {
		const now = await backprop.now.textContent();
		const nodes = await backprop.graph.locator('[data-node]').allTextContents();
		return `${now} ${nodes.join(' ')}`;
	};
	for (let position = 0; position < length; position++) {
		await backprop.expectPosition(position);
		// The drawing follows within some frames.
		await backprop.frames(8);
		texts.push(await seen());
		await page.keyboard.press('Enter');
	}
	await backprop.expectPosition(length);
	await expect(backprop.button('Next step')).toBeDisabled();
	await expect(backprop.now).toContainText('passes its gradient on');

	await backprop.scrubber.focus();
	for (let position = length - 1; position >= 0; position--) {
		await page.keyboard.press('ArrowLeft');
		await backprop.expectPosition(position);
		await expect.poll(seen).toBe(texts[position]);
	}
	await page.keyboard.press('End');
	await backprop.expectPosition(length);
	await page.keyboard.press('Home');
	await expect(backprop.scrubber).toHaveAttribute('aria-valuetext', 'Start');
	await page.keyboard.press('ArrowRight');
	await expect(backprop.scrubber).toHaveAttribute('aria-valuetext', /^Forward 1 of 5: product/);
});

test('plays at its speed, pauses, and shows the order', async ({ page }) => {
	const backprop = await Backprop.after(page, 0);
	const length = await backprop.length();
	await page.getByRole('combobox', { name: 'Speed of the steps' }).selectOption('1000 steps/s');
	await backprop.press('Play steps');
	await expect(backprop.position).toHaveAttribute('data-value', String(length));
	await expect(backprop.button('Play steps')).toBeVisible();
	await expect(backprop.position).toHaveAttribute('data-phase', 'update');

	await page.getByRole('combobox', { name: 'Speed of the steps' }).selectOption('2 steps/s');
	await backprop.press('Play steps');
	await expect.poll(() => backprop.number('walk-position')).toBeGreaterThanOrEqual(2);
	await backprop.press('Pause steps');
	const position = await backprop.number('walk-position');
	expect(position).toBeLessThan(12);
	await backprop.frames(60);
	await backprop.expectPosition(position);

	await backprop.press('To Backward', 'Next step', 'Next step');
	await expect(backprop.now).toContainText('+=');
	await expect(backprop.graph.locator('.badge')).toHaveCount(0);
	await page.getByRole('checkbox', { name: 'Show order' }).check();
	await expect(backprop.graph.locator('.badge').first()).toBeVisible();
	await backprop.press('Step over');
	const over = await backprop.number('walk-position');
	expect(over).toBeGreaterThan((await backprop.length()) / 3);
});

test('the whole loss ends in the update, whose numbers are those of a training step', async ({
	page
}) => {
	const backprop = await Backprop.after(page, 0);
	await backprop.press('To Update', 'Next step');
	await expect(backprop.now).toContainText('w1.1.1 − η · w1.1.1.grad');
	const formula = await backprop.now.locator('.numbers').textContent();
	const change = await backprop.now.locator('.change').textContent();
	const [before, rate, gradient] = numbersIn(formula!) as [number, number, number];
	const after = numbersIn(change!).at(-1)!;
	expect(rate).toBe(0.3);
	expect(after).toBeCloseTo(before - rate * gradient, 3);

	await backprop.press('Last step');
	const last = numbersIn((await backprop.now.locator('.change').textContent())!).at(-1)!;
	await backprop.press('Another round');
	await backprop.expectPosition(0);
	await expect(page.getByTestId('bench-step')).toHaveAttribute('data-value', '1');
	const [lossBefore, lossAfter] = [
		await backprop.number('loss-before'),
		await backprop.number('loss-after')
	];
	expect(lossAfter).toBeLessThan(lossBefore);
	const row = page.getByRole('row', { name: /^b3\.1/ });
	while (!(await row.isVisible())) await backprop.press('Smaller gradients');
	const cells = (await row.getByRole('cell').allTextContents()).map((text) => numbersIn(text)[0]!);
	expect(cells[3]).toBe(last);
	expect(cells[3]).toBeCloseTo(cells[0]! - 0.3 * cells[1]!, 3);
});

test('the copy trains as the run does, and the run is untouched', async ({ page }) => {
	const backprop = await Backprop.after(page, 5);
	const before = await backprop.readouts();
	const link = await backprop.link();
	expect(await backprop.number('copy-loss')).toBeCloseTo(Number(before['train-loss']), 12);

	await backprop.mistake('Learning rate far too high');
	await backprop.train('Train 10', 10);
	await backprop.press('Last step', 'Another round');
	await backprop.measured();
	expect(await backprop.readouts()).toEqual(before);
	expect(await backprop.link()).toBe(link);
	await backprop.expectState('paused');

	await backprop.press('Undo all mistakes');
	await backprop.measured();
	await backprop.train('Train 10', 10);
	const copyLoss = await backprop.number('copy-loss');
	expect(await backprop.number('twin-loss')).toBe(copyLoss);
	await backprop.go('Playground');
	expect(await backprop.readouts()).toEqual(before);
	await backprop.runTo(15);
	expect(await backprop.value('train-loss')).toBeCloseTo(copyLoss, 10);

	await backprop.go('Look inside');
	await expect(page.getByTestId('bench-step')).toHaveAttribute('data-value', '10');
	await page.getByRole('button', { name: /^Start again from the run/ }).click();
	await expect(page.getByTestId('bench-step')).toHaveAttribute('data-value', '0');
	await expect(page.getByText('taken at step 15 of the run')).toBeVisible();
});

const signs = [
	['No zero grad', /times as long as the true ones and point \d+° off/],
	['= in place of +=', /times as long as the true ones and point \d+° off/],
	['Wrong order', /times as long as the true ones and point \d+° off/],
	['All-zero weights', /104 of 105 gradients are exactly 0/],
	['No non-linearity', /straight decision boundary/],
	['Learning rate far too high', /moved a parameter by|no number/]
] as const;

test('each mistake can be made, is said, does its harm, and is taken back', async ({ page }) => {
	const backprop = await Backprop.after(page, 0);
	await expect(backprop.banner).toHaveCount(0);
	for (const [name, sign] of signs) {
		await backprop.mistake(name);
		await expect(backprop.banner).toContainText(`Mistake on: ${name}`);
		await backprop.train('Train 10', 10);
		await expect(page.getByTestId('seen')).toContainText(sign);
		expect(await backprop.number('copy-loss'), name).not.toBe(await backprop.number('twin-loss'));
		await expect(page.getByRole('img', { name: /Losses of copy and twin over 10/ })).toBeVisible();
		await backprop.press('Undo all mistakes');
		await backprop.measured();
		await expect(backprop.banner).toHaveCount(0);
		await expect(page.getByTestId('bench-step')).toHaveAttribute('data-value', '0');
	}
	await backprop.mistake('= in place of +=');
	await backprop.mistake('Wrong order');
	await expect(backprop.banner).toContainText('Mistakes on: = in place of +=, Wrong order');
	await backprop.mistake('= in place of +=');
	await expect(backprop.banner).toContainText('Mistake on: Wrong order');
});

test('a training step of a large network can be watched, and stopped in its middle', async ({
	page
}) => {
	test.slow();
	const backprop = new Backprop(page);
	await backprop.open();
	for (const layer of [1, 2]) await backprop.enter(`Neurons in layer ${layer}`, 32);
	for (let layer = 3; layer <= 5; layer++) {
		await backprop.press('Add layer');
		await backprop.enter(`Neurons in layer ${layer}`, 32);
	}
	await backprop.go('Look inside');
	await backprop.level('Backprop');
	await backprop.measured();
	await backprop.press('Train 10');
	await expect(page.getByRole('progressbar', { name: 'Training of the copy' })).toBeVisible();
	await backprop.press('Cancel training');
	await backprop.measured();
	expect(await backprop.number('bench-step')).toBeLessThan(10);
	await backprop.press('Train one step');
	await backprop.measured();
	expect(await backprop.number('bench-step')).toBeGreaterThan(0);
});

test('works without a network', async ({ page, context }) => {
	await page.goto('./');
	await expect(page.getByText('Ready offline')).toBeVisible();
	await context.setOffline(true);
	const backprop = await Backprop.after(page, 0);
	await backprop.press('Next step');
	await backprop.expectPosition(1);
	await backprop.train('Train one step', 1);
});

for (const colorScheme of ['light', 'dark'] as const) {
	for (const width of [1440, 390]) {
		test.describe(`${colorScheme}, ${width} pixels wide`, () => {
			const hasTouch = width < 800;
			test.use({ colorScheme, viewport: { width, height: hasTouch ? 844 : 900 }, hasTouch });

			test('axe finds nothing, and nothing is wider than the page', async ({ page }) => {
				const backprop = await Backprop.after(page, 0);
				const findings = async () => {
					const { violations } = await new AxeBuilder({ page }).analyze();
					return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.target.join() ?? ''}`);
				};
				expect(await findings(), 'at the start').toEqual([]);
				await backprop.mistake('Wrong order');
				await backprop.train('Train one step', 1);
				await backprop.press('This neuron', 'To Backward', 'Next step', 'Next step');
				await page.getByRole('checkbox', { name: 'Show order' }).check();
				await expect(backprop.now).toContainText('+=');
				expect(await findings(), 'in the middle, with a mistake').toEqual([]);
				const wide = await page.evaluate(
					() => document.documentElement.scrollWidth - document.documentElement.clientWidth
				);
				expect(wide).toBe(0);
			});
		});
	}
}

test.describe('with reduced motion', () => {
	test.use({ reducedMotion: 'reduce' });

	test('a highlight stands for what would travel', async ({ page }) => {
		const backprop = await Backprop.after(page, 0);
		await backprop.press('This neuron', 'To Backward', 'Next step', 'Next step');
		await expect(backprop.now).toContainText('passes its gradient on');
		const traveler = backprop.graph.locator('.traveler').first();
		await expect(traveler).toBeVisible();
		const before = await traveler.boundingBox();
		await backprop.frames(12);
		expect(await traveler.boundingBox()).toEqual(before);
	});
});
