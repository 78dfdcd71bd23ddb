import type { Page, Worker } from '@playwright/test';
import { report, times } from '../support/attack';
import { held } from '../support/memory';
import { Playground } from '../support/page';
import { expect, test } from '../support/test';

/** Has the page list each time that the step shown goes back. */
async function recordStepsBack(page: Page): Promise<() => Promise<string[]>> {
	await page.evaluate(() => {
		const back: string[] = [];
		Object.assign(window, { back });
		const output = document.querySelector<HTMLElement>('[data-testid="step"]')!;
		let last = 0;
		new MutationObserver(() => {
			const step = Number(output.dataset['value']);
			if (step < last) back.push(`${last} to ${step}`);
			last = step;
		}).observe(output, { attributes: true });
	});
	return () => page.evaluate(() => (window as unknown as { back: string[] }).back);
}

const failures: Record<string, (worker: Worker) => unknown> = {
	throws: (worker) =>
		worker.evaluate(() => {
			setTimeout(() => {
				throw new Error('out of chalk');
			});
		}),
	closes: (worker) => worker.evaluate(() => close()),
	hangs: (worker) =>
		worker.evaluate(() => {
			// A browser ends no worker that is busy for its debugger.
			setTimeout(() => {
				for (;;);
			});
		}),
	'answers with errors': (worker) =>
		worker.evaluate(() => {
			performance.now = () => {
				throw new Error('out of chalk');
			};
		})
};

test.use({ expectedErrors: /out of chalk/ });

test('real workers may throw, close, hang and answer with errors: steps never go back, nothing piles up', async ({
	page
}) => {
	const attempts = times(80, 4);
	test.setTimeout(attempts * 15_000);
	let workers = 0;
	page.on('worker', () => workers++);
	// So that the patience of the page can be made to pass at once.
	await page.clock.install();
	const playground = new Playground(page);
	await playground.open();
	await playground.slide('Speed', 5);
	await playground.press('Play');
	await playground.reachStep(1);
	const stepsBack = await recordStepsBack(page);
	const first = await held(page);
	const notice = page.getByRole('alert').filter({ hasText: /The training worker|Training cannot/ });

	for (let attempt = 0; attempt < attempts; attempt++) {
		const [name, fail] = Object.entries(failures)[attempt % 4]!;
		const step = (await playground.value('step'))!;
		const worker = page.workers()[0]!;
		void Promise.resolve(fail(worker)).catch(() => undefined);
		if (name === 'answers with errors') {
			await playground.expectState('crashed');
			await playground.press('Try again', 'Play');
		} else {
			if (name !== 'throws') {
				await playground.frames();
				await page.clock.fastForward(8_100);
				await page.clock.fastForward(2_100);
			}
			await expect(notice).toContainText('has been replaced');
		}
		await expect.poll(() => page.workers().includes(worker)).toBe(false);
		await playground.reachStep(step + 2);
		await playground.press('Dismiss');
		await expect(notice).toHaveCount(0);
		expect(workers, 'workers started').toBe(attempt + 2);
	}

	await playground.pause();
	// Whatever timer of a lost call were left would run out now.
	await page.clock.fastForward(20_000);
	await playground.press('Play');
	await playground.reachStep((await playground.value('step'))! + 5);
	await playground.pause();
	await expect(notice).toHaveCount(0);
	expect(workers).toBe(attempts + 1);
	expect(await stepsBack()).toEqual([]);

	const last = await held(page);
	expect(last.listeners - first.listeners).toBeLessThanOrEqual(10);
	expect(last.megabytes - first.megabytes).toBeLessThan(3);
	const { step, ...rest } = await playground.readouts();
	await playground.slide('Speed', 6);
	await playground.runTo(0);
	await playground.runTo(Number(step));
	expect(await playground.readouts()).toEqual({ step, ...rest });
	const grown = (last.megabytes - first.megabytes).toFixed(1);
	const listeners = `listeners ${first.listeners} to ${last.listeners}, heap +${grown} MB`;
	report({ attack: 'real workers lost', attempts, seen: `step ${step}, bits equal, ${listeners}` });
});
