import { Playground } from '../support/page';
import { expect, test } from '../support/test';

test.use({ expectedErrors: /Failed to load resource/ });

test('without the machine the page says so, and comes to the same numbers', async ({
	page,
	browser,
	baseURL
}) => {
	const fast = new Playground(page);
	await fast.open();
	await expect(fast.notice('WebAssembly SIMD')).toHaveCount(0);
	await fast.runTo(40);

	const context = await browser.newContext({
		serviceWorkers: 'block',
		...(baseURL && { baseURL })
	});
	await context.route('**/*.wasm', (route) => route.abort());
	const slow = new Playground(await context.newPage());
	await slow.open();
	await expect(slow.notice('WebAssembly SIMD')).toHaveCount(1);
	await slow.runTo(40);
	expect(await slow.readouts()).toEqual(await fast.readouts());
	await context.close();
});
