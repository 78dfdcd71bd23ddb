/**
 * Takes static/screenshots/*.png from the built app: `npm run screenshots`. The manifest shows them
 * when a browser offers to install, and the README opens with the wide one.
 */
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { ensureBrowser, launchOptions } from './browser.mjs';
import { serve } from './serve.mjs';

/** How far the moons are learned in the pictures. */
const steps = 300;

/** @type {{ name: string, options: import('playwright').BrowserContextOptions }[]} */
const shots = [
	{ name: 'wide', options: { viewport: { width: 1440, height: 900 }, colorScheme: 'light' } },
	{
		name: 'narrow',
		options: {
			viewport: { width: 390, height: 844 },
			deviceScaleFactor: 2,
			hasTouch: true,
			isMobile: true,
			colorScheme: 'light'
		}
	}
];

const folder = fileURLToPath(new URL('../../static/screenshots/', import.meta.url));
mkdirSync(folder, { recursive: true });
ensureBrowser();
const server = await serve();
const browser = await chromium.launch(launchOptions());
try {
	for (const { name, options } of shots) {
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
		await page.screenshot({ path: `${folder}${name}.png`, animations: 'disabled' });
		await context.close();
	}
} finally {
	await browser.close();
	await server.close();
}
