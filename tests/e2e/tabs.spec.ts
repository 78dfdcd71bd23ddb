import { Playground } from '../support/page';
import { expect, test } from '../support/test';

test('a second tab has a copy; what either does stays its own', async ({ page, context }) => {
	const first = new Playground(page);
	await first.open();
	await first.runTo(20);
	await first.brush('Class A');
	await first.click(-2.5, 2.5);
	await first.expectPoints(101);

	const second = new Playground(await context.newPage());
	await second.open();
	await second.expectStep(20);
	await second.expectPoints(101);
	expect(await second.readouts()).toEqual(await first.readouts());

	await second.brush('Class B');
	await second.click(2.5, 2.5);
	await second.click(2.7, 2.5);
	await second.runTo(30);
	await second.expectPoints(103);
	await first.page.bringToFront();
	await first.click(-2.7, 2.5);
	await first.runTo(25);
	await first.expectPoints(102);

	await first.reload();
	await first.expectPoints(102);
	await first.expectStep(25);
	await second.reload();
	await second.expectPoints(103);
	await second.expectStep(30);

	// Both tabs close; the next one goes on with the newer work, and the other is there too.
	await second.click(2.9, 2.5);
	await second.expectPoints(104);
	await second.page.close();
	await first.page.close();
	const third = new Playground(await context.newPage());
	await third.open();
	await third.expectPoints(104);
	const works = await third.recent();
	await expect(works).toHaveText([/102 drawn points.*step 25/]);
	await works.first().click();
	await third.expectPoints(102);
	await third.expectStep(25);
	await expect(await third.recent()).toHaveText([/104 drawn points.*step 30/]);
});

test('two tabs that are reloaded at once keep their own', async ({ page, context }) => {
	const tabs = [new Playground(page), new Playground(await context.newPage())];
	for (const [index, tab] of tabs.entries()) {
		await tab.open();
		await tab.page.bringToFront();
		await tab.enter('Seed', 100 + index);
		await expect(tab.field('Seed')).toHaveValue(String(100 + index));
	}
	for (let round = 0; round < 2; round++) {
		await Promise.all(tabs.map((tab) => tab.reload()));
		for (const [index, tab] of tabs.entries()) {
			await expect(tab.field('Seed')).toHaveValue(String(100 + index));
			await expect(tab.page.getByRole('alert')).toHaveCount(0);
		}
	}
	await expect(await tabs[0]!.recent()).toHaveCount(1);
});

test('what another tab has open is opened as a copy', async ({ page, context }) => {
	const first = new Playground(page);
	await first.open('./#preset=xor');
	await first.runTo(5);

	const second = new Playground(await context.newPage());
	await second.open('./#preset=circle');
	await second.runTo(7);
	const works = await second.recent();
	await works.filter({ hasText: 'XOR' }).click();
	await second.expectStep(5);
	await second.runTo(9);

	await first.page.bringToFront();
	await first.runTo(6);
	await first.reload();
	await first.expectStep(6);
	await second.reload();
	await second.expectStep(9);
	await expect(await second.recent()).toHaveText([/XOR.*step 6/, /Circle.*step 7/]);
});

for (const locks of ['with', 'without']) {
	test(`a duplicated tab writes a record of its own, ${locks} Web Locks`, async ({
		page,
		context
	}) => {
		if (locks === 'without') {
			// As on a page without https.
			await context.addInitScript(() => {
				Object.defineProperty(Navigator.prototype, 'locks', { value: undefined });
			});
		}
		const first = new Playground(page);
		await first.open();
		await first.runTo(11);
		// A window that a page opens begins with the session of its opener, as a duplicated tab does.
		const opening = context.waitForEvent('page');
		await page.evaluate(() => void window.open(location.href));
		const second = new Playground(await opening);
		await second.ready();
		await second.expectStep(11);
		await second.runTo(14);
		await first.page.bringToFront();
		await first.runTo(12);
		await second.reload();
		await second.expectStep(14);
		await first.reload();
		await first.expectStep(12);
	});
}
