import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { manifest } from '../../src/manifest';
import { readyOffline } from '../support/host';
import { serve } from '../support/serve.mjs';
import { expect, test } from '../support/test';

const build = fileURLToPath(new URL('../../build/', import.meta.url));

/** Width and height as a PNG file states them, as `WxH`. */
function pngSize(path: string): string {
	const bytes = readFileSync(path);
	expect(bytes.toString('latin1', 1, 4)).toBe('PNG');
	return `${String(bytes.readUInt32BE(16))}x${String(bytes.readUInt32BE(20))}`;
}

async function openReady(page: Page, url: string) {
	await page.goto(url);
	await readyOffline(page);
}

test.describe('the manifest', () => {
	test('is linked from the page by a relative address', async ({ page }) => {
		await page.goto('./');
		const link = page.locator('link[rel="manifest"]');
		await expect(link).toHaveAttribute('href', './manifest.webmanifest');
		const response = await page.request.get('./manifest.webmanifest');
		expect(response.headers()['content-type']).toContain('application/manifest+json');
		expect(await response.json()).toEqual(JSON.parse(JSON.stringify(manifest)));
	});

	test('names pictures that exist in the size it states', () => {
		const pictures = [...(manifest.icons ?? []), ...(manifest.screenshots ?? [])];
		expect(pictures.map(({ src, sizes }) => [src, sizes])).toEqual(
			pictures.map(({ src }) => [src, pngSize(join(build, src))])
		);
		const icons = (manifest.icons ?? []).map(({ sizes, purpose }) => [sizes, purpose ?? 'any']);
		expect(icons).toEqual([
			['192x192', 'any'],
			['512x512', 'any'],
			['512x512', 'maskable']
		]);
		const factors = (manifest.screenshots ?? []).map(({ form_factor }) => form_factor);
		expect(factors).toEqual(['wide', 'narrow']);
		expect(pngSize(join(build, 'apple-touch-icon.png'))).toBe('180x180');
	});

	for (const { name, url } of manifest.shortcuts ?? []) {
		test(`has a shortcut "${name}" that opens`, async ({ page }) => {
			await page.goto(url);
			await expect(page.locator('body')).not.toHaveAttribute('data-state', 'loading');
		});
	}

	test('satisfies Chromium, which finds nothing against installing', async ({ page }) => {
		await openReady(page, './');
		const browser = await page.context().newCDPSession(page);
		const { installabilityErrors } = await browser.send('Page.getInstallabilityErrors');
		// The tests' profiles are private ones, and those never install.
		const found = installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito');
		expect(found).toEqual([]);
	});
});

test('every file of the build is stored', async ({ page, baseURL }) => {
	await openReady(page, './');
	const stored = await page.evaluate(async () => {
		const names = await caches.keys();
		const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
		return requests.flat().map(({ url }) => url);
	});
	const paths = stored.map((url) => url.slice(String(baseURL).length));
	const files = readdirSync(build, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => relative(build, join(entry.parentPath, entry.name)).split(sep).join('/'))
		// The browser keeps the service worker itself, and fetches screenshots only to install.
		.filter((path) => !/^(sw\.js|screenshots\/.*)$/.test(path))
		.map((path) => path.replace(/(^|\/)index\.html$/, '$1'));
	expect(paths.toSorted()).toEqual(files.toSorted());
	expect(files.filter((path) => path.endsWith('.map'))).toEqual([]);
});

for (const base of ['/', '/repo/', '/a/b/']) {
	test(`works at ${base} after its server is gone`, async ({ page, context }) => {
		const server = await serve({ base });
		try {
			await openReady(page, server.url);
		} finally {
			await server.close();
		}
		await expect(page.request.get(server.url)).rejects.toThrow('ECONNREFUSED');

		await page.reload();
		await readyOffline(page);

		const second = await context.newPage();
		await second.goto(`${server.url}?from=bookmark#preset=spiral`);
		await expect(second.locator('body')).not.toHaveAttribute('data-state', 'loading');
		await second.getByRole('button', { name: 'Step', exact: true }).click();
		await expect(second.getByTestId('step')).toHaveAttribute('data-value', '1');
	});
}
