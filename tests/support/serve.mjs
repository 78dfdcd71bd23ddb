/**
 * Serves the built app as a plain static host would, at any path:
 * `node tests/support/serve.mjs --base /a/b/ --port 4173 --directory build`. A port that is taken
 * gives way to the next free one; port 0 is any.
 */
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import sirv from 'sirv';

const build = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'build');

/**
 * What a host should send as Content-Security-Policy with every script. The page carries its own policy, which its workers
 * inherit, but a service worker is bound only by the header of its own file.
 */
export const scriptPolicy =
	"default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";

/**
 * What a host should send with every page: a policy in the page cannot forbid frames, nor keep the window apart from the
 * one that opened it.
 */
const pageHeaders = {
	'Content-Security-Policy': "frame-ancestors 'none'",
	'Cross-Origin-Opener-Policy': 'same-origin'
};

/** @typedef {{ url: string, port: number, close: () => Promise<void> }} Server */

/**
 * Answers a request in place of the files, as what stands between a browser and its host may.
 * @typedef {(request: import('node:http').IncomingMessage, response: import('node:http').ServerResponse) => boolean} Between
 * whether it did; false leaves the request to the files
 */

/**
 * @param {import('node:http').RequestListener} listener
 * @param {number} port
 * @param {string} host
 * @returns {Promise<import('node:http').Server>}
 */
function listen(listener, port, host) {
	const server = createServer(listener);
	return new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, host, () => resolve(server));
	});
}

/**
 * Listens on both addresses that a browser may take for `localhost`, at one port.
 * @param {import('node:http').RequestListener} listener
 * @param {number} port
 */
async function listenLocally(listener, port) {
	const server = await listen(listener, port, '127.0.0.1');
	const { port: taken } = /** @type {import('node:net').AddressInfo} */ (server.address());
	try {
		return [server, await listen(listener, taken, '::1')];
	} catch (error) {
		if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EADDRINUSE') return [server];
		server.close();
		throw error;
	}
}

/**
 * @param {{ directory?: string, base?: string, port?: number, policy?: boolean, between?: Between }} [options] `base` is
 * the path the app lives at, with both slashes; nothing is served outside it. Without `policy` all comes as from a host that
 * knows of no header.
 * @returns {Promise<Server>} `close` also cuts the connections that are open, as a pulled plug does
 * @throws {Error} if the directory holds no page, or no port is free
 */
export async function serve({
	directory = build,
	base = '/',
	port = 0,
	policy = true,
	between
} = {}) {
	if (!/^\/([\w.-]+\/)*$/.test(base)) throw new Error(`"${base}" is not a path like /a/b/.`);
	if (!existsSync(join(directory, 'index.html'))) {
		throw new Error(`${directory} holds no index.html; run npm run build first.`);
	}
	const files = sirv(directory, {
		etag: true,
		setHeaders(response, pathname) {
			response.setHeader('X-Content-Type-Options', 'nosniff');
			if (policy && /\.m?js$/.test(pathname))
				response.setHeader('Content-Security-Policy', scriptPolicy);
			if (policy && /(\/|\.html)$/.test(pathname)) {
				for (const [name, value] of Object.entries(pageHeaders)) response.setHeader(name, value);
			}
			const immutable = pathname.includes('/immutable/');
			response.setHeader(
				'Cache-Control',
				immutable ? 'public, max-age=31536000, immutable' : 'no-cache'
			);
		}
	});
	/** @type {import('node:http').RequestListener} */
	const listener = (request, response) => {
		if (between?.(request, response)) return;
		const url = request.url ?? '/';
		if (!url.startsWith(base)) {
			response.writeHead(404).end();
			return;
		}
		request.url = url.slice(base.length - 1);
		files(request, response);
	};
	for (let candidate = port; ; candidate += port === 0 ? 0 : 1) {
		try {
			const servers = await listenLocally(listener, candidate);
			const address = /** @type {import('node:net').AddressInfo} */ (servers[0]?.address());
			return {
				url: `http://localhost:${address.port}${base}`,
				port: address.port,
				close: async () => {
					const closed = servers.map(
						(server) => new Promise((resolve) => void server.close(resolve))
					);
					for (const server of servers) server.closeAllConnections();
					await Promise.all(closed);
				}
			};
		} catch (error) {
			const { code } = /** @type {NodeJS.ErrnoException} */ (error);
			if (code !== 'EADDRINUSE' || candidate >= 65_535) throw error;
		}
	}
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
	const { values } = parseArgs({
		options: {
			base: { type: 'string', default: '/' },
			port: { type: 'string', default: '4173' },
			directory: { type: 'string', default: build }
		}
	});
	const server = await serve({ ...values, port: Number(values.port) });
	console.log(`Sketchgrad is at ${server.url} (Ctrl+C stops it)`);
}
