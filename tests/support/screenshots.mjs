/**
 * Takes the project's pictures from the built app: `npm run screenshots`. The manifest shows static/screenshots/*.png when a
 * browser offers to install, and the README opens with the wide one; it shows docs/*.png too.
 */
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { ensureBrowser, launchOptions } from './browser.mjs';
import { serve } from './serve.mjs';

/** How far the moons are learned in the pictures. */
const steps = 300;

/**
 * @typedef {object} Shot
 * @property {string} path in the project
 * @property {import('playwright').BrowserContextOptions} options
 * @property {(page: import('playwright').Page) => Promise<void>} [go] from the trained playground to what is shown
 */

/** @type {Shot[]} */
const shots = [
	{
		path: 'static/screenshots/wide.png',
		options: { viewport: { width: 1440, height: 900 }, colorScheme: 'light' }
	},
	{
		path: 'static/screenshots/narrow.png',
		options: {
			viewport: { width: 390, height: 844 },
			deviceScaleFactor: 2,
			hasTouch: true,
			isMobile: true,
			colorScheme: 'light'
		}
	},
	{
		path: 'docs/backprop.png',
		options: { viewport: { width: 1440, height: 900 }, colorScheme: 'light' },
		go: async (page) => {
			await page.getByRole('link', { name: 'Look inside' }).click();
			await page.getByRole('tab', { name: 'Backprop' }).click();
			await page.getByRole('button', { name: 'This neuron' }).click();
			await page.getByRole('button', { name: 'To Backward' }).click();
			for (let step = 0; step < 5; step++)
				await page.getByRole('button', { name: 'Next step' }).click();
			await page.locator('[data-testid="graph"][data-settled="true"]').waitFor();
		}
	}
];

const project = fileURLToPath(new URL('../../', import.meta.url));
ensureBrowser();
const server = await serve();
const browser = await chromium.launch(launchOptions());
try {
	for (const { path, options, go } of shots) {
		const context = await browser.newContext({ ...options, reducedMotion: 'reduce' });
		const page = await context.newPage();
		await page.goto(server.url);
		await page.locator('body[data-state="idle"]').waitFor();
		await page.getByText('Ready offline').waitFor({ state: 'attached' });
		await page.getByRole('button', { name: 'Play', exact: true }).click();
		await page.waitForFunction((enough) => {
			const read = document.querySelector('[data-testid="step"]')?.getAttribute('data-value');
			return Number(read) >= enough;
		}, steps);
		await page.getByRole('button', { name: 'Pause', exact: true }).click();
		await page.locator('body[data-state="paused"]').waitFor();
		await go?.(page);
		await page.screenshot({ path: project + path, animations: 'disabled' });
		await context.close();
	}
} finally {
	await browser.close();
	await server.close();
}
