import { test as base, type BrowserContext } from '@playwright/test';
import { serve, type Server } from './serve.mjs';

export { expect } from '@playwright/test';

interface Fixtures {
	/** Console errors that this test provokes on purpose; none by default. */
	expectedErrors: RegExp | undefined;
	/** Watches a context for what no page of ours may do. The test's own context is watched already. */
	watch: (context: BrowserContext) => void;
	/** Fails every test whose page logs an error, throws, or asks another origin for something. */
	clean: undefined;
}

interface WorkerFixtures {
	/** The built app at `/`, on a port of this worker's own. */
	server: Server;
}

/** Playwright's `test`, with the built app as its base address and a watch over the page's manners. */
export const test = base.extend<Fixtures, WorkerFixtures>({
	server: [
		// eslint-disable-next-line no-empty-pattern -- Playwright reads the needed fixtures from the pattern
		async ({}, use) => {
			const server = await serve();
			await use(server);
			await server.close();
		},
		{ scope: 'worker' }
	],
	baseURL: async ({ server }, use) => {
		await use(server.url);
	},
	expectedErrors: [undefined, { option: true }],
	watch: async ({ expectedErrors }, use) => {
		const offenses: string[] = [];
		const report = (text: string) => {
			if (!expectedErrors?.test(text)) offenses.push(text);
		};
		await use((context) => {
			context.on('weberror', (webError) => {
				report(`uncaught: ${webError.error().message}`);
			});
			context.on('console', (message) => {
				if (message.type() === 'error') report(`console: ${message.text()}`);
			});
			context.on('request', (request) => {
				if (request.isNavigationRequest()) return;
				const url = new URL(request.url());
				const asking = request.serviceWorker()?.url() ?? request.frame().url();
				const local = url.protocol === 'data:' || url.protocol === 'blob:';
				if (!local && url.origin !== new URL(asking).origin)
					report(`off-origin request: ${url.href}`);
			});
		});
		base.expect(offenses, 'errors and foreign requests of the page').toEqual([]);
	},
	clean: [
		async ({ context, watch }, use) => {
			watch(context);
			await use(undefined);
		},
		{ auto: true }
	]
});
