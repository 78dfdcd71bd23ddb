/** What Look inside costs in the page: the first graph, the refreshes of its numbers, and the main thread beside them. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { serve } from '../support/serve.mjs';

/** @typedef {import('playwright').Page} Page */

const built = fileURLToPath(new URL('../../build/index.html', import.meta.url));
const rounds = 5;
const seconds = 4;
/** The spiral's network is 2-16-16-1. */
const address = '#preset=spiral';
const aims = { refreshes: 30, task: 50 };

/** @param {number[]} values */
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;

/** @param {boolean} met */
const verdict = (met) => (met ? 'met' : 'missed');

/** @param {number[]} values */
function spread(values) {
	const [least, most] = [Math.min(...values), Math.max(...values)];
	return `${median(values).toFixed(0).padStart(6)}   ${`${least.toFixed(0)} to ${most.toFixed(0)}`.padEnd(16)}`;
}

const graphTab = /** @type {const} */ ({ role: 'tab', name: 'Graph' });
const unfoldAll = /** @type {const} */ ({ role: 'button', name: 'Unfold all' });

/**
 * A fresh page on Look inside, with nothing in its caches.
 * @param {import('playwright').Browser} browser
 * @param {string} url
 */
async function open(browser, url) {
	const context = await browser.newContext({
		serviceWorkers: 'block',
		viewport: { width: 1440, height: 900 }
	});
	const page = await context.newPage();
	await page.goto(`${url}${address}`);
	await page.locator('body[data-state="idle"]').waitFor();
	await page.getByRole('link', { name: 'Look inside' }).click();
	await page.getByRole('tab', { name: 'Network', exact: true }).waitFor();
	return { page, close: () => context.close() };
}

/**
 * Milliseconds from a click to the frame in which the graph has its first nodes of so many, and to the one in which it has all.
 * @param {Page} page
 * @param {{ role: 'tab' | 'button', name: string }} control
 * @param {number} least - how many nodes the graph has to have
 */
async function timeToGraph(page, { role, name }, least) {
	const control = page.getByRole(role, { name, exact: true });
	const timing = control.evaluateHandle((element, wanted) => {
		const start = performance.now();
		const before = document.querySelectorAll('[data-testid="graph"] [data-node]').length;
		const times = new Promise((resolve) => {
			let first = NaN;
			const look = () => {
				const graph = document.querySelector('[data-testid="graph"]');
				const nodes = Number(graph?.getAttribute('data-nodes') ?? 0);
				const drawn = graph?.querySelectorAll('[data-node]').length ?? 0;
				const spent = performance.now() - start;
				if (Number.isNaN(first) && nodes >= wanted && drawn > before) first = spent;
				if (first <= spent && drawn >= nodes) resolve({ first, all: spent });
				else requestAnimationFrame(look);
			};
			requestAnimationFrame(look);
		});
		/** @type {HTMLElement} */ (element).click();
		// Wrapped, since what a handle is of is awaited.
		return { times };
	}, least);
	return (await timing).evaluate(
		({ times }) => /** @type {Promise<{ first: number, all: number }>} */ (times)
	);
}

/** @param {Page} page */
const nodesOf = async (page) =>
	Number(await page.getByTestId('graph').getAttribute('data-nodes')).toLocaleString('en-US');

/**
 * How often a second the nodes in sight are brought up to date, on average, and the longest task of the main thread meanwhile.
 * @param {Page} page
 */
function watch(page) {
	return page.evaluate(async (milliseconds) => {
		const tasks = /** @type {number[]} */ ([]);
		const observer = new PerformanceObserver((list) => {
			for (const { duration } of list.getEntries()) tasks.push(duration);
		});
		observer.observe({ type: 'longtask' });
		const count = () =>
			Number(document.querySelector('[data-refreshes]')?.getAttribute('data-refreshes'));
		const [before, start] = [count(), performance.now()];
		await new Promise((resolve) => setTimeout(resolve, milliseconds));
		const refreshes = (count() - before) / ((performance.now() - start) / 1000);
		// The last of them are told a little later.
		await new Promise((resolve) => setTimeout(resolve, 100));
		observer.disconnect();
		return { refreshes, longest: Math.max(0, ...tasks) };
	}, seconds * 1000);
}

/**
 * @param {import('playwright').Browser} browser
 */
export async function measureGraph(browser) {
	console.log('\n=== Look inside: the loss of one sample of 2-16-16-1, in the page ===\n');
	if (!existsSync(built)) return console.log('  left out: there is no build (npm run build)');
	const server = await serve();
	try {
		/** @type {Record<string, { first: number, all: number }[]>} */
		const times = {};
		/** @param {string} label @param {{ first: number, all: number }} time */
		const note = (label, time) => (times[label] ??= []).push(time);
		for (let round = 0; round < rounds; round++) {
			const { page, close } = await open(browser, server.url);
			note('folded, Graphviz still to load', await timeToGraph(page, graphTab, 10));
			await page.getByRole('tab', { name: 'Network', exact: true }).click();
			note('folded, Graphviz running', await timeToGraph(page, graphTab, 10));
			const folded = await nodesOf(page);
			note('unfolded, Graphviz running', await timeToGraph(page, unfoldAll, 500));
			if (round === 0) {
				console.log(`  drawn nodes: ${folded} folded, ${await nodesOf(page)} unfolded`);
				console.log(`\n  ${'milliseconds to'.padEnd(36)}first nodes              all nodes`);
			}
			await close();
			// Unfolded at first sight, as one has left it.
			const again = await open(browser, server.url);
			await timeToGraph(again.page, graphTab, 10);
			await timeToGraph(again.page, unfoldAll, 500);
			await again.page.getByRole('tab', { name: 'Network', exact: true }).click();
			note('unfolded at once, Graphviz running', await timeToGraph(again.page, graphTab, 500));
			await again.close();
		}
		for (const [label, found] of Object.entries(times)) {
			const [first, all] = [found.map((time) => time.first), found.map((time) => time.all)];
			console.log(`  ${label.padEnd(36)}${spread(first)}${spread(all)}`);
		}
		await measureRefreshes(browser, server.url);
	} finally {
		await server.close();
	}
}

/** Comes near until the numbers can be read. @param {Page} page */
async function comeNear(page) {
	for (let presses = 0; presses < 30; presses++) {
		if ((await page.getByTestId('graph').getAttribute('data-detail')) === 'near') return;
		await page.getByRole('button', { name: 'Zoom in' }).click();
		await page.waitForTimeout(350);
	}
}

/**
 * @param {import('playwright').Browser} browser
 * @param {string} url
 */
async function measureRefreshes(browser, url) {
	console.log(
		`\n  while training at full speed       refreshes a second (aim ${aims.refreshes})   longest task (aim below ${aims.task} ms)`
	);
	for (const rate of [1, 4]) {
		console.log(rate === 1 ? '' : `\n  with the processor ${rate} times slower`);
		for (const [label, unfolded, near] of /** @type {const} */ ([
			['folded, all in sight', false, false],
			['folded, near enough to read', false, true],
			['unfolded, all in sight', true, false],
			['unfolded, near enough to read', true, true]
		])) {
			const { page, close } = await open(browser, url);
			await timeToGraph(page, graphTab, 10);
			if (unfolded) await timeToGraph(page, unfoldAll, 500);
			if (near) await comeNear(page);
			await page.getByRole('button', { name: 'Play', exact: true }).click();
			// A run sets out slowly; this is past that.
			await page.waitForTimeout(3000);
			const session = await page.context().newCDPSession(page);
			await session.send('Emulation.setCPUThrottlingRate', { rate });
			await page.waitForTimeout(1000);
			const { refreshes, longest } = await watch(page);
			const task = longest === 0 ? 'below 50 ms' : `${longest.toFixed(0)} ms`;
			const enough = Math.round(refreshes) >= aims.refreshes;
			console.log(
				`  ${label.padEnd(34)}${refreshes.toFixed(1).padStart(8)} ${verdict(enough).padEnd(26)}${task} ${verdict(longest < aims.task)}`
			);
			await close();
		}
	}
}
