import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureBrowser, findFirefox, findWebKit } from '../support/browser.mjs';
import { serve, type Server } from '../support/serve.mjs';
import type { Driver } from './driver';
import { EnginePage, type Shown } from './enginePage';
import { launch } from './puppeteer';
import { launchWebKit } from './webkit';
import { webkitErrors } from './webkitConsole';

/** `npm test` runs a part of it. */
const long = process.env['ENGINES'] === 'long';

const firefox = findFirefox();
const webkit = findWebKit();

interface Engine {
	readonly name: string;
	/** Null where there is none. */
	readonly start: (() => Promise<Driver>) | null;
	/** What it logs as errors. */
	readonly errors: (driver: Driver) => Promise<readonly string[]>;
	/** What it logs although nothing is wrong. */
	readonly known: readonly string[];
}

const engines: readonly Engine[] = [
	{
		name: 'Firefox',
		start: firefox === undefined ? null : () => launch('firefox', firefox),
		errors: (driver) => Promise.resolve(driver.errors()),
		known: []
	},
	{
		name: 'WebKit',
		start: webkit === undefined ? null : () => launchWebKit(webkit),
		errors: () => webkitErrors(webkit!),
		// Without this directive Chromium blocks the manifest.
		known: ["CONSOLE SECURITY ERROR Unrecognized Content-Security-Policy directive 'manifest-src'."]
	}
];
for (const { name, start } of engines) if (!start) console.log(`${name}: not found, skipped`);

/** How far each run goes. */
const end = 2000;
const size = [1366, 657] as const;
/** WebKitGTK's window stays wider than that: 447. */
const phone = [390, 844] as const;

/** Below a folder, as many hosts serve it. */
const base = '/a/b/';

/** A run to the end, from an address on. */
type Run = (page: EnginePage, url: string) => Promise<void>;

const preset =
	(name: string): Run =>
	async (page, url) => {
		await page.open(`${url}#preset=${name}`);
		await page.untilState('idle');
		await page.runTo(end);
	};

const repeated = (count: number, ...keys: readonly string[]) =>
	Array.from({ length: count }, () => keys).flat();

/** Draws two classes by keys, then edits while the run is under way: points and settings, each at its step. */
const drawn: Run = async (page, url) => {
	const draw = async (...keys: readonly string[]) => {
		await page.driver.evaluate(() =>
			document.querySelector<HTMLElement>('[data-testid="plot"]')!.focus()
		);
		await page.driver.press(keys);
	};
	await page.open(`${url}#preset=drawn`);
	await page.untilState('idle');
	await draw('a', 'Home', ...repeated(9, 'ArrowLeft', 'Enter'), ...repeated(9, 'ArrowUp', 'Enter'));
	await draw(
		'b',
		'Home',
		...repeated(9, 'ArrowRight', 'Enter'),
		...repeated(9, 'ArrowDown', 'Enter')
	);
	await page.runTo(500);
	await page.enter('Learning rate', 0.1);
	await page.choose('Batch size', '10');
	await page.runTo(1000);
	await draw('a', 'Home', 'ArrowDown', 'Enter', 'ArrowDown', 'Enter');
	await page.enter('L2', 0.003);
	await page.runTo(1500);
	await draw('e', 'Home', 'ArrowLeft', 'Enter');
	await page.choose('Schedule', 'linear');
	await page.runTo(end);
};

const runs: ReadonlyMap<string, Run> = new Map([
	['moons', preset('moons')],
	...(long
		? [
				...['circle', 'xor', 'gaussians', 'spiral', 'notebook'].map(
					(name) => [name, preset(name)] as const
				),
				['drawn, with live edits', drawn] as const
			]
		: [])
]);

/** Unfolds all of the whole loss on Look inside, and reads what settles. */
async function graphOf(page: EnginePage): Promise<Record<string, string>> {
	await page.click('link', 'Look inside');
	await page.click('tab', 'Graph');
	await page.untilGraphSettled();
	await page.click('button', 'Unfold all');
	await page.until('more nodes than folded', () => {
		const graph = document.querySelector<SVGElement>('[data-testid="graph"]')!;
		return Number(graph.dataset['nodes']) > 300;
	});
	await page.untilGraphSettled();
	return page.graphNumbers();
}

let server: Server;
let chromium: EnginePage;

/** What Chromium shows, once for all engines. */
const chromiumShows = new Map<string, Shown>();
let chromiumGraph: Record<string, string>;

async function inChromium(name: string, run: Run): Promise<Shown> {
	const known = chromiumShows.get(name);
	if (known) return known;
	await run(chromium, server.url);
	const shown = await chromium.shown();
	chromiumShows.set(name, shown);
	return shown;
}

beforeAll(async () => {
	server = await serve({ base });
	if (!engines.some(({ start }) => start)) return;
	const driver = await launch('chrome', ensureBrowser());
	chromium = new EnginePage(driver);
	await driver.resize(...size);
	await preset('moons')(chromium, server.url);
	chromiumShows.set('moons', await chromium.shown());
	chromiumGraph = await graphOf(chromium);
});

afterAll(async () => {
	await chromium?.driver.close();
	await server.close();
});

for (const { name: engine, start, errors, known } of engines) {
	describe.skipIf(!start)(engine, () => {
		let page: EnginePage;

		beforeAll(async () => {
			page = new EnginePage(await start!());
			await page.driver.resize(...size);
		});
		afterAll(() => page?.driver.close());

		it.each([...runs])(`has the bits of Chromium at step ${end}: %s`, async (name, run) => {
			const expected = await inChromium(name, run);
			await run(page, server.url);
			expect(expected.readouts['step']).toBe(String(end));
			expect(await page.shown()).toEqual(expected);
		});

		it('keeps the work through a reload', async () => {
			await page.open(`${server.url}#preset=moons`);
			await page.runTo(end);
			const before = await page.shown();
			await page.open(server.url);
			await page.untilState('paused');
			await page.untilStep(end);
			expect(await page.shown()).toEqual(before);
		});

		it('looks inside: each value of the graph has the bits of Chromium', async () => {
			const numbers = await graphOf(page);
			expect(Object.values(numbers).filter((text) => text.includes('missing'))).toEqual([]);
			expect(numbers).toEqual(chromiumGraph);
		});

		it('has a graph that settles on the numbers of the step it is paused at', async () => {
			await page.click('button', 'Play');
			await page.untilState('playing');
			await page.click('button', 'Pause');
			await page.untilState('paused');
			await page.untilGraphSettled();
			const [read, drawn] = await page.driver.evaluate(() =>
				['[data-testid="probe-output"]', '[data-node][aria-label^="output, data"]'].map(
					(selector) => document.querySelector<HTMLElement>(selector)?.dataset['value']
				)
			);
			expect(read).toMatch(/\d/);
			expect(drawn).toBe(read);
		});

		it('works under a folder after its server is gone: both pages, both workers', async () => {
			const own = await serve({ base });
			try {
				await page.open(own.url);
				await page.untilReadyOffline();
				await page.runTo(3);
			} finally {
				await own.close();
			}
			await page.open(`${own.url}?from=bookmark`);
			await page.untilStep(3);
			await page.runTo(5);
			await page.open(`${own.url}inside/`);
			await page.untilStep(5);
			await page.click('button', 'Step');
			await page.untilStep(6);
			await page.click('tab', 'Graph');
			await page.untilGraphSettled();
			const values = Object.values(await page.graphNumbers());
			expect(values.length).toBeGreaterThan(10);
			expect(values.filter((text) => text.includes('missing'))).toEqual([]);
		});

		it('has room for everything, on a screen and on a phone', async () => {
			const found: string[] = [];
			for (const [width, height] of [phone, size]) {
				await page.driver.resize(width, height);
				for (const path of ['', 'inside/']) {
					await page.open(server.url + path);
					for (const what of await page.crowded()) found.push(`${width}, ${path}: ${what}`);
				}
			}
			expect(found).toEqual([]);
		});

		it('logs no error but what is known', async () => {
			expect(await errors(page.driver)).toEqual(known);
		});
	});
}
