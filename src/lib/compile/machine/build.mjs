/**
 * Compiles the machine to WebAssembly, if its sources have changed since. Whatever runs vite runs this first, and it is a
 * program as well.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import asc from 'assemblyscript/asc';
import { translateOperations } from './translate.mjs';

const here = new URL('./', import.meta.url);
const wasm = fileURLToPath(new URL('machine.wasm', here));
const stamp = fileURLToPath(new URL('machine.wasm.stamp', here));
const sources = ['machine.ts', 'dense.ts', 'dot.ts', 'primitives.ts', 'fields.ts'];

const options = [
	'-O3',
	'--noAssert',
	'--converge',
	'--enable=simd',
	'--runtime=stub',
	'--use=abort=',
	'--importMemory',
	'--initialMemory=1'
];

/**
 * @returns {Promise<boolean>} whether it was compiled
 * @throws {Error} with the compiler's own words if it cannot be
 */
export async function buildMachine() {
	const operations = translateOperations(fileURLToPath(new URL('../../engine/ops.ts', here)));
	/** @type {Map<string, string>} */
	const files = new Map(
		sources.map((name) => [name, readFileSync(fileURLToPath(new URL(name, here)), 'utf8')])
	);
	files.set('operations.ts', operations.text);
	const own = readFileSync(fileURLToPath(import.meta.url), 'utf8');
	const sum = createHash('sha256')
		.update(JSON.stringify([own, ...files]))
		.digest('hex');
	if (existsSync(wasm) && existsSync(stamp) && readFileSync(stamp, 'utf8') === sum) return false;

	/** @type {Uint8Array | null} */
	let bytes = null;
	const { error, stderr } = await asc.main(['machine.ts', '--outFile=machine.wasm', ...options], {
		readFile: (name) => files.get(name) ?? null,
		writeFile: (name, contents) => {
			if (name === 'machine.wasm') bytes = /** @type {Uint8Array} */ (contents);
		},
		listFiles: () => []
	});
	if (error || !bytes) throw new Error(`The machine does not compile.\n${stderr.toString()}`);
	writeFileSync(wasm, bytes);
	writeFileSync(stamp, sum);
	return true;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await buildMachine();
