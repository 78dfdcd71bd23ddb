import type { Page } from '@playwright/test';

/** What a page holds after a garbage collection. */
export interface Held {
	readonly listeners: number;
	/** Of the page's own heap. */
	readonly megabytes: number;
}

/** Measures what the page holds; by Chromium's debugger. */
export async function held(page: Page): Promise<Held> {
	const browser = await page.context().newCDPSession(page);
	await browser.send('Performance.enable');
	// Twice: what the first round finalizes is free in the second.
	for (let round = 0; round < 2; round++) await browser.send('HeapProfiler.collectGarbage');
	const { metrics } = await browser.send('Performance.getMetrics');
	await browser.detach();
	const value = (wanted: string) => metrics.find(({ name }) => name === wanted)?.value ?? NaN;
	return { listeners: value('JSEventListeners'), megabytes: value('JSHeapUsedSize') / 2 ** 20 };
}
