import { readFile } from 'node:fs/promises';
import { AxeBuilder } from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { Playground } from '../support/page';
import { expect, test } from '../support/test';

const dialogOf = (page: Page) => page.getByRole('dialog', { name: 'Forget everything' });

async function ask(playground: Playground): Promise<Locator> {
	await playground.press('Recent', 'Forget everything on this device');
	const dialog = dialogOf(playground.page);
	await expect(dialog).toBeVisible();
	return dialog;
}

/** All questions, with yes. */
async function forget(playground: Playground): Promise<void> {
	await ask(playground);
	await playground.press('Continue', 'Forget all');
	await Promise.all([playground.page.waitForEvent('load'), playground.press('Forget for good')]);
	await playground.ready();
}

/** Two works: a drawing that was trained, under Recent, and another network that is open. */
async function work(playground: Playground): Promise<void> {
	await playground.open();
	await playground.brush('Class A');
	await playground.click(-2.5, 2.5);
	await playground.runTo(20);
	await playground.page.evaluate(() => (location.hash = '#preset=xor'));
	await playground.expectState('idle');
	await playground.runTo(7);
}

/** What this app has in the browser, but for its caches. */
const left = (page: Page) =>
	page.evaluate(async () => ({
		databases: (await indexedDB.databases()).map(({ name }) => name),
		local: Object.keys(localStorage)
	}));

test('everything is forgotten after two questions, and one file brings it back', async ({
	page
}) => {
	const playground = new Playground(page);
	await work(playground);
	await playground.press('Theme: system', 'Theme: light');
	const readouts = await playground.readouts();
	const dialog = await ask(playground);
	const downloading = page.waitForEvent('download');
	await playground.press('Save all as a file');
	const download = await downloading;
	expect(download.suggestedFilename()).toBe('sketchgrad-works.json');
	await expect(dialog.getByText('Saved as one file.')).toBeVisible();
	const file = await readFile(await download.path());
	expect(JSON.parse(file.toString())).toMatchObject({ sketchgrad: 'works', version: 1 });
	await page.keyboard.press('Escape');
	await forget(playground);

	await playground.expectState('idle');
	await playground.expectPoints(100);
	await expect(page.getByRole('radio', { name: 'Moons' })).toBeChecked();
	await expect(playground.button('Theme: system')).toBeVisible();
	await expect(await playground.recent()).toHaveCount(0);
	await playground.press('Close');
	expect((await left(page)).local).toEqual([]);

	const choosing = page.waitForEvent('filechooser');
	await playground.press('Open');
	await (await choosing).setFiles({ name: 'all.json', mimeType: 'application/json', buffer: file });
	await expect(playground.notice('2 works are under Recent again.')).toHaveCount(1);
	await expect(await playground.recent()).toHaveText([/XOR.*step 7/, /101 drawn points.*step 20/]);
	await playground.button('Close').click();
	await (await playground.recent()).first().click();
	await playground.expectStep(7);
	expect(await playground.readouts()).toEqual(readouts);
});

test('works offline after that', async ({ page, context }) => {
	const playground = new Playground(page);
	await work(playground);
	await expect(page.getByText('Ready offline')).toBeVisible();
	await forget(playground);
	await context.setOffline(true);
	await playground.reload();
	await playground.runTo(3);
});

test('Cancel has the focus at every question and forgets nothing; keys are enough', async ({
	page
}) => {
	const playground = new Playground(page);
	await work(playground);
	const cancel = () => dialogOf(page).getByRole('button', { name: 'Cancel' });
	for (const steps of [[], ['Continue'], ['Continue', 'Forget all']]) {
		await ask(playground);
		await expect(cancel()).toBeFocused();
		for (const name of steps) {
			await page.keyboard.press('Tab');
			while (
				!(await playground.button(name).evaluate((button) => button === document.activeElement))
			) {
				await page.keyboard.press('Tab');
			}
			await page.keyboard.press('Enter');
			await expect(cancel()).toBeFocused();
		}
		await page.keyboard.press('Enter');
		await expect(dialogOf(page)).toBeHidden();
		await expect(playground.button('Recent')).toBeFocused();
	}
	await playground.reload();
	await playground.expectStep(7);
	await expect(await playground.recent()).toHaveCount(1);
});

test('another tab writes nothing back, and keeps what someone goes on with', async ({
	page,
	context
}) => {
	const other = new Playground(page);
	await work(other);
	await other.press('Play');
	await other.reachStep(20);
	const playground = new Playground(await context.newPage());
	await playground.open('./#preset=circle');
	await forget(playground);
	await expect(other.notice('was forgotten in another tab')).toHaveCount(1);
	await other.page.bringToFront();
	await other.expectState('paused');
	const step = (await other.value('step'))!;
	await other.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
	const third = new Playground(await context.newPage());
	await third.open();
	await third.expectState('idle');
	await expect(await third.recent()).toHaveCount(0);
	await third.page.close();

	await other.page.bringToFront();
	await other.runTo(step + 1);
	await other.reload();
	await other.expectStep(step + 1);
	await expect(await other.recent()).toHaveCount(0);
});

test('a file that is no good restores what can be read and names the rest', async ({ page }) => {
	const playground = new Playground(page);
	await work(playground);
	await ask(playground);
	const downloading = page.waitForEvent('download');
	await playground.press('Save all as a file');
	const text = await readFile(await (await downloading).path(), 'utf8');
	await page.keyboard.press('Escape');
	const open = async (content: string) => {
		const choosing = page.waitForEvent('filechooser');
		await playground.press('Open');
		const buffer = Buffer.from(content);
		await (await choosing).setFiles({ name: 'all.json', mimeType: 'application/json', buffer });
	};
	const bad = '{"id":"<b>bad</b>","updated":5}';
	await open(text.replace('\n]}', `,\n${bad}\n]}`));
	await expect(playground.notice('1 could not be read: “<b>bad</b>”')).toHaveCount(1);
	await open(text.replace('"version":1,"works"', '"version":2,"works"'));
	await expect(playground.notice('another version')).toHaveCount(1);
	await playground.expectStep(7);
});

for (const look of [
	{ colorScheme: 'light', viewport: { width: 1280, height: 800 }, hasTouch: false },
	{ colorScheme: 'dark', viewport: { width: 390, height: 844 }, hasTouch: true }
] as const) {
	test.describe(`${look.colorScheme}, ${String(look.viewport.width)} pixels wide`, () => {
		test.use(look);

		test('axe finds nothing in the questions', async ({ page }) => {
			const playground = new Playground(page);
			await work(playground);
			const findings = async () => (await new AxeBuilder({ page }).analyze()).violations;
			await playground.press('Recent');
			expect(await findings()).toEqual([]);
			await playground.press('Forget everything on this device');
			for (const name of ['Continue', 'Forget all']) {
				await expect(playground.button(name)).toBeVisible();
				expect(await findings()).toEqual([]);
				const { width } = (await dialogOf(page).boundingBox())!;
				expect(width).toBeLessThanOrEqual(look.viewport.width);
				await playground.press(name);
			}
			await expect(playground.button('Forget for good')).toBeVisible();
			expect(await findings()).toEqual([]);
		});
	});
}
