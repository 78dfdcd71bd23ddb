/**
 * `npm run test:attack`: the long form of every attack in tests/attack, and a table of what they saw. The soak, which
 * mostly waits, runs beside the rest. `ATTACK_SEED` repeats a run.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBrowser } from '../support/browser.mjs';

const project = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'sketchgrad-attack-'));
const rows = join(folder, 'rows.jsonl');
const seed = process.env['ATTACK_SEED'] ?? String(Math.floor(Math.random() * 2 ** 31));
const env = { ...process.env, ATTACK: 'long', ATTACK_SEED: seed, ATTACK_ROWS: rows };

/**
 * @param {string} command of the project's own tools
 * @returns {Promise<boolean>} whether it succeeded
 */
function run(command) {
	console.log(`\n> ${command}`);
	const child = spawn(command, { cwd: project, shell: true, stdio: 'inherit', env });
	return new Promise((resolve) => {
		child.on('error', () => resolve(false));
		child.on('close', (code) => resolve(code === 0));
	});
}

/** @param {string} selection what of the attacks in the browser, as Playwright's options */
const inBrowser = (selection) =>
	run(
		`playwright test --project=attack --workers=1 --reporter=list --output=test-results/${selection.includes('invert') ? 'rest' : 'soak'} ${selection}`
	);

ensureBrowser();
console.log(`ATTACK_SEED=${seed}`);
const built = await run('npm run build');
const soak = inBrowser('--grep=@soak');
const units = await run('vitest run --project=attack');
const rest = await inBrowser('--grep-invert=@soak');
const passed = [built, units, rest, await soak].every(Boolean);

const lines = existsSync(rows) ? readFileSync(rows, 'utf8').trim().split('\n') : [];
console.log();
console.table(lines.filter(Boolean).map((line) => JSON.parse(line)));
console.log(passed ? 'The attack found nothing.' : 'The attack found something: see above.');
rmSync(folder, { recursive: true, force: true });
process.exitCode = passed ? 0 : 1;
