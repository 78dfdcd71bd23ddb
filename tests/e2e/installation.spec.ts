import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { editionOf, expectWaiting, Host, lookForUpdate, readyOffline } from '../support/host';
import { expect, test as base } from '../support/test';

const test = base.extend<{ host: Host }>({
	// eslint-disable-next-line no-empty-pattern -- Playwright reads the needed fixtures from the pattern
	host: async ({}, use) => {
		const host = await Host.start();
		await use(host);
		await host.stop();
	}
});

/** Stands for the service worker of version 0.1.0, which kept two of its files like this, by Workbox. */
const withWorkbox = `
	const { scope } = registration;
	const cacheName = 'workbox-precache-v2-' + scope;
	const keys = { [scope]: scope + '?__WB_REVISION__=1', [scope + 'theme.js']: scope + 'theme.js?__WB_REVISION__=1' };
	const store = async (url) => (await caches.open(cacheName)).put(keys[url], await fetch(url));
	addEventListener('install', (event) => event.waitUntil(Promise.all(Object.keys(keys).map(store))));
	addEventListener('activate', (event) => event.waitUntil(clients.claim()));
	addEventListener('message', () => skipWaiting());
	addEventListener('fetch', (event) => {
		const key = keys[event.request.url];
		if (key) event.respondWith(caches.match(key, { cacheName }));
	});
`;

/** Has the stored page be the login page of a network. */
async function replaceStoredPage(page: Page): Promise<void> {
	await page.evaluate(async () => {
		const { scope } = await navigator.serviceWorker.ready;
		for (const name of await caches.keys()) {
			const cache = await caches.open(name);
			for (const request of await cache.keys()) {
				if (request.url.replace(/\?.*/, '') !== scope) continue;
				const login = '<title>Hotel Wi-Fi</title><link rel="icon" href="data:,">';
				await cache.put(request, new Response(login, { headers: { 'Content-Type': 'text/html' } }));
			}
		}
	});
	await page.reload();
	await expect(page).toHaveTitle('Hotel Wi-Fi');
}

/** Comes back to the page until it is the app again. */
async function expectHealed(page: Page): Promise<void> {
	const title = async () => {
		await page.reload();
		return page.title();
	};
	// The browser looks for a newer edition when a page was visited and a second has passed without another visit.
	await expect.poll(title, { intervals: [2000] }).toBe('Sketchgrad');
	await readyOffline(page);
}

for (const former of ['of today', 'of Workbox'] as const) {
	test.describe(`an edition ${former}`, () => {
		test.beforeEach(async ({ page, host }) => {
			const script = join(host.directory, 'sw.js');
			const present = await readFile(script, 'utf8');
			if (former === 'of Workbox') await writeFile(script, withWorkbox);
			await host.serve();
			await page.goto(host.url);
			await readyOffline(page);
			await writeFile(script, present);
		});

		test('gives way unasked where its page is another’s', async ({ page, host }) => {
			await replaceStoredPage(page);
			await host.publish();
			await expectHealed(page);
			expect(await editionOf(page)).toBe('next');
			await host.pause();
			await page.reload();
			await readyOffline(page);
		});

		test('stays until it is asked where all is well', async ({ page, host }) => {
			await host.publish();
			await lookForUpdate(page);
			await expectWaiting(page);
			await page.reload();
			await readyOffline(page);
			expect(await editionOf(page)).toBe('first');
		});
	});
}

test.describe('a host that alters a file', () => {
	test.use({ expectedErrors: /Not stored for offline use: .*\/theme\.js: / });

	test('is used, but never stored', async ({ page, context, host }) => {
		await appendFile(join(host.directory, 'theme.js'), '\n// Injected.');
		await host.serve();
		const said = new Promise<string>((resolve) => {
			context.on('serviceworker', (worker) => {
				worker.on('console', (message) => {
					resolve(message.text());
				});
			});
		});
		await page.goto(host.url);
		expect(await said).toBe(
			`Not stored for offline use: ${host.url}theme.js: the answer (200) is not the file that was built.`
		);
		await expect(page.locator('body')).toHaveAttribute('data-state', 'idle');
		await expect(page.getByText('Ready offline')).toHaveCount(0);
		await expect.poll(() => page.evaluate(() => caches.keys())).toEqual([]);
	});
});
