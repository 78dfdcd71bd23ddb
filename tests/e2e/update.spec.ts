import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { Playground } from '../support/page';
import { serve, type Server } from '../support/serve.mjs';
import { expect, test } from '../support/test';

const build = fileURLToPath(new URL('../../build/', import.meta.url));

/** Makes the build in this folder a newer one, with another page. */
async function publishNext(directory: string): Promise<void> {
	const replace = async (name: string, from: RegExp, to: string) => {
		const path = join(directory, name);
		const text = await readFile(path, 'utf8');
		expect(text).toMatch(from);
		await writeFile(path, text.replace(from, to));
	};
	await replace('index.html', /<html lang="en"/, '<html lang="en" data-edition="next"');
	await replace('sw.js', /(url:"\.\/",revision:")[^"]*/, '$1next');
}

async function settled(page: Page): Promise<void> {
	await expect(page.locator('body')).not.toHaveAttribute('data-state', 'loading');
	await expect(page.getByText('Ready offline')).toBeVisible();
}

/** Whether this is still the document that was marked, and which edition of the page it is. */
function look(page: Page) {
	return page.evaluate(() => ({
		marked: 'marked' in window,
		edition: document.documentElement.dataset['edition'] ?? 'first'
	}));
}

test('a newer version waits, and no tab is reloaded by what another accepts', async ({
	page,
	context
}) => {
	const directory = await mkdtemp(join(tmpdir(), 'sketchgrad-build-'));
	await cp(build, directory, { recursive: true });
	let server = await serve({ directory });
	try {
		await page.goto(server.url);
		await settled(page);
		await page.evaluate(() => Object.assign(window, { marked: true }));

		await server.close();
		await publishNext(directory);
		server = await serve({ directory, port: server.port });
		await page.evaluate(async () => {
			const registration = await navigator.serviceWorker.ready;
			await registration.update();
		});
		const waits = () =>
			page.evaluate(async () => (await navigator.serviceWorker.ready).waiting !== null);
		await expect.poll(waits).toBe(true);
		expect(await look(page)).toEqual({ marked: true, edition: 'first' });

		const other = await context.newPage();
		await other.goto(server.url);
		await settled(other);
		expect(await look(other)).toEqual({ marked: false, edition: 'first' });

		await page.evaluate(() => {
			const handedOver = new Promise<void>((done) => {
				navigator.serviceWorker.addEventListener('controllerchange', () => {
					// Longer than a page that reloads itself would wait.
					setTimeout(done, 1000);
				});
			});
			Object.assign(window, { handedOver });
		});
		await other.evaluate(async () => {
			const registration = await navigator.serviceWorker.ready;
			registration.waiting?.postMessage({ type: 'SKIP_WAITING' });
		});
		await page.evaluate(() => (window as unknown as { handedOver: Promise<void> }).handedOver);
		expect(await look(page)).toEqual({ marked: true, edition: 'first' });

		await page.reload();
		await settled(page);
		expect(await look(page)).toEqual({ marked: false, edition: 'next' });
	} finally {
		await server.close();
		await rm(directory, { recursive: true, force: true });
	}
});

/**
 * Waits until the page is the next edition. The new worker takes over when the old one has come to rest, and a debugger,
 * as Playwright is one, keeps it awake: so it is put to rest until then.
 */
async function expectNext(page: Page): Promise<void> {
	const browser = await page.context().newCDPSession(page);
	await browser.send('ServiceWorker.enable');
	const edition = async () => {
		await browser.send('ServiceWorker.stopAllWorkers');
		return page.locator('html').getAttribute('data-edition');
	};
	await expect.poll(edition).toBe('next');
	await browser.detach();
}

/** A server of its own whose build a test can replace by a newer one. */
const updating = test.extend<{ host: { url: string; publish: (page: Page) => Promise<void> } }>({
	// eslint-disable-next-line no-empty-pattern -- Playwright reads the needed fixtures from the pattern
	host: async ({}, use) => {
		const directory = await mkdtemp(join(tmpdir(), 'sketchgrad-build-'));
		await cp(build, directory, { recursive: true });
		let server: Server = await serve({ directory });
		const publish = async (page: Page) => {
			await server.close();
			await publishNext(directory);
			server = await serve({ directory, port: server.port });
			await page.evaluate(async () => {
				const registration = await navigator.serviceWorker.ready;
				await registration.update();
			});
		};
		await use({ url: server.url, publish });
		await server.close();
		await rm(directory, { recursive: true, force: true });
	}
});

updating('Update keeps the work, and the other tab is told', async ({ page, context, host }) => {
	const playground = new Playground(page);
	await playground.open(host.url);
	await settled(page);
	await playground.brush('Class A');
	await playground.click(-2.5, 2.5);
	await playground.runTo(10);
	const other = new Playground(await context.newPage());
	await other.open(`${host.url}#preset=xor`);
	await other.runTo(5);
	await page.bringToFront();

	await host.publish(page);
	await expect(playground.notice('A new version of Sketchgrad is ready.')).toHaveCount(1);
	await playground.press('Play');
	await playground.reachStep(20);
	await playground.press('Update');
	await expectNext(page);
	await playground.ready();
	await playground.expectState('paused');
	await playground.expectPoints(101);
	expect(await playground.value('step')).toBeGreaterThanOrEqual(20);

	await other.page.bringToFront();
	await expect(other.notice('updated in another tab')).toHaveCount(1);
	await expect(other.page.locator('html')).not.toHaveAttribute('data-edition', 'next');
	await other.runTo(8);
	await other.press('Reload');
	await expect(other.page.locator('html')).toHaveAttribute('data-edition', 'next');
	await other.ready();
	await other.expectStep(8);
});

updating(
	'Update takes the work along in the address when the store is blocked',
	async ({ page, host }) => {
		await page.addInitScript(() => {
			IDBFactory.prototype.open = () => {
				throw new DOMException('No.', 'SecurityError');
			};
		});
		const playground = new Playground(page);
		await playground.open(host.url);
		await settled(page);
		await playground.brush('Class A');
		await playground.click(-2.5, 2.5);
		await playground.runTo(10);
		await playground.enter('Learning rate', 0.05);
		await host.publish(page);
		await expect(playground.notice('A new version of Sketchgrad is ready.')).toHaveCount(1);
		await playground.runTo(30);
		const before = await playground.readouts();
		await playground.press('Update');
		await expectNext(page);
		await playground.ready();
		await playground.expectPoints(101);
		await playground.runTo(30);
		expect(await playground.readouts()).toEqual(before);
	}
);
