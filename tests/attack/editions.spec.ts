import { report, times } from '../support/attack';
import {
	clearHttpCache,
	editionOf,
	expectEdition,
	expectWaiting,
	Host,
	lookForUpdate
} from '../support/host';
import { Playground } from '../support/page';
import { expect, test } from '../support/test';

test.setTimeout(600_000);

/** Draws a point, trains some steps and says what is then to be kept. */
async function work(playground: Playground, x: number) {
	await playground.page.bringToFront();
	const points = Number(await playground.plot.getAttribute('data-points')) + 1;
	await playground.brush('Class A');
	await playground.click(x, 2.5);
	await playground.expectPoints(points);
	await playground.press('Play');
	await playground.reachStep(((await playground.value('step')) ?? 0) + 5);
	await playground.pause();
	return { points, step: (await playground.value('step'))! };
}

test('tabs of two editions work side by side, update after update', async ({ page, context }) => {
	const host = await Host.start();
	const rounds = times(20, 1);
	try {
		const tabs = [new Playground(page), new Playground(await context.newPage())];
		for (const tab of tabs) await tab.open(`${host.url}#preset=moons`);
		await expect(page.getByText('Ready offline')).toBeVisible();
		for (let round = 1; round <= rounds; round++) {
			const [newer, former] = (round % 2 ? tabs : tabs.toReversed()) as [Playground, Playground];
			const edition = `e${String(round)}`;
			await newer.page.bringToFront();
			await host.publish(edition);
			await lookForUpdate(newer.page);
			await expectWaiting(newer.page);
			await newer.press('Update');
			await expectEdition(newer.page, edition);
			await newer.ready();

			const x = -2.8 + round / 4;
			const kept = [await work(newer, x), await work(former, x)] as const;
			expect(await editionOf(former.page)).not.toBe(edition);
			// What this page never loaded is nowhere but in the store.
			await clearHttpCache(former.page);
			await former.go('Look inside');
			await former.level('Graph');
			await expect(former.page.getByTestId('graph')).toHaveAttribute('data-settled', 'true');
			await former.go('Playground');

			await former.press('Reload');
			await expectEdition(former.page, edition);
			await newer.page.bringToFront();
			await newer.reload();
			for (const [index, tab] of [newer, former].entries()) {
				await tab.ready();
				await tab.expectPoints(kept[index]!.points);
				await tab.expectStep(kept[index]!.step);
			}
		}
	} finally {
		await host.stop();
	}
	report({ attack: 'two editions side by side', attempts: rounds, seen: 'no error, all kept' });
});
