import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { serve } from '../support/serve.mjs';
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

		const handedOver = page.evaluate(
			() =>
				new Promise<void>((done) => {
					navigator.serviceWorker.addEventListener('controllerchange', () => {
						// Longer than a page that reloads itself would wait.
						setTimeout(done, 1000);
					});
				})
		);
		await other.evaluate(async () => {
			const registration = await navigator.serviceWorker.ready;
			registration.waiting?.postMessage({ type: 'SKIP_WAITING' });
		});
		await handedOver;
		expect(await look(page)).toEqual({ marked: true, edition: 'first' });

		await page.reload();
		await settled(page);
		expect(await look(page)).toEqual({ marked: false, edition: 'next' });
	} finally {
		await server.close();
		await rm(directory, { recursive: true, force: true });
	}
});
