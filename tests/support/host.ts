import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { publishNext } from './editions.mjs';
import { serve, type Between, type Server } from './serve.mjs';
import { expect } from './test';

const build = fileURLToPath(new URL('../../build/', import.meta.url));

/** A host of the app whose build can be replaced by a newer one, and that trouble can come before. */
export class Host {
	readonly directory: string;
	/** What answers in place of the host; undefined while all is well. */
	between: Between | undefined;
	#server: Server | undefined;
	#port = 0;

	private constructor(directory: string) {
		this.directory = directory;
	}

	/** A host of a copy of the present build. */
	static async start(): Promise<Host> {
		const host = new Host(await mkdtemp(join(tmpdir(), 'sketchgrad-build-')));
		await cp(build, host.directory, { recursive: true });
		await host.serve();
		return host;
	}

	get url(): string {
		return `http://localhost:${String(this.#port)}/`;
	}

	/** Serves what the folder holds now. */
	async serve(): Promise<void> {
		await this.pause();
		const { directory } = this;
		const between: Between = (request, response) => this.between?.(request, response) ?? false;
		this.#server = await serve({ directory, port: this.#port, between });
		this.#port = this.#server.port;
	}

	/** Answers nothing, as where there is no network. */
	async pause(): Promise<void> {
		await this.#server?.close();
		this.#server = undefined;
	}

	/** Replaces the build by a newer edition, which is all that this host then has. */
	async publish(edition = 'next'): Promise<void> {
		publishNext(this.directory, edition);
		await this.serve();
	}

	async stop(): Promise<void> {
		await this.pause();
		await rm(this.directory, { recursive: true, force: true });
	}
}

/** Has the browser look for a newer edition now; it may find that it cannot be had. */
export function lookForUpdate(page: Page): Promise<void> {
	return page.evaluate(async () => {
		const registration = await navigator.serviceWorker.ready;
		await registration.update().catch(() => undefined);
	});
}

/** Whether a newer edition is stored and waits. */
export async function expectWaiting(page: Page): Promise<void> {
	const waits = () =>
		page.evaluate(async () => (await navigator.serviceWorker.ready).waiting !== null);
	await expect.poll(waits).toBe(true);
}

/** Puts the edition that waits in force, as another tab's Update does. */
export async function acceptUpdate(page: Page): Promise<void> {
	await page.evaluate(async () => {
		const registration = await navigator.serviceWorker.ready;
		registration.waiting?.postMessage({ type: 'SKIP_WAITING' });
	});
}

/**
 * Waits until the page, which is loaded anew by itself or by `look`, is of this edition. The new worker takes over when
 * the old one has come to rest, and a debugger, as Playwright is one, keeps it awake: so it is put to rest until then.
 */
export async function expectEdition(
	page: Page,
	edition: string,
	look: () => Promise<unknown> = () => Promise.resolve()
): Promise<void> {
	const browser = await page.context().newCDPSession(page);
	await browser.send('ServiceWorker.enable');
	/** Not once the new one is on its way: that would be stopped too. A page that is being left does not answer. */
	const waits = () =>
		page
			.evaluate(async () => Boolean((await navigator.serviceWorker.getRegistration())?.waiting))
			.catch(() => false);
	const present = async () => {
		if (await waits()) await browser.send('ServiceWorker.stopAllWorkers');
		await look();
		return page.locator('html').getAttribute('data-edition');
	};
	await expect.poll(present).toBe(edition);
	await browser.detach();
}

/** Has the browser forget what it keeps of its own accord, beside what is stored for the app. */
export async function clearHttpCache(page: Page): Promise<void> {
	const browser = await page.context().newCDPSession(page);
	await browser.send('Network.clearBrowserCache');
	await browser.detach();
}

/** The edition of the page that is open. */
export function editionOf(page: Page): Promise<string> {
	return page.evaluate(() => document.documentElement.dataset['edition'] ?? 'first');
}

/** Waits until the page can be used and needs no network any more. */
export async function readyOffline(page: Page): Promise<void> {
	await expect(page.locator('body')).not.toHaveAttribute('data-state', 'loading');
	await expect(page.getByText('Ready offline')).toBeVisible();
}
