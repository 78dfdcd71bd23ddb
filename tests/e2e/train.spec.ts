import { readFileSync } from 'node:fs';
import type { Route } from '@playwright/test';
import { Playground } from '../support/page';
import { expect, test } from '../support/test';

/** What micrograd's notebook printed: loss and accuracy before each of its 100 updates. */
const notebook = JSON.parse(
	readFileSync(new URL('../fixtures/micrograd-demo.json', import.meta.url), 'utf8')
) as { log: readonly (readonly [loss: number, accuracy: number])[] };

let playground: Playground;

test.beforeEach(({ page }) => {
	playground = new Playground(page);
});

test('the moons are learned to the last training point', async () => {
	await playground.open();
	await playground.expectState('idle');
	await playground.expectPoints(100);
	const before = await playground.value('train-loss');
	const colors = await Promise.all([playground.heatmapAt(-1, 0.5), playground.heatmapAt(1, -0.5)]);

	await playground.press('Play');
	await playground.expectState('playing');
	await expect(playground.readout('accuracy')).toHaveAttribute('data-value', '1');
	await playground.pause();

	expect(await playground.value('train-loss')).toBeLessThan(before! / 3);
	expect(await playground.value('test-accuracy')).toBeGreaterThan(0.8);
	const learned = await Promise.all([playground.heatmapAt(-1, 0.5), playground.heatmapAt(1, -0.5)]);
	expect(learned).not.toEqual(colors);
	expect(learned[0]).not.toEqual(learned[1]);
});

test('the read-outs are there at step 0, at the initial weights', async () => {
	await playground.open();
	const { step, epoch, ...others } = await playground.readouts();
	expect([step, epoch]).toEqual(['0', '0']);
	for (const [name, text] of Object.entries(others)) {
		expect(text, name).toMatch(/^\d/);
		expect(Number(text), name).toBeGreaterThanOrEqual(0);
	}
});

test('the page is loading, with its controls disabled, until the worker answers', async ({
	page
}) => {
	const held: Route[] = [];
	await page.route(/worker.*\.js$/, (route) => void held.push(route));
	await page.goto('./');
	await expect(playground.button('Play')).toBeDisabled();
	await playground.expectState('loading');
	await expect(page.getByRole('radio', { name: 'Moons', exact: true })).toBeDisabled();
	expect(held).toHaveLength(1);
	await held[0]!.continue();
	await playground.expectState('idle');
	await expect(playground.button('Play')).toBeEnabled();
});

test('Pause means no further step, and Play goes on from there', async ({ page }) => {
	await playground.open();
	await playground.press('Play');
	await playground.reachStep(10);
	// What is on show when Pause is pressed stays, although the worker is ahead.
	const step = await playground.button('Pause').evaluate((button: HTMLButtonElement) => {
		button.click();
		return document.querySelector('[data-testid="step"]')?.getAttribute('data-value');
	});
	await playground.expectState('paused');
	await playground.frames();
	const rested = await playground.readouts();
	expect(rested.step).toBe(step);
	await playground.outputAt(0.5, 0.25);
	await page.evaluate(() => new Promise((resolve) => void requestIdleCallback(resolve)));
	expect(await playground.readouts()).toEqual(rested);

	await playground.press('Play');
	await playground.reachStep(Number(step) + 1);
	await playground.pause();
});

test('Step makes one step exactly, and Reset goes back to the start', async () => {
	await playground.open();
	const start = await playground.readouts();
	for (const step of [1, 2, 3]) {
		await playground.press('Step');
		await playground.expectStep(step);
		await playground.expectState('paused');
	}
	expect(await playground.value('epoch')).toBe(3);
	await playground.press('Reset');
	await playground.expectState('idle');
	expect(await playground.readouts()).toEqual(start);
});

test('Step pauses a run that plays', async () => {
	await playground.open();
	await playground.press('Play');
	await playground.reachStep(5);
	await playground.press('Step');
	await playground.expectState('paused');
	const { step } = await playground.readouts();
	await playground.frames();
	expect((await playground.readouts()).step).toBe(step);
});

test('quick presses of Step are all counted', async () => {
	await playground.open();
	await playground.button('Step').evaluate((button: HTMLButtonElement) => {
		for (let press = 0; press < 7; press++) button.click();
	});
	await playground.expectStep(7);
	await playground.frames();
	await playground.expectStep(7);
});

test('the same step has the same numbers, however one gets there', async () => {
	await playground.open();
	await playground.runTo(60);
	const straight = await playground.readouts();

	await playground.press('Reset');
	await playground.expectState('idle');
	await playground.runTo(60);
	expect(await playground.readouts()).toEqual(straight);

	await playground.runTo(17);
	await playground.press('Step', 'Step');
	await playground.expectStep(19);
	await playground.slide('Speed', 5);
	await playground.press('Play');
	await playground.reachStep(30);
	await playground.pause();
	await playground.slide('Speed', 6);
	await playground.runTo(60);
	expect(await playground.readouts()).toEqual(straight);

	await playground.reload();
	await playground.expectState('paused');
	expect(await playground.readouts()).toEqual(straight);
});

test('an epoch is one pass over the training points', async () => {
	await playground.open();
	await playground.choose('Batch size', '32');
	const epochs: (number | null)[] = [];
	for (let step = 1; step <= 6; step++) {
		await playground.press('Step');
		await playground.expectStep(step);
		epochs.push(await playground.value('epoch'));
	}
	// About 80 training points make two full batches and a smaller one.
	expect(epochs).toEqual([0, 0, 1, 1, 1, 2]);
});

test('the slowest speed makes a step a second', async ({ page }) => {
	await playground.open();
	await playground.slide('Speed', 0);
	await expect(page.getByRole('slider', { name: 'Speed' })).toHaveAttribute(
		'aria-valuetext',
		'1 step a second'
	);
	await playground.press('Play');
	const times = await page.evaluate(
		() =>
			new Promise<number[]>((resolve) => {
				const seen: number[] = [];
				const step = document.querySelector('[data-testid="step"]')!;
				const observer = new MutationObserver(() => {
					seen.push(performance.now());
					if (seen.length < 4) return;
					observer.disconnect();
					resolve(seen);
				});
				observer.observe(step, { attributeFilter: ['data-value'] });
			})
	);
	await playground.pause();
	// Between the second and the fourth step; a machine at its limits may be late, never early.
	const span = times[3]! - times[1]!;
	expect(span).toBeGreaterThan(1500);
});

test('playing goes on in a hidden tab, and Pause still stops it', async ({ page }) => {
	// A test's pages are always visible, so this one gets what a hidden page gets: no frames, and late timers.
	await page.addInitScript(() => {
		let hidden = false;
		const [frame, timer] = [requestAnimationFrame, setTimeout] as const;
		window.requestAnimationFrame = (callback) => (hidden ? 0 : frame(callback));
		window.setTimeout = ((callback: () => void, delay = 0) =>
			timer(callback, hidden ? Math.max(1000, delay) : delay)) as typeof setTimeout;
		Object.defineProperties(Document.prototype, {
			hidden: { get: () => hidden },
			visibilityState: { get: () => (hidden ? 'hidden' : 'visible') }
		});
		addEventListener('test:hide', () => {
			hidden = true;
			document.dispatchEvent(new Event('visibilitychange'));
		});
	});
	await playground.open();
	await playground.press('Play');
	await page.evaluate(() => dispatchEvent(new Event('test:hide')));
	expect(await page.evaluate(() => document.visibilityState)).toBe('hidden');
	await playground.reachStep(Number((await playground.readouts()).step) + 50);
	await playground.pause();
	const { step } = await playground.readouts();
	await playground.press('Step');
	await playground.expectStep(Number(step) + 1);
});

test("the notebook's preset repeats micrograd's published run", async () => {
	await playground.open('./#preset=notebook');
	for (const step of [0, 1, 40, 99]) {
		if (step > 0) await playground.runTo(step);
		const [loss, accuracy] = notebook.log[step]!;
		const shown = await playground.value('train-loss');
		expect(Math.abs(shown! / loss - 1), `loss at step ${String(step)}`).toBeLessThanOrEqual(1e-9);
		expect(await playground.value('accuracy')).toBe(accuracy);
	}
	expect((await playground.readouts())['test-loss']).toBe('');
});
