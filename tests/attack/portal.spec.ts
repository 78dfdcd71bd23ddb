import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { long, report, seed } from '../support/attack';
import {
	acceptUpdate,
	editionOf,
	expectEdition,
	expectWaiting,
	Host,
	lookForUpdate,
	readyOffline
} from '../support/host';
import type { Between } from '../support/serve.mjs';

const login = '<title>Hotel Wi-Fi</title><link rel="icon" href="data:,">';

/** An answer in the place of the host's, of any status. */
const instead =
	(status: number, headers: Record<string, string>, body = login): Between =>
	(_request, response) => {
		response.writeHead(status, { 'Cache-Control': 'no-store', ...headers }).end(body);
		return true;
	};

const html = { 'Content-Type': 'text/html' };

/** What can come between a browser and a host. */
const troubles: Readonly<Record<string, Between>> = {
	'login page': instead(200, html),
	'login page at its own address': (request, response) =>
		instead(request.url?.startsWith('/login') ? 200 : 302, { ...html, Location: '/login' })(
			request,
			response
		),
	'login page elsewhere': instead(302, { Location: 'http://127.0.0.1:9/login' }),
	'no such file': instead(404, html, 'Not found'),
	'wrong bytes': instead(200, { 'Content-Type': 'text/javascript' }, 'void 0;'),
	'broken off': (_request, response) => {
		response.writeHead(200, { 'Content-Length': 1000 });
		response.write('half', () => response.destroy());
		return true;
	},
	'dead host': (_request, response) => {
		response.destroy();
		return true;
	}
};

/** Numbers below a limit, from the seed. */
let state = seed;
function draw(limit: number): number {
	state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
	return Math.floor((state / 2 ** 32) * limit);
}

/** The troubles to try, and at which of so many requests each begins: the login page at every one. */
function plan(requests: number): (readonly [name: string, at: number])[] {
	const [portal, ...others] = Object.keys(troubles) as [string, ...string[]];
	if (!long) return [[portal, 1 + draw(requests - 1)]];
	return [
		...Array.from({ length: requests }, (_, at) => [portal, at] as const),
		...[...others, ...others].map((name) => [name, draw(requests)] as const)
	];
}

/** Has the trouble begin at a request; the returned promise resolves when it has. */
function begin(host: Host, name: string, at: number): Promise<void> {
	let left = at;
	return new Promise((resolve) => {
		host.between = (request, response) => {
			if (left-- > 0) return false;
			resolve();
			return troubles[name]!(request, response);
		};
	});
}

/** The files that an edition is made of, as `path hash`. */
function published({ directory }: Host): string[] {
	return readdirSync(directory, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name))
		.map((path) => {
			const name = relative(directory, path).split(sep).join('/');
			const hash = createHash('sha256').update(readFileSync(path)).digest('hex');
			return `${name.replace(/(^|\/)index\.html$/, '$1')} ${hash}`;
		})
		.filter((line) => !/^(sw\.js|screenshots\/)/.test(line))
		.toSorted();
}

/** What the browser has stored, cache by cache, as `path hash`. */
function stored(page: Page): Promise<string[][]> {
	return page.evaluate(async () => {
		const hashOf = async (response: Response) => {
			const digest = await crypto.subtle.digest('SHA-256', await response.arrayBuffer());
			return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
		};
		const names = await caches.keys();
		return Promise.all(
			names.map(async (name) => {
				const cache = await caches.open(name);
				const lines = (await cache.keys()).map(async ({ url }) => {
					const path = new URL(url).pathname.slice(1);
					return `${path} ${await hashOf((await cache.match(url))!)}`;
				});
				return (await Promise.all(lines)).toSorted();
			})
		);
	});
}

/** The page is the app, all of which is stored: it comes up without the host too. */
async function expectWhole(page: Page, host: Host): Promise<void> {
	await readyOffline(page);
	expect(await stored(page)).toContainEqual(published(host));
	await host.pause();
	await page.reload();
	await expect(page).toHaveTitle('Sketchgrad');
	await readyOffline(page);
	await host.serve();
}

/** Waits until no installation is under way. */
async function expectAtRest(page: Page): Promise<void> {
	const installing = () =>
		page.evaluate(async () => {
			const registration = await navigator.serviceWorker.getRegistration();
			return (registration?.installing ?? null) !== null;
		});
	await expect.poll(installing).toBe(false);
}

let host: Host;

test.beforeAll(async () => {
	host = await Host.start();
});

test.afterAll(async () => {
	await host.stop();
});

test.setTimeout(1_200_000);

test('trouble at any request of a first visit leaves no mark', async ({ browser }) => {
	const attempts = plan(60);
	for (const [name, at] of attempts) {
		await test.step(`${name} from request ${String(at)} on`, async () => {
			const context = await browser.newContext();
			const first = await context.newPage();
			const begun = begin(host, name, at);
			const visited = first.goto(host.url).catch(() => undefined);
			const ready = visited.then(() => first.getByText('Ready offline').waitFor());
			await Promise.race([begun, ready.catch(() => undefined)]);
			// A portal stays until its person has logged in, not only for one request.
			if ((await visited) !== undefined) await expectAtRest(first);
			host.between = undefined;
			// Where even the page itself failed, the browser's own error page may still be on its way.
			await first.close();
			const page = await context.newPage();
			await page.goto(host.url);
			await expect(page).toHaveTitle('Sketchgrad');
			await expectWhole(page, host);
			await context.close();
		});
	}
	report({
		attack: 'trouble in a first visit',
		attempts: attempts.length,
		seen: 'all whole after'
	});
});

test('trouble at any request of an update leaves the former edition as it is', async ({ page }) => {
	const former = published(host);
	await host.publish('e');
	// The service worker and every file that is not as before; all editions here change the same ones.
	const attempts = plan(1 + published(host).filter((line) => !former.includes(line)).length);
	await page.goto(host.url);
	await readyOffline(page);
	for (const [index, [name, at]] of attempts.entries()) {
		await test.step(`${name} from request ${String(at)} on`, async () => {
			const before = { edition: await editionOf(page), stored: await stored(page) };
			const next = `e${String(index)}`;
			await host.publish(next);
			const begun = begin(host, name, at);
			await lookForUpdate(page);
			await begun;
			await expectAtRest(page);
			expect(await stored(page)).toEqual(before.stored);
			await page.reload();
			await expect(page).toHaveTitle('Sketchgrad');
			await readyOffline(page);
			expect(await editionOf(page)).toBe(before.edition);
			await expectAtRest(page);

			host.between = undefined;
			await lookForUpdate(page);
			await expectWaiting(page);
			await acceptUpdate(page);
			await expectEdition(page, next, () => page.reload());
			await expectWhole(page, host);
		});
	}
	report({ attack: 'trouble in an update', attempts: attempts.length, seen: 'all whole after' });
});
