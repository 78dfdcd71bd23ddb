import puppeteer, { type KeyInput } from 'puppeteer-core';
import { launchOptions } from '../support/browser.mjs';
import type { Driver } from './driver';

/** Starts Chromium, by its own protocol, or Firefox, by WebDriver BiDi. */
export async function launch(
	browser: 'chrome' | 'firefox',
	executablePath: string
): Promise<Driver> {
	const own = await puppeteer.launch({
		browser,
		executablePath,
		headless: true,
		defaultViewport: null,
		args: browser === 'chrome' ? chromiumArguments() : []
	});
	const page = await own.newPage();
	const errors: string[] = [];
	page.on('console', (message) => {
		if (message.type() === 'error') errors.push(message.text());
	});
	page.on('pageerror', (error) => errors.push(String(error)));
	return {
		goto: async (url) => void (await page.goto(url)),
		evaluate: <Parameters extends unknown[], Result>(
			work: (...parameters: Parameters) => Result | Promise<Result>,
			...parameters: Parameters
		) => page.evaluate(work as (...values: unknown[]) => unknown, ...parameters) as Promise<Result>,
		click: (x, y) => page.mouse.click(x, y),
		async press(keys) {
			for (const key of keys) await page.keyboard.press(key as KeyInput);
		},
		resize: (width, height) => page.setViewport({ width, height }),
		screenshot: () => page.screenshot(),
		errors: () => errors,
		close: () => own.close()
	};
}

function chromiumArguments(): string[] {
	const { args, chromiumSandbox } = launchOptions();
	return chromiumSandbox ? args : [...args, '--no-sandbox'];
}
