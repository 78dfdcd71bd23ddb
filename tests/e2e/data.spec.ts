import type { Page } from '@playwright/test';
import { defaultExperiment } from '../../src/lib/experiment/defaults';
import { encodeLink } from '../../src/lib/experiment/link';
import { Playground } from '../support/page';
import { expect, test } from '../support/test';

let playground: Playground;

test.beforeEach(async ({ page }) => {
	playground = new Playground(page);
	await playground.open();
});

const kind = (page: Page, name: string) => page.getByRole('radio', { name, exact: true });

test('every dataset is drawn, trains, and comes out the same again', async ({ page }) => {
	const losses = new Set<string | null>();
	for (const name of ['Circle', 'XOR', 'Spiral', 'Two Gaussians', 'Moons']) {
		await playground.dataset(name);
		await expect(kind(page, name)).toBeChecked();
		await playground.expectPoints(100);
		await playground.expectState('idle');
		await playground.press('Step');
		await playground.expectStep(1);
		losses.add((await playground.readouts())['train-loss']);
	}
	expect(losses.size).toBe(5);
	await playground.press('Reset');
	await playground.expectState('idle');
	await playground.press('Step');
	await playground.expectStep(1);
	expect([...losses].at(-1)).toBe((await playground.readouts())['train-loss']);
});

test('samples, noise and the training share make the data anew', async () => {
	await playground.runTo(5);
	await playground.slide('Samples', 300);
	await playground.expectPoints(300);
	await playground.expectState('idle');
	const quiet = await playground.readouts();
	await playground.slide('Noise', 0.4);
	await expect.poll(() => playground.readouts()).not.toEqual(quiet);
	await playground.expectPoints(300);
	await playground.slide('Noise', 0.1);
	await expect.poll(() => playground.readouts()).toEqual(quiet);

	await playground.slide('Training share', 100);
	await expect(playground.readout('test-loss')).toHaveAttribute('data-value', '');
	await expect(playground.readout('test-accuracy')).toHaveAttribute('data-value', '');
	await playground.press('Undo');
	await expect.poll(() => playground.readouts()).toEqual(quiet);
});

test('a drawing waits under Draw while another dataset is looked at', async ({ page }) => {
	await playground.click(2.5, 2.5);
	await playground.expectPoints(101);
	await playground.dataset('Spiral');
	await playground.expectPoints(100);
	await playground.dataset('Draw');
	await playground.expectPoints(101);
	await playground.press('Undo');
	await playground.expectPoints(100);
	await expect(kind(page, 'Spiral')).toBeChecked();
	await playground.press('Undo');
	await playground.expectPoints(101);
	await playground.press('Undo');
	await expect(kind(page, 'Moons')).toBeChecked();
});

test('a dataset can be chosen while the run plays, and it goes on playing', async () => {
	await playground.press('Play');
	await playground.reachStep(20);
	await playground.dataset('XOR');
	await playground.reachStep(5);
	await playground.expectState('playing');
	await playground.press('Reset');
	await playground.expectState('idle');
	await playground.expectStep(0);
});

test('Reset makes the present set-up the start', async () => {
	await playground.runTo(10);
	await playground.click(2.5, 2.5);
	await playground.enter('Learning rate', 0.05);
	await playground.press('Reset');
	await playground.expectState('idle');
	await playground.expectPoints(101);
	await expect(playground.field('Learning rate')).toHaveValue('0.05');
	await playground.runTo(10);
	const straight = await playground.readouts();
	await playground.reload();
	await playground.expectPoints(101);
	await playground.runTo(3);
	await playground.runTo(10);
	expect(await playground.readouts()).toEqual(straight);
});

test("drawing on the notebook's points makes them one's own, and undo gives them back", async () => {
	await playground.press("micrograd's notebook");
	await playground.expectState('idle');
	await expect(playground.button("micrograd's notebook")).toHaveAttribute('aria-pressed', 'true');
	await playground.runTo(2);
	const before = await playground.readouts();
	await playground.click(2.5, 2.5);
	await playground.expectPoints(101);
	await expect(playground.button("micrograd's notebook")).toHaveAttribute('aria-pressed', 'false');
	await playground.press('Undo');
	await playground.expectPoints(100);
	await expect.poll(() => playground.readouts()).toEqual(before);
	await playground.press('Undo');
	await expect.poll(() => playground.value('test-accuracy')).not.toBeNull();
});

test('an experiment holds 2,000 points, and says so', async ({ page }) => {
	const points = Array.from({ length: 1995 }, (_, index) => {
		const x = (index - 1000) / 512;
		return { x, y: -x, target: index % 2 === 0 ? 1 : -1, rank: index % 20 } as const;
	});
	const dataset = { kind: 'drawn', points, trainShare: 80 } as const;
	const link = await encodeLink({ ...defaultExperiment, dataset });
	await page.evaluate((hash) => (location.hash = hash), link);
	await playground.expectPoints(1995);
	await playground.drag([-2, 2], [2, 2]);
	await playground.expectPoints(2000);
	await expect(page.getByText('An experiment holds at most 2000 points.')).toBeVisible();
	await playground.press('Step');
	await playground.expectStep(1);
	await playground.press('Undo');
	await playground.expectPoints(1995);
});
