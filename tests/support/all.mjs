/**
 * `npm test`: every check and every test of the project, one after the other, whatever fails; the
 * last line counts them all.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBrowser, findFirefox, findWebKit } from './browser.mjs';

/** @typedef {{ passed: number, failed: number }} Count */

const project = fileURLToPath(new URL('../../', import.meta.url));
const reports = mkdtempSync(join(tmpdir(), 'sketchgrad-'));
const vitestReport = join(reports, 'vitest.json');
const playwrightReport = join(reports, 'playwright.json');

/** @type {({ name: string } & Count)[]} */
const results = [];

/**
 * @param {string} command of the project's own tools, found as npm finds them
 * @param {Record<string, string>} [environment]
 * @returns {Promise<boolean>} whether it succeeded
 */
function run(command, environment = {}) {
	console.log(`\n> ${command}`);
	const env = { ...process.env, ...environment };
	const child = spawn(command, { cwd: project, shell: true, stdio: 'inherit', env });
	return new Promise((resolve) => {
		child.on('error', () => resolve(false));
		child.on('close', (code) => resolve(code === 0));
	});
}

/**
 * A failing exit with nothing counted as failed is itself a failure, and so is a run of no tests.
 * @param {boolean} succeeded
 * @param {() => Count} read
 * @returns {Count}
 */
function count(succeeded, read) {
	try {
		const { passed, failed } = read();
		return { passed, failed: failed === 0 && (!succeeded || passed === 0) ? 1 : failed };
	} catch {
		return { passed: 0, failed: 1 };
	}
}

/**
 * @param {string} name
 * @param {Promise<boolean>} check
 */
async function single(name, check) {
	const succeeded = await check;
	results.push({ name, passed: Number(succeeded), failed: Number(!succeeded) });
	return succeeded;
}

/** @returns {Promise<boolean>} whether there is a browser to test in */
async function prepareBrowser() {
	try {
		console.log(`Testing in ${ensureBrowser()}`);
		return true;
	} catch (error) {
		console.error(error instanceof Error ? error.message : error);
		return false;
	}
}

/**
 * @param {string} name
 * @param {readonly string[]} projects of Vitest
 */
async function inVitest(name, projects) {
	const selection = projects.map((project) => `--project=${project}`).join(' ');
	const succeeded = await run(
		`vitest run ${selection} --reporter=default --reporter=json --outputFile.json="${vitestReport}"`
	);
	const { passed, failed } = count(succeeded, () => {
		const report = JSON.parse(readFileSync(vitestReport, 'utf8'));
		// A file that cannot even be loaded holds no tests that could fail.
		const broken = report.testResults.filter(
			(/** @type {{ status: string, assertionResults: unknown[] }} */ file) =>
				file.status === 'failed' && file.assertionResults.length === 0
		);
		return { passed: report.numPassedTests, failed: report.numFailedTests + broken.length };
	});
	results.push({ name, passed, failed });
}

/** What has no other engine to test in is named, and is no failure. */
async function otherEngines() {
	const found = { Firefox: findFirefox(), WebKit: findWebKit() };
	const missing = Object.entries(found).flatMap(([name, path]) => (path ? [] : [name]));
	const skipped = missing.map((name) => `${name}: not found, skipped`).join('; ');
	const name = `other engines${skipped && ` (${skipped})`}`;
	if (missing.length < Object.keys(found).length) await inVitest(name, ['engines']);
	else results.push({ name, passed: 0, failed: 0 });
}

async function endToEnd() {
	const succeeded = await run('playwright test --reporter=list,json', {
		PLAYWRIGHT_JSON_OUTPUT_FILE: playwrightReport
	});
	const { passed, failed } = count(succeeded, () => {
		const { stats, errors } = JSON.parse(readFileSync(playwrightReport, 'utf8'));
		return { passed: stats.expected, failed: stats.unexpected + stats.flaky + errors.length };
	});
	results.push({ name: 'end-to-end tests', passed, failed });
}

await single('lint', run('npm run lint'));
await single('format', run('prettier --check .'));
await single('types', run('npm run check'));
await single('unused code', run('knip'));
const inBrowser = await single('browser', prepareBrowser());
await inVitest('unit and component tests', ['unit', 'attack', ...(inBrowser ? ['component'] : [])]);
const built = await single('build', run('npm run build'));
await single(
	'notices',
	built ? run('node tests/support/notices.mjs --check') : Promise.resolve(false)
);
if (built && inBrowser) await endToEnd();
else results.push({ name: 'end-to-end tests (not run)', passed: 0, failed: 1 });
if (built && inBrowser) await otherEngines();
else results.push({ name: 'other engines (not run)', passed: 0, failed: 1 });
rmSync(reports, { recursive: true, force: true });

console.log();
for (const { name, passed, failed } of results) {
	console.log(`${failed === 0 ? 'ok    ' : 'FAILED'} ${name}: ${passed} of ${passed + failed}`);
}
const passed = results.reduce((sum, result) => sum + result.passed, 0);
const failed = results.reduce((sum, result) => sum + result.failed, 0);
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
