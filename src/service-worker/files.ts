/** A file of an edition, as the build lists it. */
export interface BuildFile {
	/** Its path below the app's own; a page's is that of its folder, with a slash at the end. */
	readonly url: string;
	/** The hash of its content, as an element's `integrity` states it. */
	readonly integrity: string;
}

/** Where a stored file keeps the hash that it had when it was stored. */
const integrityHeader = 'X-Integrity';

/** What a browser must be told that a file is, lest it refuse it; a host may be wrong about that. */
const types: Readonly<Record<string, string>> = {
	'/': 'text/html; charset=utf-8',
	'.css': 'text/css; charset=utf-8',
	'.js': 'text/javascript; charset=utf-8',
	'.json': 'application/json',
	'.png': 'image/png',
	'.svg': 'image/svg+xml',
	'.txt': 'text/plain; charset=utf-8',
	'.wasm': 'application/wasm',
	'.webmanifest': 'application/manifest+json'
};

/** The hash of some content, as `BuildFile.integrity` states it. */
export async function integrityOf(content: BufferSource): Promise<string> {
	const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', content));
	return `sha256-${btoa(String.fromCharCode(...digest))}`;
}

/**
 * The answer to store for a file.
 * @param response what somebody says the file is; it is read to its end
 * @returns undefined if that is something else
 * @throws {TypeError} if the answer breaks off
 */
export async function verified(
	response: Response,
	{ url, integrity }: BuildFile
): Promise<Response | undefined> {
	const content = await response.arrayBuffer();
	if ((await integrityOf(content)) !== integrity) return undefined;
	// A new answer, since one that was redirected may not open a page. The host's policies stay with it.
	const headers = new Headers(response.headers);
	headers.delete('Vary');
	headers.set(integrityHeader, integrity);
	const type = types[/(\/|\.\w+)$/.exec(url)?.[0] ?? ''];
	if (type !== undefined) headers.set('Content-Type', type);
	return new Response(content, { headers });
}

/** Whether a stored file still has the content that it was stored with. */
export async function isIntact(response: Response): Promise<boolean> {
	const stated = response.headers.get(integrityHeader);
	return (await integrityOf(await response.arrayBuffer())) === stated;
}

/**
 * Whether an entry of Workbox's precache, which took whatever was answered and kept no hashes, may be the file: a login
 * page of a network is neither one of our pages, which load our start script, nor any other file.
 */
export async function mayBeOurs(url: string, response: Response): Promise<boolean> {
	if (new URL(url).pathname.endsWith('/')) {
		return (await response.text()).includes('/_app/immutable/entry/start.');
	}
	return !response.headers.get('Content-Type')?.startsWith('text/html');
}
