import { Playground } from '../support/page';
import { expect, test } from '../support/test';

let playground: Playground;

test.beforeEach(async ({ page }) => {
	playground = new Playground(page);
	await playground.open();
});

test.describe('a learning rate of 1000', () => {
	test('with squared error diverges at one exact step and keeps the last finite weights', async ({
		page
	}) => {
		const status = page.getByTestId('status');
		await playground.choose('Loss', 'squared error');
		await playground.enter('Learning rate', 1000);
		await playground.press('Play');
		await playground.expectState('diverged');
		const sentence = /^Diverged at step (\d+): .+\. The last finite weights are shown\./;
		await expect(status).toHaveText(sentence);
		await expect(status).toBeVisible();
		const [, at] = sentence.exec((await status.textContent())!)!;
		const played = await playground.readouts();
		expect(played.step).toBe(String(Number(at) - 1));
		// The weights are finite; a loss of theirs may be too large for a number, but is none of nothing.
		for (const [name, text] of Object.entries(played)) {
			expect(text, name).toMatch(/\d|Infinity/);
			expect(Number(text), name).not.toBeNaN();
		}
		expect(Number.isFinite(await playground.outputAt(0.5, 0.5))).toBe(true);
		await page.getByRole('button', { name: 'Output', exact: true }).focus();
		await expect(page.getByTestId('network-value')).toHaveAttribute('data-value', /^-?\d/);
		await expect(playground.button('Play')).toBeDisabled();
		await expect(playground.button('Step')).toBeDisabled();
		await playground.expectPoints(100);

		// The same step, whether it is stepped to,
		await playground.press('Reset');
		await playground.expectState('idle');
		for (let step = 1; step < Number(at); step++) {
			await playground.press('Step');
			await playground.expectStep(step);
		}
		expect(await playground.readouts()).toEqual(played);
		await playground.press('Step');
		await playground.expectState('diverged');
		expect(await playground.readouts()).toEqual(played);

		// or run to, or passed on the way; and running on from there is no way out of it.
		for (const goal of [Number(at), 1000, 2000]) {
			await playground.enter('Run to step', goal);
			await playground.expectState('diverged');
			await expect(status).toHaveText(sentence);
			expect(await playground.readouts()).toEqual(played);
		}

		await playground.reload();
		expect(await playground.readouts()).toEqual(played);

		await playground.press('Reset');
		await playground.enter('Learning rate', 0.05);
		await playground.runTo(50);
		await expect(status).not.toContainText('Diverged');
	});

	test('with max-margin stays finite and does not fall', async () => {
		const before = (await playground.value('train-loss'))!;
		await playground.enter('Learning rate', 1000);
		await playground.enter('L2', 0);
		await playground.runTo(50);
		const after = (await playground.value('train-loss'))!;
		expect(Number.isFinite(after)).toBe(true);
		expect(after).toBeGreaterThan(before);
	});
});

test.describe('a bad entry says what is wanted and changes nothing', () => {
	for (const [name, wanted, entries] of [
		[
			'Learning rate',
			'a number from 0.00001 to 1000',
			['NaN', '-1', '1e9', '', 'fast', 'Infinity']
		],
		['L2', 'a number from 0 to 10', ['NaN', '-1', '1e9', '', 'much', '1,5']],
		['Seed', 'a whole number from 0 to 4,294,967,295', ['-1', '1e10', '', '1.5', 'lucky']],
		['Neurons in layer 1', 'a whole number from 1 to 32', ['0', '33', '1e9', '', '2.5', 'many']]
	] as const) {
		test(name, async ({ page }) => {
			await playground.runTo(3);
			const before = await playground.readouts();
			const field = playground.field(name);
			const value = await field.inputValue();
			for (const entry of entries) {
				await playground.enter(name, entry);
				await expect(field, `after "${entry}"`).toHaveAttribute('aria-invalid', 'true');
				await expect(field).toHaveAccessibleDescription(
					new RegExp(`must be ${wanted}\\.$`.replaceAll('.', '\\.').replace('\\\\.', '\\.'))
				);
				await expect(page.getByText(`must be ${wanted}.`)).toBeVisible();
				await field.press('Escape');
				await expect(field).toHaveValue(value);
				await expect(field).toHaveAttribute('aria-invalid', 'false');
			}
			expect(await playground.readouts()).toEqual(before);
			await playground.runTo(4);
		});
	}

	test('Run to step', async ({ page }) => {
		for (const entry of ['-1', 'NaN', '1e12', '', 'end']) {
			await playground.enter('Run to step', entry);
			await expect(
				page.getByText('The step must be a whole number from 0 to 1,000,000,000.')
			).toBeVisible();
			await playground.press('Run');
			await playground.frames();
			await playground.expectState('idle');
		}
		await playground.runTo(2);
	});
});

test.describe('too few points', () => {
	test('none at all: there is nothing to learn from', async ({ page }) => {
		await playground.press('Clear');
		for (const name of ['Play', 'Step', 'Run']) {
			await playground.press(name);
			await expect(page.getByText('There are no training points to learn from yet.')).toBeVisible();
			await playground.expectState('idle');
			await playground.press('Dismiss');
		}
		const { step, epoch, ...others } = await playground.readouts();
		expect([step, epoch]).toEqual(['0', '0']);
		expect(new Set(Object.values(others))).toEqual(new Set(['']));
	});

	test('cleared while playing: the run rests, and goes on when there are points again', async () => {
		await playground.press('Play');
		await playground.reachStep(5);
		await playground.press('Clear');
		await playground.expectState('paused');
		await playground.press('Undo');
		const { step } = await playground.readouts();
		await playground.press('Step');
		await playground.expectStep(Number(step) + 1);
	});

	test('one class only: a sentence says so, and training goes on', async ({ page }) => {
		const hint = page.getByTestId('place');
		await expect(hint).toHaveText('Tap or drag to draw.');
		await playground.dataset('Draw');
		await playground.brush('Class B');
		await playground.drag([-1, 0], [1, 0]);
		await page.mouse.move(0, 0);
		await expect(hint).toHaveText('Only class B so far. Draw class A.');
		await page.setViewportSize({ width: 320, height: 640 });
		expect(await hint.evaluate((line) => line.scrollWidth - line.clientWidth)).toBe(0);
		await page.setViewportSize({ width: 1280, height: 800 });
		await playground.runTo(200);
		expect(await playground.value('accuracy')).toBe(1);
		expect(await playground.outputAt(-2, 2)).toBeGreaterThan(0);

		await playground.brush('Class A');
		await playground.drag([-1, 2], [1, 2]);
		await page.mouse.move(0, 0);
		await expect(hint).toHaveText('Tap or drag to draw.');
	});

	test('a single point is learned', async () => {
		await playground.dataset('Draw');
		await playground.brush('Class A');
		await playground.click(1, 1);
		await playground.runTo(100);
		expect(await playground.value('accuracy')).toBe(1);
		expect((await playground.readouts())['test-loss']).toBe('');
		expect(await playground.outputAt(1, 1)).toBeLessThan(0);
	});
});

test.describe('the training worker', () => {
	test('that dies is replaced, and the run goes on from its checkpoint', async ({ page }) => {
		await playground.runTo(40);
		const unbroken = await playground.readouts();
		await playground.runTo(10);
		const [worker] = page.workers();
		await worker!.evaluate(() => {
			setTimeout(() => {
				throw new Error('out of chalk');
			});
		});
		await expect.poll(() => page.workers().includes(worker!)).toBe(false);
		await playground.runTo(40);
		expect(await playground.readouts()).toEqual(unbroken);
		await expect(
			page.getByText(/^The training worker was lost .*has been replaced\./)
		).toBeVisible();
	});

	test('that dies while playing is replaced, with a notice, and the run plays on', async ({
		page
	}) => {
		await playground.press('Play');
		await playground.reachStep(10);
		await page.workers()[0]!.evaluate(() => {
			setTimeout(() => {
				throw new Error('out of chalk');
			});
		});
		const notice = page.getByRole('alert').filter({ hasText: 'The training worker was lost' });
		await expect(notice).toContainText(
			/out of chalk.*has been replaced\. The run goes on from step/
		);
		const step = Number((await playground.readouts()).step);
		await playground.reachStep(step + 10);
		await playground.pause();
		const rested = await playground.readouts();
		await playground.runTo(1);
		await playground.runTo(Number(rested.step));
		expect(await playground.readouts()).toEqual(rested);
	});

	test('that falls silent is replaced, with a notice, and the run plays on', async ({ page }) => {
		test.setTimeout(90_000);
		await playground.press('Play');
		await playground.reachStep(10);
		void page
			.workers()[0]!
			.evaluate(() => {
				for (;;);
			})
			.catch(() => undefined);
		const notice = page.getByRole('alert').filter({ hasText: 'The training worker was lost' });
		await expect(notice).toContainText('it did not answer', { timeout: 30_000 });
		const step = Number((await playground.readouts()).step);
		await playground.reachStep(step + 10);
		await playground.expectState('playing');
		await playground.pause();
	});
});
