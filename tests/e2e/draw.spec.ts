import type { Page } from '@playwright/test';
import { Playground } from '../support/page';
import { expect, test } from '../support/test';

let playground: Playground;

test.beforeEach(async ({ page }) => {
	playground = new Playground(page);
	await playground.open();
});

const dataset = (page: Page, name: string) => page.getByRole('radio', { name, exact: true });

test.describe('the mouse', () => {
	test('draws on the moons, which become drawn points; undo gives the moons back', async ({
		page
	}) => {
		await playground.runTo(20);
		const moons = await playground.readouts();
		await expect(dataset(page, 'Moons')).toBeChecked();

		await playground.brush('Class B');
		await playground.click(2.5, 2.5);
		await playground.expectPoints(101);
		await expect(dataset(page, 'Draw')).toBeChecked();
		await playground.expectStep(20);
		await expect
			.poll(async () => (await playground.readouts())['train-loss'])
			.not.toBe(moons['train-loss']);

		await playground.press('Undo');
		await playground.expectPoints(100);
		await expect(dataset(page, 'Moons')).toBeChecked();
		await expect.poll(() => playground.readouts()).toEqual(moons);
		await playground.expectState('paused');

		await playground.press('Redo');
		await playground.expectPoints(101);
		await expect(dataset(page, 'Draw')).toBeChecked();
	});

	test('taps and sprays both classes, erases, moves and clears, and takes all of it back', async ({
		page
	}) => {
		await playground.dataset('Draw');
		await playground.expectPoints(0);
		await expect(playground.button('Clear')).toBeDisabled();

		await playground.brush('Class A');
		await playground.click(-2, 2);
		await playground.expectPoints(1);
		await playground.brush('Class B');
		await playground.drag([0, -1], [2, -1]);
		const sprayed = Number(await playground.plot.getAttribute('data-points'));
		expect(sprayed, 'one point about every 0.12 of the way').toBeGreaterThan(10);
		expect(sprayed).toBeLessThan(25);

		await playground.brush('Move');
		await playground.drag([-2, 2], [-2, -2]);
		await playground.expectPoints(sprayed);
		await playground.brush('Erase');
		await playground.click(-2, 2);
		await playground.expectPoints(sprayed);
		await playground.click(-2, -2);
		await playground.expectPoints(sprayed - 1);
		await playground.drag([-0.2, -1], [2.2, -1]);
		await playground.expectPoints(0);

		// Newest first: the erased spray, the erased point, the move, the spray, the first point.
		await playground.press('Undo');
		await playground.expectPoints(sprayed - 1);
		await page.keyboard.press('Control+z');
		await playground.expectPoints(sprayed);
		await page.keyboard.press('Control+z');
		await playground.click(-2, 2);
		await playground.expectPoints(sprayed - 1);
		await playground.press('Undo');
		await playground.press('Undo');
		await playground.expectPoints(1);
		await playground.press('Undo');
		await playground.expectPoints(0);
		await page.keyboard.press('Control+Shift+z');
		await playground.expectPoints(1);
		await playground.press('Redo');
		await playground.expectPoints(sprayed);

		await playground.press('Clear');
		await playground.expectPoints(0);
		await playground.press('Undo');
		await playground.expectPoints(sprayed);
	});

	test('keeps the points inside when it leaves the plot', async () => {
		await playground.dataset('Draw');
		await playground.drag([2.5, 0], [3.6, 0], [3.6, 2], [2.5, 2]);
		const count = Number(await playground.plot.getAttribute('data-points'));
		expect(count).toBeGreaterThan(3);
		await playground.runTo(1);
		expect(await playground.value('train-loss')).toBeGreaterThan(0);
		await playground.press('Undo');
		await playground.expectPoints(0);
	});

	test('draws while the run plays, and the boundary answers', async () => {
		await playground.runTo(50);
		const place = [2.2, 2.2] as const;
		const before = await playground.outputAt(...place);
		await playground.brush(before > 0 ? 'Class A' : 'Class B');
		await playground.press('Play');
		for (const row of [1.9, 2.1, 2.3, 2.5]) await playground.drag([1.7, row], [2.7, row]);
		await expect
			.poll(async () => Math.sign(await playground.outputAt(...place)), { timeout: 30_000 })
			.toBe(-Math.sign(before));
		await playground.expectState('playing');
		await playground.pause();
		expect(await playground.value('step')).toBeGreaterThan(50);
	});
});

test('a pen draws, and its other end erases', async () => {
	await playground.dataset('Draw');
	const place = await playground.at(1, 1);
	const pen = { pointerId: 7, pointerType: 'pen', isPrimary: true, bubbles: true };
	const at = (x: number) => ({ clientX: place.x + x, clientY: place.y });
	await playground.plot.dispatchEvent('pointerdown', { ...pen, ...at(0), buttons: 1 });
	await playground.plot.dispatchEvent('pointermove', { ...pen, ...at(60), buttons: 1 });
	await playground.plot.dispatchEvent('pointerup', { ...pen, ...at(60) });
	await expect
		.poll(async () => Number(await playground.plot.getAttribute('data-points')))
		.toBeGreaterThan(3);
	const eraser = { ...pen, button: 5 };
	await playground.plot.dispatchEvent('pointerdown', { ...eraser, ...at(-10), buttons: 32 });
	await playground.plot.dispatchEvent('pointermove', { ...eraser, ...at(70), buttons: 32 });
	await playground.plot.dispatchEvent('pointerup', { ...eraser, ...at(70) });
	await playground.expectPoints(0);
});

test.describe('a finger', () => {
	test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

	test('taps and drags on the plot to draw, without scrolling', async ({ page }) => {
		await playground.dataset('Draw');
		const place = await playground.at(0, 1);
		await page.touchscreen.tap(place.x, place.y);
		await playground.expectPoints(1);

		const scrolled = await page.evaluate(() => scrollY);
		await playground.swipe(await playground.at(-1, 1), await playground.at(-1, -2));
		await expect
			.poll(async () => Number(await playground.plot.getAttribute('data-points')))
			.toBeGreaterThan(10);
		expect(await page.evaluate(() => scrollY)).toBe(scrolled);
		await playground.press('Undo');
		await playground.expectPoints(1);
	});

	test('scrolls the page beside the plot', async ({ page }) => {
		await page.evaluate(() => scrollTo(0, 0));
		const box = (await playground.plot.boundingBox())!;
		expect(box.x, 'the gutter').toBeGreaterThanOrEqual(16);
		const from = { x: box.x / 2, y: box.y + box.height * 0.8 };
		await playground.swipe(from, { x: from.x, y: from.y - 250 });
		await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(100);
		await playground.expectPoints(100);
	});

	test('that is joined by another pinches and draws nothing', async ({ page }) => {
		const browser = await page.context().newCDPSession(page);
		const [one, two] = await Promise.all([playground.at(-1, 0), playground.at(1, 0)]);
		const touch = (type: 'touchStart' | 'touchEnd', touchPoints: { x: number; y: number }[]) =>
			browser.send('Input.dispatchTouchEvent', { type, touchPoints });
		await touch('touchStart', [one]);
		await touch('touchStart', [one, two]);
		await touch('touchEnd', []);
		await playground.frames();
		await playground.expectPoints(100);
	});
});

test('the keyboard places, carries and erases points, and hears where it is', async ({ page }) => {
	const spoken = page.getByTestId('spoken');
	await playground.dataset('Draw');
	await playground.plot.focus();
	await page.keyboard.press('b');
	await expect(playground.button('Class B')).toHaveAttribute('aria-pressed', 'true');
	await page.keyboard.press('Home');
	await page.keyboard.press('Shift+ArrowRight');
	await page.keyboard.press('ArrowUp');
	await expect(spoken).toHaveText(/^x 0\.50, y 0\.10, output −?\d+\.\d\d, class [AB]$/);

	await page.keyboard.press('Enter');
	await playground.expectPoints(1);
	await expect(spoken).toHaveText(/^Class B point placed\. x 0\.50, y 0\.10, output/);
	await page.keyboard.press('Shift+ArrowLeft');
	await page.keyboard.press('a');
	await page.keyboard.press('Enter');
	await playground.expectPoints(2);

	await page.keyboard.press('m');
	await page.keyboard.press('Enter');
	await page.keyboard.press('Shift+ArrowDown');
	await page.keyboard.press('Enter');
	await expect(spoken).toHaveText(/^Put down\. x 0\.00, y −0\.40/);
	await page.keyboard.press('Delete');
	await playground.expectPoints(1);
	await expect(spoken).toHaveText(/^Erased 1\./);
	await page.keyboard.press('Delete');
	await expect(spoken).toHaveText(/^No point to erase here\./);

	await page.keyboard.press('Control+z');
	await playground.expectPoints(2);
	await page.keyboard.press('Control+z');
	await page.keyboard.press('Home');
	await page.keyboard.press('ArrowUp');
	await page.keyboard.press('Delete');
	await playground.expectPoints(1);
});
