import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { Playground } from '../support/page';
import { expect, test } from '../support/test';

/** What the app calls its database when it lives at the root of its origin. */
const name = 'sketchgrad/';

/** Every record of the store, as JSON. */
function shelf(page: Page): Promise<string[]> {
	return page.evaluate(
		(database) =>
			new Promise((resolve, reject) => {
				const opening = indexedDB.open(database);
				opening.onerror = () => reject(opening.error!);
				opening.onsuccess = () => {
					const all = opening.result.transaction('works').objectStore('works').getAll();
					all.onsuccess = () => {
						opening.result.close();
						resolve(all.result.map((record) => JSON.stringify(record)));
					};
				};
			}),
		name
	);
}

/** Puts records into the store of a page that has been opened before. */
function shelve(page: Page, records: readonly Record<string, unknown>[]): Promise<void> {
	return page.evaluate(
		([database, added]) =>
			new Promise<void>((resolve, reject) => {
				const opening = indexedDB.open(database);
				opening.onerror = () => reject(opening.error!);
				opening.onsuccess = () => {
					const transaction = opening.result.transaction('works', 'readwrite');
					for (const record of added) transaction.objectStore('works').put(record);
					transaction.oncomplete = () => {
						opening.result.close();
						resolve();
					};
				};
			}),
		[name, records] as const
	);
}

/** The app can be used, and the work survives what needs no store. */
async function works(playground: Playground): Promise<void> {
	await playground.brush('Class A');
	await playground.click(-2.5, 2.5);
	await playground.runTo(10);
	await playground.expectPoints(101);
}

/** "Save as a file" of the notice gives the work. */
async function savesAsFile(playground: Playground): Promise<void> {
	const downloading = playground.page.waitForEvent('download');
	await playground.press('Save as a file');
	const text = await readFile(await (await downloading).path(), 'utf8');
	expect(JSON.parse(text)).toMatchObject({ version: 1, events: [] });
}

const blocked: Record<string, () => void> = {
	throws: () => {
		IDBFactory.prototype.open = () => {
			throw new DOMException('No.', 'SecurityError');
		};
	},
	'is missing': () => {
		Object.defineProperty(globalThis, 'indexedDB', { value: undefined });
	},
	'fails to open': () => {
		const { open } = IDBFactory.prototype;
		// An older version than the one that is there is refused with a VersionError.
		IDBFactory.prototype.open = function (database) {
			if (!sessionStorage['raised']) open.call(this, database, 7);
			sessionStorage['raised'] = 'yes';
			return open.call(this, database, 1);
		};
	}
};

for (const [how, block] of Object.entries(blocked)) {
	test(`a store that ${how} costs no work as long as the page is open`, async ({ page }) => {
		await page.addInitScript(block);
		const playground = new Playground(page);
		await playground.open();
		await works(playground);
		await expect(playground.notice('in this tab only')).toHaveCount(1);
		await savesAsFile(playground);
		// Another experiment does not cost the former one.
		await page.evaluate(() => (location.hash = '#preset=xor'));
		await playground.expectState('idle');
		const recent = await playground.recent();
		await recent.filter({ hasText: '101 drawn points' }).click();
		await playground.expectPoints(101);
		await playground.expectStep(10);
	});
}

test('a full store keeps the work in the tab, and stores it when there is room', async ({
	page
}) => {
	await page.addInitScript(() => {
		const { put } = IDBObjectStore.prototype;
		IDBObjectStore.prototype.put = function (...parameters) {
			if (!('room' in globalThis)) throw new DOMException('Full.', 'QuotaExceededError');
			return put.apply(this, parameters);
		};
	});
	const playground = new Playground(page);
	await playground.open();
	await works(playground);
	const notice = playground.notice('The storage of this browser is full.');
	await expect(notice).toHaveCount(1);
	await savesAsFile(playground);
	expect(await shelf(page)).toEqual([]);
	await page.evaluate(() => Object.assign(globalThis, { room: true }));
	await playground.click(2.5, 2.5);
	await expect(notice).toHaveCount(0);
	expect(await shelf(page)).toHaveLength(1);
});

test('what cannot be read is set aside: told once, kept as it is, and can be downloaded', async ({
	page
}) => {
	const playground = new Playground(page);
	await playground.open();
	await works(playground);
	await playground.open('./#preset=circle');
	await playground.runTo(4);
	const broken = { id: 'broken', updated: 8e15, experiment: { version: 1, seed: '<b>no</b>' } };
	const odd = { updated: 9e15, id: '0', junk: '<img src=x onerror=alert(1)>' };
	await shelve(page, [broken, odd]);
	await page.evaluate(() => sessionStorage.clear());
	await playground.reload();
	const notice = playground.notice('2 pieces of saved work could not be read');
	await expect(notice).toHaveCount(1);
	await playground.expectStep(4);
	await playground.runTo(6);

	const recent = await playground.recent();
	await expect(recent.filter({ hasText: 'Cannot be read' })).toHaveCount(2);
	const downloading = page.waitForEvent('download');
	await recent.filter({ hasText: 'Cannot be read' }).first().click();
	const text = await readFile(await (await downloading).path(), 'utf8');
	expect(JSON.parse(text)).toEqual(broken);
	await playground.press('Close');

	await playground.reload();
	await playground.expectStep(6);
	await expect(playground.notice('could not be read')).toHaveCount(0);
	const records = await shelf(page);
	expect(records).toContain(JSON.stringify(broken));
	expect(records).toContain(JSON.stringify(odd));
	expect(records).toHaveLength(4);
});

test('damage to the open work itself costs no more than the damaged part', async ({ page }) => {
	const playground = new Playground(page);
	await playground.open();
	await works(playground);
	await playground.reload();
	const [record] = await shelf(page);
	const { id, experiment } = JSON.parse(record!) as { id: string; experiment: object };
	await shelve(page, [{ id, experiment, updated: 8e15, checkpoint: { step: -1 }, history: [] }]);
	// The page that is left must not write over the damage.
	await page.evaluate(() => (IDBObjectStore.prototype.put = () => null as never));
	await playground.reload();
	await playground.expectPoints(101);
	await playground.expectState('idle');
	await expect(playground.notice('its run starts over')).toHaveCount(1);
});

test('a database of a newer app is left as it is', async ({ page }) => {
	const playground = new Playground(page);
	await playground.open();
	await works(playground);
	const before = await shelf(page);
	// The open page gives way at once; what it has stays in the tab.
	await page.evaluate(
		(database) =>
			new Promise<void>((resolve, reject) => {
				const opening = indexedDB.open(database, 2);
				opening.onerror = () => reject(opening.error!);
				opening.onblocked = () => reject(new Error('blocked'));
				opening.onsuccess = () => {
					opening.result.close();
					resolve();
				};
			}),
		name
	);
	await playground.click(2.5, 2.5);
	await expect(playground.notice('A newer Sketchgrad has been here')).toHaveCount(1);
	await playground.expectPoints(102);
	expect(await shelf(page)).toEqual(before);
	await playground.reload();
	await expect(playground.notice('A newer Sketchgrad has been here')).toHaveCount(1);
	await works(playground);
	expect(await shelf(page)).toEqual(before);
});

/** Holds the store with a transaction that does not end before `letGo` is set on the page. */
async function holdStore(page: Page): Promise<void> {
	await page.evaluate(
		(database) =>
			new Promise<void>((resolve, reject) => {
				const opening = indexedDB.open(database);
				opening.onerror = () => reject(opening.error!);
				opening.onsuccess = () => {
					const store = opening.result.transaction('works', 'readwrite').objectStore('works');
					const hold = () => {
						resolve();
						if (!('letGo' in globalThis)) store.get('nothing').onsuccess = hold;
					};
					hold();
				};
			}),
		name
	);
}

test('a store that another page holds does not keep a page from starting', async ({
	page,
	context
}) => {
	const first = new Playground(page);
	await first.open();
	await works(first);
	const holder = await context.newPage();
	await new Playground(holder).open();
	await holdStore(holder);
	await page.close();

	const next = new Playground(await context.newPage());
	await next.open();
	await next.expectPoints(100);
	await expect(next.notice('does not answer')).toHaveText(/What was kept before is not lost/);
	await next.runTo(3);
	await holder.evaluate(() => Object.assign(globalThis, { letGo: true }));
	await expect(next.notice('your former work is under Recent')).toHaveCount(1);
	await expect(next.notice('does not answer')).toHaveCount(0);
	await next.runTo(4);
	await next.reload();
	await next.expectStep(4);
	await (await next.recent()).filter({ hasText: '101 drawn points' }).click();
	await next.expectPoints(101);
});

test('a store that does not open says that former work waits', async ({ page, context }) => {
	const first = new Playground(page);
	await first.open();
	await works(first);
	await page.close();
	const second = await context.newPage();
	await second.addInitScript(() => {
		const { open } = IDBFactory.prototype;
		IDBFactory.prototype.open = function (...parameters) {
			if ('letOpen' in globalThis) return open.apply(this, parameters);
			throw new DOMException('No.', 'UnknownError');
		};
	});
	const next = new Playground(second);
	await next.open();
	await expect(next.notice('in this tab only')).toHaveText(/What was kept before is not lost/);
	await second.evaluate(() => Object.assign(globalThis, { letOpen: true }));
	await expect(next.notice('your former work is under Recent')).toHaveCount(1);
	await (await next.recent()).filter({ hasText: '101 drawn points' }).click();
	await next.expectPoints(101);
});
