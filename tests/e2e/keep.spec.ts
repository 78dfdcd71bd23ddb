import type { Browser } from '@playwright/test';
import { Playground } from '../support/page';
import { serve } from '../support/serve.mjs';
import { expect, test } from '../support/test';

/** The read-outs at a step of a run without a break, in a context of its own. */
async function unbroken(browser: Browser, address: string, step: number) {
	const context = await browser.newContext();
	const playground = new Playground(await context.newPage());
	await playground.open(address);
	await playground.runTo(step);
	const found = await playground.readouts();
	await context.close();
	return found;
}

/** Mini-batches, a schedule, another network and points of one's own: whatever a resumed run could get wrong. */
async function setUp(playground: Playground): Promise<void> {
	await playground.open();
	await playground.choose('Batch size', '8');
	await playground.runTo(23);
	await playground.brush('Class B');
	await playground.drag([-2, -2], [-1, -2.5], [1, -2.2]);
	await playground.enter('Learning rate', 0.07);
}

test('a reload keeps the drawing, the settings, the step and the weights', async ({
	page,
	browser
}) => {
	const playground = new Playground(page);
	await setUp(playground);
	await playground.runTo(61);
	const points = await playground.plot.getAttribute('data-points');
	expect(Number(points)).toBeGreaterThan(103);
	const before = await playground.readouts();
	const losses = await page
		.getByRole('img', { name: 'Losses over steps' })
		.getAttribute('aria-label');

	await playground.reload();
	await playground.expectState('paused');
	expect(await playground.readouts()).toEqual(before);
	await expect(playground.plot).toHaveAttribute('data-points', points!);
	await expect(playground.field('Learning rate')).toHaveValue('0.07');
	await expect(page.getByRole('combobox', { name: 'Batch size' })).toHaveValue('8');
	await expect(page.getByRole('img', { name: losses! })).toBeVisible();

	const address = await playground.link();
	await playground.runTo(150);
	expect(await playground.readouts()).toEqual(await unbroken(browser, address, 150));
});

test('a drawing that a dataset took the place of stays under Recent', async ({ page }) => {
	const playground = new Playground(page);
	await playground.open();
	await playground.brush('Class B');
	await playground.drag([-2, -2], [-1, -2.5], [1, -2.2]);
	await playground.press('Undo');
	await playground.expectPoints(100);
	await playground.press('Redo');
	const points = Number(await playground.plot.getAttribute('data-points'));
	expect(points).toBeGreaterThan(103);
	await playground.dataset('Circle');
	await playground.expectPoints(100);
	await playground.reload();
	await playground.expectPoints(100);
	const works = await playground.recent();
	await expect(works).toHaveCount(1);
	await works.click();
	await playground.expectPoints(points);
});

test('a reload in mid-play goes on as if nothing had been', async ({ page, browser }) => {
	const playground = new Playground(page);
	await setUp(playground);
	await playground.press('Play');
	await playground.reachStep(60);
	await playground.reload();
	await playground.expectState('paused');
	const step = (await playground.value('step'))!;
	expect(step).toBeGreaterThanOrEqual(23);
	const address = await playground.link();
	await playground.runTo(step + 40);
	expect(await playground.readouts()).toEqual(await unbroken(browser, address, step + 40));
});

test('a reload at once after a stroke, and in the middle of one, keeps it', async ({ page }) => {
	const playground = new Playground(page);
	await playground.open();
	await playground.brush('Class A');
	await playground.click(-2.5, 2.5);
	await playground.reload();
	await playground.expectPoints(101);

	await playground.brush('Class A');
	const place = await playground.at(2.5, -2.5);
	await page.mouse.move(place.x, place.y);
	await page.mouse.down();
	await playground.expectPoints(102);
	await playground.reload();
	await playground.expectPoints(102);
});

test('a crash costs no drawing and at most the last second of training', async ({
	page,
	context,
	watch
}) => {
	const playground = new Playground(page);
	await setUp(playground);
	await playground.press('Play');
	await playground.reachStep(50);
	await playground.press('Pause');
	await playground.expectState('paused');
	await playground.click(0, 2.9);
	const [points, step] = await Promise.all([
		playground.plot.getAttribute('data-points'),
		playground.value('step')
	]);
	watch(context);
	const crashed = page.waitForEvent('crash');
	const browser = await context.newCDPSession(page);
	browser.send('Page.crash').catch(() => undefined);
	await crashed;
	await page.close();

	const next = new Playground(await context.newPage());
	await next.open();
	await next.expectState('paused');
	await next.expectStep(step!);
	await expect(next.plot).toHaveAttribute('data-points', points!);
});

test('a closed page comes back', async ({ page, context }) => {
	const playground = new Playground(page);
	await setUp(playground);
	await playground.runTo(40);
	const before = await playground.readouts();
	await page.close();
	const next = new Playground(await context.newPage());
	await next.open();
	await next.expectState('paused');
	expect(await next.readouts()).toEqual(before);
});

test('a reload without any server trains on', async ({ page }) => {
	const server = await serve();
	try {
		const playground = new Playground(page);
		await playground.open(server.url);
		await expect(page.getByText('Ready offline')).toBeVisible();
		await playground.runTo(10);
		await server.close();
		await playground.reload();
		await playground.expectStep(10);
		await playground.press('Play');
		await playground.reachStep(30);
		await playground.press('Pause');
		// What only some runs need is stored too.
		await page.goto(`${server.url}#preset=notebook`);
		await playground.expectPoints(100);
		await playground.expectState('idle');
		await playground.runTo(3);
	} finally {
		await server.close().catch(() => undefined);
	}
});

test('undo after another network returns to the former run, at its step', async ({ page }) => {
	const playground = new Playground(page);
	await playground.open();
	await playground.runTo(30);
	const before = await playground.readouts();
	await playground.choose('Activation', 'relu');
	await playground.expectState('idle');
	await playground.press('Undo');
	await playground.expectState('paused');
	await playground.expectStep(30);
	expect(await playground.readouts()).toEqual(before);
	await playground.reload();
	await playground.expectStep(30);
	expect(await playground.readouts()).toEqual(before);
});

test('an edit at an earlier step than a live edit can be undone, and brings that one back', async ({
	page
}) => {
	const playground = new Playground(page);
	await playground.open();
	await playground.runTo(20);
	await playground.brush('Class B');
	await playground.drag([-2, -2], [2, -2.5]);
	const drawn = await playground.plot.getAttribute('data-points');
	await playground.runTo(10);
	await playground.expectPoints(100);
	await playground.click(0, 2.9);
	await playground.expectPoints(101);
	await playground.press('Undo');
	await playground.runTo(20);
	await expect(playground.plot).toHaveAttribute('data-points', drawn!);
});
