import type { Page } from '@playwright/test';
import { Playground } from '../support/page';
import { scriptPolicy, serve } from '../support/serve.mjs';
import { expect, test } from '../support/test';

async function open(page: Page) {
	await page.goto('./');
	await expect(page.locator('body')).not.toHaveAttribute('data-state', 'loading');
}

/** Has every document of the page list what its policy forbade. */
async function recordViolations(page: Page): Promise<() => Promise<string[]>> {
	await page.addInitScript(() => {
		const violations: string[] = [];
		Object.assign(window, { violations });
		document.addEventListener('securitypolicyviolation', (event) => {
			violations.push(`${event.effectiveDirective} ${event.blockedURI}`);
		});
	});
	return () => page.evaluate(() => (window as unknown as { violations: string[] }).violations);
}

test('the policy allows scripts and styles of this origin only', async ({ page }) => {
	await page.goto('./');
	const policy = await page
		.locator('meta[http-equiv="content-security-policy"]')
		.getAttribute('content');
	const directives = new Map(
		String(policy)
			.split(';')
			.map((directive) => directive.trim().split(/\s+/))
			.map(([name = '', ...sources]) => [name, sources])
	);
	const hash = expect.stringMatching(/^'sha256-/) as unknown;
	expect(Object.fromEntries(directives)).toEqual({
		'default-src': ["'none'"],
		'script-src': ["'self'", "'wasm-unsafe-eval'", hash],
		'worker-src': ["'self'", 'blob:'],
		'style-src': ["'self'", "'unsafe-hashes'", hash],
		'connect-src': ["'self'"],
		'manifest-src': ["'self'"],
		'img-src': ["'self'", 'data:', 'blob:'],
		'base-uri': ["'none'"],
		'form-action': ["'none'"]
	});
});

test('nothing the app does itself is against the policy', async ({ page }) => {
	const violations = await recordViolations(page);
	await open(page);
	await page.getByRole('button', { name: 'Play', exact: true }).click();
	await expect(page.locator('body')).toHaveAttribute('data-state', 'playing');
	await expect(page.getByTestId('step')).not.toHaveAttribute('data-value', '0');
	await page.getByRole('button', { name: 'Pause', exact: true }).click();
	await expect(page.locator('body')).toHaveAttribute('data-state', 'paused');
	expect(await violations()).toEqual([]);
});

test('scripts carry the header that binds a service worker', async ({ page }) => {
	const policies: (string | undefined)[] = [];
	page.on('response', (response) => {
		if (new URL(response.url()).pathname.endsWith('.js'))
			policies.push(response.headers()['content-security-policy']);
	});
	await open(page);
	expect(policies.length).toBeGreaterThan(0);
	expect(new Set(policies)).toEqual(new Set([scriptPolicy]));
});

test.describe('what is injected', () => {
	test.use({ expectedErrors: /Content Security Policy/ });

	test('does not run', async ({ page }) => {
		const violations = await recordViolations(page);
		await open(page);
		const ran = await page.evaluate(async () => {
			const ran: string[] = [];
			Object.assign(window, { ran });
			const script = document.createElement('script');
			script.textContent = 'window.ran.push("inline script")';
			const foreign = document.createElement('script');
			foreign.src = 'data:text/javascript,window.ran.push("data script")';
			const button = document.createElement('button');
			button.setAttribute('onclick', 'window.ran.push("inline handler")');
			document.body.append(script, foreign, button);
			button.click();
			await new Promise((done) => setTimeout(done, 200));
			return ran;
		});
		expect(ran).toEqual([]);
		expect((await violations()).toSorted()).toEqual([
			'script-src-attr inline',
			'script-src-elem data',
			'script-src-elem inline'
		]);
	});

	test('reaches no other origin, neither from the page nor from a worker', async ({ page }) => {
		// A host that sends no header with its scripts: workers inherit the page's own policy.
		const host = await serve({ policy: false });
		const elsewhere = await serve();
		/** Has a worker try three ways out, and list what its policy says of them. */
		const attempt = (url: string) => {
			const violations: string[] = [];
			Object.assign(self, { violations });
			self.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
				violations.push(`${effectiveDirective} ${blockedURI}`);
			});
			// A debugger may evaluate what the policy forbids, but not in a later task.
			setTimeout(() => {
				void fetch(url, { mode: 'no-cors' }).catch(() => undefined);
				new WebSocket(url.replace('http', 'ws'));
				try {
					new Function('return 1')();
				} catch {
					// An uncaught error would have the page end the worker.
				}
			});
		};
		const attempted = () => (self as unknown as { violations: string[] }).violations.toSorted();
		const reach = (url: string) =>
			fetch(url, { mode: 'no-cors' }).then(
				() => 'reached',
				() => 'refused'
			);
		try {
			const violations = await recordViolations(page);
			await new Playground(page).open(`${host.url}inside/`);
			await page.getByRole('tab', { name: 'Graph', exact: true }).click();
			await expect(page.getByTestId('graph')).toHaveAttribute('data-settled', 'true');
			expect(await page.evaluate(reach, elsewhere.url)).toBe('refused');
			expect(await violations()).toEqual([`connect-src ${elsewhere.url}`]);
			expect(page.workers()).toHaveLength(2);
			for (const worker of page.workers()) {
				expect(await worker.evaluate(reach, page.url())).toBe('reached');
				expect(await worker.evaluate(reach, elsewhere.url)).toBe('refused');
				await worker.evaluate(attempt, elsewhere.url);
				await expect
					.poll(() => worker.evaluate(attempted))
					.toEqual([
						`connect-src ${elsewhere.url}`,
						`connect-src ${elsewhere.url.replace('http', 'ws')}`,
						'script-src eval'
					]);
			}
		} finally {
			await elsewhere.close();
			await host.close();
		}
	});
});
