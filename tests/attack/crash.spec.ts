import type { Browser } from '@playwright/test';
import { seed, report, times } from '../support/attack';
import { Playground } from '../support/page';
import { expect, test } from '../support/test';

/** Clicks of one go. */
const clicks = 30;

/** Numbers from 0 to 1 that the seed repeats. */
function randomFrom(start: number): () => number {
	let state = start >>> 0;
	return () => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return state / 2 ** 32;
	};
}

/** Draws as fast as the page takes it, ends the page's process, and says how many points a new page has. */
async function pointsAfterCrash(browser: Browser, address: string, random: () => number) {
	const context = await browser.newContext();
	try {
		const page = await context.newPage();
		const playground = new Playground(page);
		await playground.open(address);
		await playground.brush('Class A');
		const places = Array.from({ length: clicks }, () => [random() * 5 - 2.5, random() * 5 - 2.5]);
		await playground.plot.scrollIntoViewIfNeeded();
		const at = await Promise.all(places.map(([x, y]) => playground.at(x!, y!)));
		const browserSession = await context.newCDPSession(page);
		const crashed = page.waitForEvent('crash');
		// All at once: the page works them off one after the other, and the last answer says that it has.
		const events = at.flatMap((place) =>
			(['mouseMoved', 'mousePressed', 'mouseReleased'] as const).map((type) => ({ ...place, type }))
		);
		await Promise.all(
			events.map((event) =>
				browserSession.send('Input.dispatchMouseEvent', {
					...event,
					button: event.type === 'mouseMoved' ? 'none' : 'left',
					clickCount: 1
				})
			)
		);
		browserSession.send('Page.crash').catch(() => undefined);
		await crashed;
		const next = new Playground(await context.newPage());
		await next.open(address);
		return Number(await next.plot.getAttribute('data-points'));
	} finally {
		await context.close();
	}
}

test('a crash right after quick edits loses none of them', async ({ browser, server }) => {
	const attempts = times(50, 2);
	test.setTimeout(attempts * 30_000);
	const random = randomFrom(seed);
	const found: number[] = [];
	for (let attempt = 0; attempt < attempts; attempt++) {
		found.push(await pointsAfterCrash(browser, server.url, random));
	}
	const lost = found.filter((points) => points !== 100 + clicks);
	report({
		attack: `crash after ${clicks} quick edits`,
		attempts,
		seen: `${lost.length} lost something`
	});
	expect(lost, `points found, of ${100 + clicks}`).toEqual([]);
});
