import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { defaultExperiment } from '../../src/lib/experiment/defaults';
import { fileLength, fromFile, toFile } from '../../src/lib/experiment/file';
import { drawnExperiment } from '../support/experiments';
import { Playground } from '../support/page';
import { expect, test } from '../support/test';

async function saved(playground: Playground): Promise<{ name: string; text: string }> {
	const downloading = playground.page.waitForEvent('download');
	await playground.press('Save');
	const download = await downloading;
	return {
		name: download.suggestedFilename(),
		text: await readFile(await download.path(), 'utf8')
	};
}

/** Chooses a file as a person does, by the system's own dialog. */
async function choose(playground: Playground, text: string): Promise<void> {
	const choosing = playground.page.waitForEvent('filechooser');
	await playground.press('Open');
	const chooser = await choosing;
	await chooser.setFiles({
		name: 'experiment.json',
		mimeType: 'application/json',
		buffer: Buffer.from(text)
	});
}

/** Drops a file on the page. */
async function drop(page: Page, text: string): Promise<void> {
	const files = await page.evaluateHandle((content) => {
		const transfer = new DataTransfer();
		transfer.items.add(new File([content], 'experiment.json', { type: 'application/json' }));
		return transfer;
	}, text);
	await page.dispatchEvent('body', 'dragover', { dataTransfer: files });
	await expect(page.getByText('Drop the file to open it')).toBeVisible();
	await page.dispatchEvent('body', 'drop', { dataTransfer: files });
	await expect(page.getByText('Drop the file to open it')).toBeHidden();
}

test('what is saved opens again, equal, and runs with the same numbers', async ({
	page,
	browser
}) => {
	const playground = new Playground(page);
	await playground.open();
	await playground.runTo(10);
	await playground.brush('Class A');
	await playground.drag([-2, 2], [0, 2.5]);
	await playground.enter('Learning rate', 0.05);
	const { name, text } = await saved(playground);
	expect(name).toMatch(/^sketchgrad-.*\.json$/);
	await playground.runTo(40);

	const context = await browser.newContext();
	const other = new Playground(await context.newPage());
	await other.open();
	await choose(other, text);
	await expect(other.field('Learning rate')).toHaveValue('0.3');
	await other.runTo(40);
	expect(await other.readouts()).toEqual(await playground.readouts());
	expect((await saved(other)).text).toBe(text);
	expect(fromFile(text).events).toHaveLength(1);
	await context.close();
});

test('a file may be dropped on the page; the former work stays under Recent', async ({ page }) => {
	const playground = new Playground(page);
	await playground.open();
	await playground.runTo(12);
	await drop(page, toFile(drawnExperiment(30)));
	await playground.expectPoints(30);
	await playground.expectState('idle');
	await playground.reload();
	await playground.expectPoints(30);
	const works = await playground.recent();
	await works.filter({ hasText: 'Moons' }).click();
	await playground.expectStep(12);
});

test('a file that is no experiment gets a sentence and changes nothing', async ({ page }) => {
	const playground = new Playground(page);
	await playground.open();
	await playground.brush('Class B');
	await playground.click(2.5, 2.5);
	await playground.expectPoints(101);
	const own = await saved(playground);
	const injection = '<img src=x onerror="document.title=1">';
	const files: readonly [string, RegExp][] = [
		['', /not complete JSON/],
		[own.text.slice(0, -20), /not complete JSON/],
		['\u0000\u0001\u0002', /not complete JSON/],
		['[]', /not a Sketchgrad experiment/],
		['null', /not a Sketchgrad experiment/],
		[JSON.stringify({ ...defaultExperiment, version: 2 }), /newer Sketchgrad/],
		[JSON.stringify({ ...defaultExperiment, hiddenLayers: [1e9] }), /from 1 to 32/],
		[JSON.stringify({ ...defaultExperiment, learningRate: -1 }), /The learning rate must be/],
		[JSON.stringify({ ...defaultExperiment, activation: injection }), /activation is not known/],
		[JSON.stringify({ ...defaultExperiment, [injection]: 1 }), /missing or not known/],
		[
			JSON.stringify(defaultExperiment).replace('{', '{"__proto__":{"polluted":true},'),
			/missing or not known/
		],
		[' '.repeat(fileLength + 1), /too large/]
	];
	for (const [text, sentence] of files) {
		await choose(playground, text);
		await expect(playground.notice('own work is as it was')).toHaveText(sentence);
		await playground.press('Dismiss');
	}
	expect(await page.evaluate(() => 'polluted' in {})).toBe(false);
	await expect(page).toHaveTitle('Sketchgrad');
	await playground.expectPoints(101);
	expect((await saved(playground)).text).toBe(own.text);
	await expect(await playground.recent()).toHaveCount(0);
});

/** A file of about eight megabytes with a list in place of its empty one. */
const swollen = (item: string) => {
	const count = Math.floor((fileLength - 1000) / (item.length + 1));
	return JSON.stringify(defaultExperiment).replace(
		'"events":[]',
		`"events":[${new Array<string>(count).fill(item).join(',')}]`
	);
};

test('a large file is read beside the page, whatever it holds', async ({ page }) => {
	const playground = new Playground(page);
	await playground.open();
	await playground.runTo(5);
	const started: string[] = [];
	page.on('worker', (worker) => started.push(worker.url()));
	const keys = Array.from({ length: 500_000 }, (_, index) => `"k${index}":0`).join(',');
	const files: readonly [string, RegExp][] = [
		[swollen('{}'), /at most 2000 live edits/],
		[swollen('{"step":1,"change":{}}'), /at most 2000 live edits/],
		[`{"version":1,${keys}}`, /missing or not known/],
		[`{"version":1,"hiddenLayers":${'['.repeat(4_000_000)}`, /not complete JSON/],
		[swollen('{}').slice(0, -1), /not complete JSON/]
	];
	for (const [index, [text, sentence]] of files.entries()) {
		await drop(page, text);
		await expect(playground.notice('own work is as it was')).toHaveText(sentence);
		await playground.press('Dismiss');
		expect(started).toHaveLength(index + 1);
	}
	await playground.expectStep(5);
	const large = drawnExperiment(2000);
	await drop(page, toFile(large));
	await playground.expectPoints(2000);
	expect(started).toHaveLength(files.length + 1);
	// Only the one that trains is left.
	await expect.poll(() => page.workers().length).toBe(1);
	expect(fromFile((await saved(playground)).text)).toEqual(large);
});
