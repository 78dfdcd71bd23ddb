/** Draws static/*.png from static/favicon.svg: `npm run icons`, after a change of the logo. */
import { readFile } from 'node:fs/promises';
import { chromium } from 'playwright';
import { ensureBrowser, launchOptions } from './browser.mjs';

const accent = '#3b5bdb';

/** `share` is the logo's part of the width; the rest is `background`, which masks may cut away. */
const icons = [
	{ name: 'icon-192.png', size: 192, share: 1, background: 'transparent' },
	{ name: 'icon-512.png', size: 512, share: 1, background: 'transparent' },
	{ name: 'icon-maskable-512.png', size: 512, share: 0.84, background: accent },
	{ name: 'apple-touch-icon.png', size: 180, share: 0.9, background: accent }
];

const folder = new URL('../../static/', import.meta.url);
const logo = await readFile(new URL('favicon.svg', folder), 'base64');

ensureBrowser();
const browser = await chromium.launch(launchOptions());
try {
	for (const { name, size, share, background } of icons) {
		const page = await browser.newPage({ viewport: { width: size, height: size } });
		await page.setContent(
			`<body style="margin:0;height:100vh;display:grid;place-items:center;background:${background}">
			<img style="width:${share * 100}%" src="data:image/svg+xml;base64,${logo}">`
		);
		await page.locator('img').evaluate((image) => /** @type {HTMLImageElement} */ (image).decode());
		const path = new URL(name, folder).pathname;
		await page.screenshot({ path, omitBackground: background === 'transparent' });
		await page.close();
	}
} finally {
	await browser.close();
}
