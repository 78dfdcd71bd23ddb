/** What is left of the trainer's speed through the page, playing at full speed with its 100 x 100 heatmap. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { serve } from '../support/serve.mjs';

const built = fileURLToPath(new URL('../../build/index.html', import.meta.url));
const seconds = 4;
const rounds = 3;

/**
 * @param {import('playwright').Browser} browser
 * @param {() => Promise<number>} bare - steps a second of the trainer alone, in a worker
 */
export async function measurePage(browser, bare) {
	console.log('\n=== through the page: #preset=spiral (2-16-16-1 tanh, 80 training points) ===\n');
	if (!existsSync(built)) return console.log('  left out: there is no build (npm run build)');
	const server = await serve();
	const page = await browser.newPage();
	const shares = [];
	let longest = 0;
	try {
		await page.addInitScript(() => {
			const tasks = /** @type {number[]} */ ([]);
			Object.assign(globalThis, { tasks });
			new PerformanceObserver((list) => {
				for (const { duration } of list.getEntries()) tasks.push(duration);
			}).observe({ type: 'longtask' });
		});
		const step = () =>
			page.evaluate(() => ({
				step: Number(document.querySelector('[data-testid=step]')?.getAttribute('data-value')),
				time: performance.now()
			}));
		for (let round = 0; round < rounds; round++) {
			const alone = await bare();
			await page.goto(`${server.url}#preset=spiral`);
			if (round > 0) await page.reload();
			await page.getByRole('button', { name: 'Play', exact: true }).click();
			// A run sets out slowly; this is past that.
			await page.waitForTimeout(3000);
			await page.evaluate(() => Reflect.get(globalThis, 'tasks').splice(0));
			const first = await step();
			await page.waitForTimeout(seconds * 1000);
			const last = await step();
			const rate = ((last.step - first.step) / (last.time - first.time)) * 1000;
			longest = Math.max(longest, ...(await page.evaluate(() => Reflect.get(globalThis, 'tasks'))));
			shares.push(rate / alone);
			console.log(
				`  ${Math.round(rate)} steps a second, ${Math.round(alone)} without the page: ${Math.round((100 * rate) / alone)} %`
			);
		}
		shares.sort((a, b) => a - b);
		console.log(`  median ${Math.round(100 * (shares[shares.length >> 1] ?? NaN))} %`);
		console.log(
			`  longest task of the main thread: ${longest === 0 ? 'below 50 ms' : `${longest} ms`}`
		);
	} finally {
		await page.close();
		await server.close();
	}
}
