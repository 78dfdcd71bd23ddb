import { deflateSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import { decodeLink, encodeLink } from '../../src/lib/experiment/link';
import { defaultExperiment, presets } from '../../src/lib/experiment/defaults';
import { drawnExperiment } from '../support/experiments';
import { Playground } from '../support/page';
import { expect, test } from '../support/test';

/** Follows a link as a person does who pastes it over the open page. */
async function paste(page: Page, hash: string): Promise<void> {
	await page.evaluate((text) => {
		location.hash = text;
	}, hash);
}

test('a link gives the same points and the same numbers elsewhere', async ({ page, browser }) => {
	const playground = new Playground(page);
	await playground.open('./#preset=drawn');
	await playground.brush('Class A');
	await playground.drag([-2, 1], [-1, 2], [0, 1]);
	await playground.brush('Class B');
	await playground.drag([0, -1], [1, -2], [2, -1]);
	await playground.runTo(12);
	await playground.enter('Learning rate', 0.11);
	await playground.click(2.5, 2.5);
	await playground.runTo(30);
	await playground.choose('Batch size', '16');
	const address = await playground.link();
	expect(new URL(address).hash).toMatch(/^#1\.[\w-]+$/);
	await playground.runTo(80);

	const context = await browser.newContext();
	const other = new Playground(await context.newPage());
	await other.open(address);
	await other.expectState('idle');
	await other.runTo(80);
	expect(await other.readouts()).toEqual(await playground.readouts());
	await other.expectPoints(Number(await playground.plot.getAttribute('data-points')));
	expect(await other.link()).toBe(address);
	await context.close();
});

test('a link with 200 points is short', async ({ page }) => {
	const playground = new Playground(page);
	await playground.open(`./${await encodeLink(drawnExperiment(200))}`);
	await playground.expectPoints(200);
	const address = await playground.link();
	expect(new URL(address).hash.length).toBeLessThanOrEqual(1500);
});

test('Copy link copies it', async ({ page, context }) => {
	await context.grantPermissions(['clipboard-read', 'clipboard-write']);
	const playground = new Playground(page);
	await playground.open();
	await playground.press('Share', 'Copy link');
	await expect(page.getByText('Copied.')).toBeVisible();
	const copied = await page.evaluate(() => navigator.clipboard.readText());
	expect(copied.startsWith(page.url())).toBe(true);
	expect(await decodeLink(new URL(copied).hash)).toEqual(defaultExperiment);
});

test('a link over a drawing of one’s own keeps that under Recent, with its progress', async ({
	page,
	baseURL
}) => {
	const playground = new Playground(page);
	await playground.open();
	await playground.brush('Class A');
	await playground.click(-2.5, 2.5);
	await playground.runTo(20);
	const before = await playground.readouts();

	const hash = await encodeLink(drawnExperiment(200));
	await page.goto('about:blank');
	await playground.open(`./${hash}`);
	await playground.expectPoints(200);
	expect(page.url()).toBe(baseURL);
	await playground.runTo(3);
	await playground.reload();
	await playground.expectPoints(200);
	await playground.expectStep(3);

	const works = await playground.recent();
	await expect(works).toHaveText([/101 drawn points.*step 20/]);
	await works.first().click();
	await playground.expectPoints(101);
	await playground.expectStep(20);
	expect(await playground.readouts()).toEqual(before);
	await playground.reload();
	expect(await playground.readouts()).toEqual(before);
	await expect(await playground.recent()).toHaveText([/200 drawn points.*step 3/]);
});

test('links pasted over the open page follow one another', async ({ page, baseURL }) => {
	const playground = new Playground(page);
	await playground.open();
	await playground.press('Play');
	await playground.reachStep(10);
	await playground.pause();
	const step = (await playground.value('step'))!;
	await playground.press('Play');
	await playground.reachStep(step + 10);
	await paste(page, await encodeLink(drawnExperiment(200)));
	await playground.expectPoints(200);
	await playground.expectState('idle');
	await expect(page).toHaveURL(baseURL!);
	await paste(page, '#preset=notebook');
	await playground.expectPoints(100);
	await expect(page.getByRole('button', { name: "micrograd's notebook" })).toHaveAttribute(
		'aria-pressed',
		'true'
	);
	// Of two at once the last one counts.
	await page.evaluate(
		(text) => {
			location.hash = text;
			location.hash = '#preset=spiral';
		},
		await encodeLink(drawnExperiment(200))
	);
	await expect(page.getByRole('radio', { name: 'Spiral' })).toBeChecked();
	await expect(page).toHaveURL(baseURL!);
	await playground.reload();
	await expect(page.getByRole('radio', { name: 'Spiral' })).toBeChecked();
	const works = await playground.recent();
	await expect(works.filter({ hasText: 'Spiral' })).toHaveCount(0);
	// What was only looked at is not kept.
	await expect(works.filter({ hasText: 'Notebook' })).toHaveCount(0);
	await works.filter({ hasText: 'Moons' }).click();
	await playground.expectState('paused');
	expect(await playground.value('step')).toBeGreaterThan(step);
});

test('a bad link gets a sentence, and one’s own work stays', async ({ page, baseURL }) => {
	const playground = new Playground(page);
	await playground.open();
	await playground.brush('Class A');
	await playground.click(-2.5, 2.5);
	await playground.expectPoints(101);
	const good = await encodeLink(drawnExperiment(200));
	const cases: readonly [string, RegExp][] = [
		[good.slice(0, -40), /damaged or was cut off/],
		[`${good.slice(0, 30)}AAAA${good.slice(34)}`, /damaged or was cut off|not/],
		['#1', /damaged or was cut off/],
		['#activation=tanh&batchSize=10', /not a Sketchgrad link/],
		['#2.abcdef', /newer Sketchgrad/],
		['#1.%3Cscript%3E', /damaged or was cut off/],
		[`#1.${'A'.repeat(70_000)}`, /too long/],
		['#preset=nothing', /no preset of that name/],
		['#preset=__proto__', /no preset of that name/]
	];
	for (const [hash, sentence] of cases) {
		await paste(page, hash);
		await expect(playground.notice(/own work is as it was/)).toHaveText(sentence);
		await playground.press('Dismiss');
		await expect(page).toHaveURL(baseURL!);
		await playground.expectPoints(101);
	}
	// The same at the start.
	for (const [hash, sentence] of cases.slice(0, 4)) {
		await page.goto('about:blank');
		await playground.open(`./${hash}`);
		await expect(playground.notice(/own work is as it was/)).toHaveText(sentence);
		await playground.expectPoints(101);
		await expect(page).toHaveURL(baseURL!);
	}
	await expect(await playground.recent()).toHaveCount(0);
});

test('a small link with many large datasets opens, runs and can be edited', async ({ page }) => {
	test.setTimeout(120_000);
	const dataset = { kind: 'moons', samples: 1000, noise: 0.1, trainShare: 80 } as const;
	const events = Array.from({ length: 2000 }, (_, index) => ({
		step: index + 1,
		change: { dataset: { ...dataset, noise: (index % 50) / 100 } }
	}));
	const experiment = { ...defaultExperiment, hiddenLayers: [1], events };
	const playground = new Playground(page);
	const started: string[] = [];
	page.on('worker', (worker) => started.push(worker.url()));
	await playground.open(`./${await encodeLink(experiment)}`);
	await playground.expectPoints(100);
	// What is inflated is large: one worker read it, the other trains.
	await expect.poll(() => started.length).toBe(2);
	await playground.enter('Run to step', 2100);
	// Two thousand datasets of a thousand points are made on the way.
	await playground.reachStep(2100);
	await playground.expectState('paused');
	await playground.expectPoints(1000);
	expect(await decodeLink(new URL(await playground.link()).hash)).toEqual(experiment);
	await playground.press('Reset');
	await playground.enter('L2', 0.5);
	await playground.expectState('idle');
	await expect(page.getByRole('alert')).toHaveCount(0);
});

test('a small link that inflates to much gets a sentence', async ({ page }) => {
	const playground = new Playground(page);
	await playground.open();
	const json = JSON.stringify(defaultExperiment).replace(
		'"events":[]',
		`"events":[${new Array(300_000).fill('{}').join(',')}]`
	);
	const bytes = Buffer.alloc(4 + json.length);
	bytes.writeUInt32LE(json.length);
	bytes.write(json, 4);
	await paste(page, `#1.${deflateSync(bytes).toString('base64url')}`);
	await expect(playground.notice(/own work is as it was/)).toHaveText(/at most 2000 live edits/);
	await playground.expectPoints(100);
});

for (const [name, preset] of Object.entries(presets)) {
	test(`#preset=${name} opens it`, async ({ page }) => {
		const playground = new Playground(page);
		await playground.open(`./#preset=${name}`);
		await playground.expectState('idle');
		const { dataset } = preset;
		await playground.expectPoints(dataset.kind === 'drawn' ? 0 : 100);
		const address = await playground.link();
		expect(await decodeLink(new URL(address).hash)).toEqual(preset);
		if (dataset.kind === 'drawn') return;
		await playground.runTo(2);
		await playground.reload();
		await playground.expectStep(2);
	});
}

test('a preset that is only looked at stays in its tab over a reload, and nowhere else', async ({
	page,
	context
}) => {
	const own = new Playground(page);
	await own.open();
	await own.runTo(5);
	const other = new Playground(await context.newPage());
	await other.open('./#preset=spiral');
	await expect(other.page.getByRole('radio', { name: 'Spiral' })).toBeChecked();
	for (let round = 0; round < 2; round++) {
		await other.reload();
		await expect(other.page.getByRole('radio', { name: 'Spiral' })).toBeChecked();
	}
	const third = new Playground(await context.newPage());
	await third.open();
	await third.expectStep(5);
	// The first tab has it open, so this one shows a copy.
	await expect(await third.recent()).toHaveText([/Moons.*step 5/]);
	await other.page.bringToFront();
	await other.runTo(2);
	await other.reload();
	await other.expectStep(2);
	await expect(await other.recent()).toHaveText([/Moons.*step 5/]);
});

test('a drawing outlives sixty presets and sixty choices of another dataset', async ({
	page,
	context
}) => {
	test.setTimeout(180_000);
	const playground = new Playground(page);
	await playground.open();
	await playground.brush('Class A');
	for (const x of [-2.5, -2.4, -2.3, -2.2, -2.1, -2]) await playground.click(x, 2.5);
	await playground.expectPoints(106);
	for (let round = 0; round < 60; round++) {
		await playground.dataset(round % 2 === 0 ? 'Moons' : 'Draw');
	}
	for (let round = 0; round < 60; round++) {
		await page.evaluate(
			(name) => (location.hash = `#preset=${name}`),
			['xor', 'spiral'][round % 2]
		);
		await playground.expectState('idle');
		await expect(page.getByRole('radio', { name: round % 2 ? 'Spiral' : 'XOR' })).toBeChecked();
	}
	for (let tabs = 0; tabs < 6; tabs++) {
		const tab = new Playground(await context.newPage());
		await tab.open('./#preset=circle');
		await tab.page.close();
	}
	await playground.reload();
	const works = await playground.recent();
	await expect(works.filter({ hasText: '106 drawn points' })).not.toHaveCount(0);
	expect(await works.count()).toBeLessThan(6);
});
