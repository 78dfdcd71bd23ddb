/**
 * `npm run bench`: steps a second of the machine beside its own alternatives and its peers, in node and in a worker of a
 * Chromium. Nothing here is a test. `-- --quick` looks at the case with the aims only.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import sirv from 'sirv';
import { build } from 'vite';
import { buildMachine } from '../../src/lib/compile/machine/build.mjs';
import { ensureBrowser, launchOptions } from '../support/browser.mjs';
import { measureGraph } from './graph.mjs';
import { measurePage } from './page.mjs';

const here = fileURLToPath(new URL('./', import.meta.url));
const quick = process.argv.includes('--quick');
const peers = ['@tensorflow/tfjs', '@tensorflow/tfjs-backend-wasm', 'brain.js'];
const installed = peers.filter((name) => existsSync(`${here}node_modules/${name}`));
const wasmFolder = 'node_modules/@tensorflow/tfjs-backend-wasm/dist/';

/**
 * @param {string} entry
 * @param {string[]} external
 */
async function bundle(entry, external) {
	await build({
		configFile: false,
		root: here,
		logLevel: 'error',
		build: {
			outDir: `${here}build`,
			emptyOutDir: false,
			target: 'es2022',
			lib: { entry: `${here}${entry}.ts`, formats: ['es'], fileName: entry },
			rolldownOptions: { external }
		}
	});
}

/** @typedef {import('./measure').CaseResult} CaseResult */

/** @param {number[]} values */
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;

/** @param {number[]} values */
function spread(values) {
	const sorted = values.toSorted((a, b) => a - b);
	return `${Math.round(sorted[0] ?? NaN)} to ${Math.round(sorted.at(-1) ?? NaN)}`;
}

/**
 * @param {string} title
 * @param {Record<string, number[]>} rates
 */
function printTable(title, rates) {
	const own = rates['machine'] ?? [];
	console.log(`\n  ${title.padEnd(22)}${'median'.padStart(9)}   ${'spread'.padEnd(20)}machine is`);
	for (const [name, values] of Object.entries(rates)) {
		const middle = median(values);
		// Round by round, since the speed of a busy computer drifts.
		const times = median(values.map((value, round) => (own[round] ?? NaN) / value));
		const ratio = name === 'machine' ? '' : `${times.toFixed(1)} times as fast`;
		const digits = middle < 10 ? 2 : 0;
		console.log(
			`  ${name.padEnd(22)}${middle.toFixed(digits).padStart(9)}   ${spread(values).padEnd(20)}${ratio}`
		);
	}
}

/**
 * @param {string} where
 * @param {CaseResult[]} results
 */
function print(where, results) {
	console.log(`\n=== ${where} ===`);
	for (const { name, steps, pictures, losses, firstStep, absent } of results) {
		console.log(`\n${name}`);
		printTable('steps a second', steps);
		printTable('heatmaps a second', pictures);
		console.log(`  from network to first step: ${median(firstStep).toFixed(1)} ms`);
		console.log(
			`  loss of the first batch: ${Object.entries(losses)
				.map(([who, loss]) => `${who} ${loss.toPrecision(6)}`)
				.join(', ')}`
		);
		for (const [who, why] of Object.entries(absent))
			console.log(`  left out: ${who} (${why.split('\n')[0]})`);
	}
}

const settings = { rounds: 15, milliseconds: 40, cases: quick ? 1 : Infinity };
await buildMachine();
await bundle('measure', peers);
await bundle(
	'worker',
	peers.filter((name) => !installed.includes(name))
);
const machine = readFileSync(
	new URL('../../src/lib/compile/machine/machine.wasm', import.meta.url)
);

/** @type {typeof import('./measure')} */
const { measure, prices, stepperTimes } = await import(
	new URL('build/measure.js', import.meta.url).href
);
console.log(
	'\n=== eager Value in node: nanoseconds for a node with its leaves, and for a backward pass from it'
);
for (const { name, forward, backward } of prices(settings.rounds)) {
	const [make, pass] = [forward, backward].map(
		(values) => `${median(values).toFixed(0).padStart(5)}   ${spread(values).padEnd(12)}`
	);
	console.log(`  ${name.padEnd(10)}${make}${pass}`);
}
const { microSteps, ...stepping } = stepperTimes(settings.rounds);
console.log(
	`\n=== stepping through 2-16-16-1 in node: ${microSteps.toLocaleString('en-US')} micro-steps a training step of one sample, 100 samples a batch`
);
const stepLabels = {
	forth: ['a micro-step, in ns', 0],
	back: ['the same taken back, in ns', 0],
	sampleStep: ['an eager step on one sample, with its loss before and after, in ms', 2],
	batchStep: ['an eager step on the batch, with its loss before and after, in ms', 2]
};
for (const [name, [label, digits]] of Object.entries(stepLabels)) {
	const values = stepping[/** @type {keyof typeof stepping} */ (name)];
	const [least, middle, most] = [Math.min(...values), median(values), Math.max(...values)].map(
		(value) => value.toFixed(Number(digits))
	);
	console.log(`  ${String(label).padEnd(78)}${middle?.padStart(7)}   ${least} to ${most}`);
}
print(
	`node ${process.version}`,
	await measure({
		...settings,
		machine: machine.buffer.slice(machine.byteOffset, machine.byteOffset + machine.length),
		wasmFolder: `${here}${wasmFolder}`
	})
);

ensureBrowser();
const serve = sirv(here, { dev: true });
const server = createServer((request, response) => {
	if (request.url !== '/') return serve(request, response);
	response.setHeader('content-type', 'text/html');
	response.end('<!doctype html><title>bench</title>');
});
await new Promise((resolve) => server.listen(0, () => resolve(undefined)));
const address = server.address();
const origin = `http://localhost:${typeof address === 'object' ? address?.port : 0}/`;
const browser = await chromium.launch(launchOptions());
try {
	const page = await browser.newPage();
	await page.goto(origin);
	/** @param {object} message */
	const ask = async (message) => {
		const answer = await page.evaluate(
			async ({ bytes, ...rest }) => {
				const worker = new Worker('/build/worker.js', { type: 'module' });
				const machine = Uint8Array.from(bytes).buffer;
				const answered = new Promise((resolve, reject) => {
					worker.onmessage = (event) => resolve(event.data);
					worker.onerror = (event) => reject(new Error(event.message));
				});
				worker.postMessage({ ...rest, machine });
				return answered.finally(() => worker.terminate());
			},
			{ ...message, bytes: [...machine] }
		);
		if (answer.error) throw new Error(answer.error);
		return answer.results;
	};
	const results = await ask({
		...settings,
		cases: quick ? 1 : 1000,
		wasmFolder: origin + wasmFolder
	});
	print(`a worker of Chromium ${browser.version()}`, results);
	await measurePage(browser, () => ask({ trainer: true }));
	await measureGraph(browser);
} finally {
	await browser.close();
	server.close();
}
