import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { Playground } from '../support/page';
import { expect, test } from '../support/test';

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe finds, a line for each element. */
async function findings(page: Page): Promise<string[]> {
	const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze();
	return violations.flatMap(({ id, nodes }) =>
		nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary ?? ''}`)
	);
}

const looks = (['light', 'dark'] as const).flatMap((colorScheme) => [
	{ colorScheme, viewport: { width: 1440, height: 900 }, hasTouch: false },
	{ colorScheme, viewport: { width: 390, height: 844 }, hasTouch: true }
]);

for (const look of looks) {
	test.describe(`axe, ${look.colorScheme}, ${String(look.viewport.width)} pixels wide,`, () => {
		test.use(look);

		test('finds nothing on the page, at rest and diverged, with notices and dialogs', async ({
			page
		}) => {
			const playground = new Playground(page);
			await playground.open();
			expect(await findings(page), 'at rest').toEqual([]);

			await playground.press('Share');
			await expect(page.getByRole('textbox', { name: 'Link' })).toBeVisible();
			expect(await findings(page), 'Share').toEqual([]);
			await page.keyboard.press('Escape');

			await playground.choose('Loss', 'squared error');
			await playground.enter('Learning rate', 1000);
			await playground.enter('Seed', 'lucky');
			await playground.enter('Run to step', -1);
			await playground.press('Play');
			await playground.expectState('diverged');
			await page.evaluate(() => (location.hash = '#1.nothing-that-can-be-read'));
			await expect(page.getByRole('alert')).toBeVisible();
			expect(await findings(page), 'diverged, with errors and a notice').toEqual([]);

			await page.evaluate(() => (location.hash = '#preset=spiral'));
			await playground.expectState('idle');
			await playground.press('Recent');
			await expect(page.getByRole('dialog', { name: 'Recent' }).getByRole('listitem')).toHaveCount(
				1
			);
			expect(await findings(page), 'Recent').toEqual([]);
			await page.keyboard.press('Escape');

			await playground.dataset('Draw');
			await page.getByRole('button', { name: 'Output', exact: true }).focus();
			expect(await findings(page), 'no points').toEqual([]);
		});
	});
}

/** Visible controls smaller than `size`, with their size. */
async function smallerThan(page: Page, size: number, within: string): Promise<string[]> {
	return page.locator(within).evaluate(
		(root, least) =>
			[...root.querySelectorAll<HTMLElement>('button, input, select, a, [role="button"]')]
				.filter((element) => element.checkVisibility({ visibilityProperty: true }))
				.filter((element) => element.closest('[aria-hidden="true"]') === null)
				.flatMap((element) => {
					// A choice is as large as the label that chooses it.
					const target = element.matches('[type="radio"]') ? element.closest('label')! : element;
					const { width, height } = target.getBoundingClientRect();
					const name = element.getAttribute('aria-label') ?? element.textContent;
					const diagram = element.closest('svg') !== null;
					return Math.min(width, height) < (diagram ? 24 : least) - 0.01
						? [`${name.trim()} (${element.tagName} ${element.id}): ${width} x ${height}`]
						: [];
				}),
		size
	);
}

test.describe('on a touch screen', () => {
	for (const viewport of [
		{ width: 390, height: 844 },
		{ width: 360, height: 740 },
		{ width: 1024, height: 768 }
	]) {
		test.describe(`${String(viewport.width)} pixels wide`, () => {
			test.use({ viewport, hasTouch: true, isMobile: true });

			test('every control is large enough for a finger', async ({ page }) => {
				const playground = new Playground(page);
				await playground.open();
				await playground.choose('Schedule', 'linear decay');
				expect(await smallerThan(page, 44, 'body')).toEqual([]);
				await playground.press('Share');
				expect(await smallerThan(page, 44, 'dialog[open]')).toEqual([]);
			});

			test('so is every control of Inspect and of Look inside, which are no wider', async ({
				page
			}) => {
				const playground = new Playground(page);
				await playground.open();
				await playground.enter('Neurons in layer 1', 32);
				await playground.brush('Inspect');
				await playground.neuron('Output').focus();
				expect(await smallerThan(page, 44, 'body'), 'Inspect').toEqual([]);
				await playground.go('Look inside');
				await playground.neuron('Output').focus();
				expect(await smallerThan(page, 44, 'body'), 'Network').toEqual([]);
				await expectNoSidewaysScroll(page);
				await playground.level('Neuron');
				await playground.choose('Neuron', 'Layer 2, neuron 1');
				expect(await smallerThan(page, 44, 'body'), 'Neuron').toEqual([]);
				await expectNoSidewaysScroll(page);
			});

			test('nothing is wider than the screen', async ({ page }) => {
				const playground = new Playground(page);
				await playground.open();
				for (const name of ['Add layer', 'Add layer', 'Add layer', 'Add layer']) {
					await playground.press(name);
				}
				await playground.enter('Neurons in layer 3', 32);
				await expectNoSidewaysScroll(page);
			});
		});
	}
});

async function expectNoSidewaysScroll(page: Page): Promise<void> {
	const [content, view] = await page.evaluate(() => {
		const { scrollWidth, clientWidth } = document.documentElement;
		return [scrollWidth, clientWidth] as const;
	});
	expect(content).toBeLessThanOrEqual(view);
}

for (const viewport of [
	{ width: 390, height: 844 },
	{ width: 360, height: 740 }
]) {
	test.describe(`a phone of ${String(viewport.width)} x ${String(viewport.height)}`, () => {
		test.use({ viewport, hasTouch: true, isMobile: true });

		test('shows the plot and the transport on the first screen', async ({ page }) => {
			const playground = new Playground(page);
			await playground.open();
			for (const name of ['Play', 'Step', 'Reset', 'Class A', 'Undo']) {
				await expect(playground.button(name)).toBeInViewport({ ratio: 1 });
			}
			await expect(playground.plot).toBeInViewport({ ratio: 0.999 });
			await expect(playground.readout('train-loss')).toBeInViewport({ ratio: 1 });
		});
	});
}

for (const viewport of [
	{ width: 720, height: 450 },
	{ width: 320, height: 640 },
	{ width: 1440, height: 900 },
	{ width: 1920, height: 1080 }
]) {
	test.describe(`at ${String(viewport.width)} x ${String(viewport.height)}`, () => {
		test.use({ viewport });

		test('everything can be reached and nothing is lost', async ({ page }) => {
			const playground = new Playground(page);
			await playground.open();
			await expectNoSidewaysScroll(page);
			const controls = page
				.locator('main, header, [aria-label="Run"]')
				.locator('button, input, select');
			const count = await controls.count();
			expect(count).toBeGreaterThan(40);
			const clipped = await controls.evaluateAll((elements) =>
				elements
					.filter((element) => element.checkVisibility() && !element.closest('.visually-hidden'))
					.filter(
						(element) => element.closest('[aria-hidden="true"], [role="radiogroup"]') === null
					)
					.flatMap((element) => {
						element.scrollIntoView({ block: 'center' });
						const { left, right, top, bottom } = element.getBoundingClientRect();
						const middle = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
						const hit = middle && (element.contains(middle) || middle.contains(element));
						return hit ? [] : [`${element.getAttribute('aria-label') ?? element.outerHTML}`];
					})
			);
			expect(clipped).toEqual([]);
			await playground.press('Step');
			await playground.expectStep(1);
		});
	});
}

test.describe('with reduced motion', () => {
	test.use({ contextOptions: { reducedMotion: 'reduce' } });

	test('nothing is animated, and training is as fast', async ({ page }) => {
		const playground = new Playground(page);
		await playground.open();
		await playground.press('Play');
		await playground.reachStep(10);
		await playground.pause();
		const moving = await page.evaluate(() =>
			[...document.querySelectorAll('*')].flatMap((element) => {
				const { animationName, animationDuration, transitionDuration, scrollBehavior } =
					getComputedStyle(element);
				const still =
					(animationName === 'none' || parseFloat(animationDuration) < 0.001) &&
					transitionDuration.split(',').every((duration) => parseFloat(duration) < 0.001) &&
					scrollBehavior === 'auto';
				return still ? [] : [element.outerHTML.slice(0, 100)];
			})
		);
		expect(moving).toEqual([]);
	});
});

test('the status line speaks at once when the state changes, and else every 5 seconds', async ({
	page
}) => {
	await page.clock.install();
	const playground = new Playground(page);
	await playground.open();
	const status = page.getByRole('status').and(page.getByTestId('status'));
	await expect(status).toHaveText(/^Ready\. Step 0, train loss \d+\.\d{4}, accuracy \d+ %\.$/);
	await expect(status).toHaveAttribute('aria-live', 'polite');

	await playground.press('Play');
	await expect(status).toHaveText(/^Playing\. Step/);
	await page.clock.pauseAt(new Date(Date.now() + 60_000));
	await playground.press('Pause');
	await expect(status).toHaveText(/^Paused\. Step/);
	const said = await status.textContent();
	await playground.press('Step');
	await page.clock.runFor(4_900);
	expect(await status.textContent()).toBe(said);
	await page.clock.runFor(200);
	await expect(status).not.toHaveText(said!);
});

test('the read-outs themselves do not speak', async ({ page }) => {
	const playground = new Playground(page);
	await playground.open();
	const outputs = page.locator('output');
	expect(await outputs.count()).toBeGreaterThanOrEqual(7);
	for (const output of await outputs.all())
		await expect(output).toHaveAttribute('aria-live', 'off');
});
