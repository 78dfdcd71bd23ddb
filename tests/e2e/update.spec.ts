import type { Page } from '@playwright/test';
import {
	acceptUpdate,
	clearHttpCache,
	editionOf,
	expectEdition,
	expectWaiting,
	Host,
	lookForUpdate,
	readyOffline
} from '../support/host';
import { Playground } from '../support/page';
import { expect, test as base } from '../support/test';

/** With a host of its own, whose build a test can replace by a newer one. */
const test = base.extend<{ host: Host }>({
	// eslint-disable-next-line no-empty-pattern -- Playwright reads the needed fixtures from the pattern
	host: async ({}, use) => {
		const host = await Host.start();
		await use(host);
		await host.stop();
	}
});

/** Whether this is still the document that was marked, and which edition of the page it is. */
async function look(page: Page) {
	const marked = await page.evaluate(() => 'marked' in window);
	return { marked, edition: await editionOf(page) };
}

/** Publishes a newer edition and has the page's browser find it. */
async function publish(host: Host, page: Page): Promise<void> {
	await host.publish();
	await lookForUpdate(page);
}

test('a newer version waits, and no tab is reloaded by what another accepts', async ({
	page,
	context,
	host
}) => {
	await page.goto(host.url);
	await readyOffline(page);
	await page.evaluate(() => Object.assign(window, { marked: true }));

	await publish(host, page);
	await expectWaiting(page);
	expect(await look(page)).toEqual({ marked: true, edition: 'first' });

	const other = await context.newPage();
	await other.goto(host.url);
	await readyOffline(other);
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
	await acceptUpdate(other);
	await page.evaluate(() => (window as unknown as { handedOver: Promise<void> }).handedOver);
	expect(await look(page)).toEqual({ marked: true, edition: 'first' });

	await page.reload();
	await readyOffline(page);
	expect(await look(page)).toEqual({ marked: false, edition: 'next' });
});

test('a page of the former edition finds its parts until it is closed', async ({
	page,
	context,
	host
}) => {
	await page.goto(host.url);
	await readyOffline(page);
	const other = await context.newPage();
	await other.goto(host.url);
	await readyOffline(other);
	await publish(host, other);
	await expectWaiting(other);
	await other.getByRole('button', { name: 'Update' }).click();
	await expectEdition(other, 'next');

	// It never was on this page before, nor was Graphviz ever loaded.
	await clearHttpCache(page);
	const former = new Playground(page);
	await page.bringToFront();
	await former.go('Look inside');
	await former.level('Graph');
	await expect(page.getByTestId('graph')).toHaveAttribute('data-settled', 'true');
	expect(await editionOf(page)).toBe('first');

	await page.close();
	await other.close();
	const last = await context.newPage();
	await last.goto(host.url);
	await readyOffline(last);
	await expect.poll(() => last.evaluate(async () => (await caches.keys()).length)).toBe(1);
});

test('Update keeps the work, and the other tab is told', async ({ page, context, host }) => {
	const playground = new Playground(page);
	await playground.open(host.url);
	await readyOffline(page);
	await playground.brush('Class A');
	await playground.click(-2.5, 2.5);
	await playground.runTo(10);
	const other = new Playground(await context.newPage());
	await other.open(`${host.url}#preset=xor`);
	await other.runTo(5);
	await page.bringToFront();

	await publish(host, page);
	await expect(playground.notice('A new version of Sketchgrad is ready.')).toHaveCount(1);
	await playground.press('Play');
	await playground.reachStep(20);
	await playground.press('Update');
	await expectEdition(page, 'next');
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

test('Update takes the work along in the address when the store is blocked', async ({
	page,
	host
}) => {
	await page.addInitScript(() => {
		IDBFactory.prototype.open = () => {
			throw new DOMException('No.', 'SecurityError');
		};
	});
	const playground = new Playground(page);
	await playground.open(host.url);
	await readyOffline(page);
	await playground.brush('Class A');
	await playground.click(-2.5, 2.5);
	await playground.runTo(10);
	await playground.enter('Learning rate', 0.05);
	await publish(host, page);
	await expect(playground.notice('A new version of Sketchgrad is ready.')).toHaveCount(1);
	await playground.runTo(30);
	const before = await playground.readouts();
	await playground.press('Update');
	await expectEdition(page, 'next');
	await playground.ready();
	await playground.expectPoints(101);
	await playground.runTo(30);
	expect(await playground.readouts()).toEqual(before);
});
