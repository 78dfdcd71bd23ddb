/// <reference lib="webworker" />
/**
 * The service worker: it stores this edition of the app as a whole and serves it from there, at any path of any host. An
 * edition has a cache of its own, so that what fails half-way touches no other, and so that open pages of a former
 * edition find their files until they are closed.
 */
import { integrityOf, isIntact, mayBeOurs, verified, type BuildFile } from './files';

declare const self: ServiceWorkerGlobalScope & { readonly __WB_MANIFEST: readonly BuildFile[] };

const files = self.__WB_MANIFEST;
const { scope } = self.registration;

/** The address of a file of the app, without what may follow a path. */
const addressOf = (url: string) => new URL(url, scope).href.replace(/[?#].*/, '');

const addresses = new Set(files.map(({ url }) => addressOf(url)));
/** Below it each file has a name that no other content ever has. */
const immutable = addressOf('_app/immutable/');

/** Caches belong to the origin, which may hold several copies of the app. */
const prefix = `sketchgrad ${scope} `;
/** Where the app was stored before its editions had caches of their own. */
const workbox = `workbox-precache-v2-${scope}`;

/** The cache of this edition, named by its content. */
const ownName = integrityOf(new TextEncoder().encode(JSON.stringify(files))).then(
	(integrity) => prefix + integrity
);

/** The caches of other editions of the app. */
async function otherNames(): Promise<string[]> {
	const own = await ownName;
	const ours = (name: string) => name === workbox || name.startsWith(prefix);
	return (await caches.keys()).filter((name) => ours(name) && name !== own);
}

/** A file that is stored already, perhaps by another edition. */
async function find(file: BuildFile): Promise<Response | undefined> {
	for (const cacheName of [await ownName, ...(await otherNames())]) {
		const stored = await caches.match(addressOf(file.url), { cacheName, ignoreSearch: true });
		const response = stored && (await verified(stored, file));
		if (response !== undefined) return response;
	}
	return undefined;
}

/**
 * A file from the network: as the browser may have it already, else from the host itself.
 * @throws {Error} if neither is what the build holds
 */
async function download(file: BuildFile): Promise<Response> {
	const address = addressOf(file.url);
	let seen = '';
	for (const cache of ['default', 'reload'] as const) {
		try {
			const response = await fetch(address, { cache, credentials: 'same-origin' });
			seen = `the answer (${response.status}) is not the file that was built`;
			const whole = await verified(response, file);
			if (whole !== undefined) return whole;
		} catch (error) {
			seen = String(error);
		}
	}
	throw new Error(`Not stored for offline use: ${address}: ${seen}.`);
}

/**
 * Stores this edition as a whole.
 * @throws {Error} if it cannot; then nothing of it is left
 */
async function store(): Promise<void> {
	const name = await ownName;
	// Another worker may serve the same files.
	const kept = await caches.has(name);
	try {
		const cache = await caches.open(name);
		// One at a time, since the page may be loading.
		for (const file of files) {
			await cache.put(addressOf(file.url), (await find(file)) ?? (await download(file)));
		}
	} catch (error) {
		if (!kept) await caches.delete(name);
		console.error(error instanceof Error ? error.message : error);
		throw error;
	}
}

/** Removes what is wrong in the caches of other editions; returns whether there was anything. */
async function removeWrong(): Promise<boolean> {
	let found = false;
	for (const name of await otherNames()) {
		const cache = await caches.open(name);
		for (const request of await cache.keys()) {
			const response = await cache.match(request);
			if (response === undefined) continue;
			const good = name === workbox ? mayBeOurs(request.url, response) : isIntact(response);
			if (await good) continue;
			await cache.delete(request);
			found = true;
		}
	}
	return found;
}

async function install(): Promise<void> {
	await store();
	// A page that something else was stored for runs none of our code, so nobody could accept this edition there.
	if (await removeWrong()) void self.skipWaiting();
}

/** Removes other editions, unless a page is open that may need them or a newer one is on its way. */
async function removeFormer(): Promise<void> {
	const former = await otherNames();
	if (former.length === 0) return;
	const pages = await self.clients.matchAll({ includeUncontrolled: true });
	if (pages.some(({ url }) => url.startsWith(scope))) return;
	const { installing, waiting } = self.registration;
	if (installing === null && waiting === null)
		await Promise.all(former.map((name) => caches.delete(name)));
}

/** The stored file at an address: this edition's, else that of a former one whose pages may be open. */
async function stored(address: string): Promise<Response | undefined> {
	if (addresses.has(address)) return caches.match(address, { cacheName: await ownName });
	for (const cacheName of await otherNames()) {
		const response = await caches.match(address, { cacheName });
		if (response !== undefined) return response;
	}
	return undefined;
}

self.addEventListener('install', (event) => {
	event.waitUntil(install());
});

self.addEventListener('activate', (event) => {
	// The first visit too is served from the store as soon as that is complete.
	event.waitUntil(self.clients.claim());
});

self.addEventListener('message', ({ data }: { data: unknown }) => {
	if ((data as { type?: unknown } | null)?.type === 'SKIP_WAITING') void self.skipWaiting();
});

self.addEventListener('fetch', (event) => {
	const { request } = event;
	if (request.mode === 'navigate') event.waitUntil(removeFormer());
	const address = addressOf(request.url);
	if (request.method !== 'GET') return;
	if (!addresses.has(address) && !address.startsWith(immutable)) return;
	event.respondWith(stored(address).then((response) => response ?? fetch(request)));
});
