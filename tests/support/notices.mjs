/**
 * THIRD-PARTY-NOTICES.txt: the licenses of everything whose code reaches the browser, as the build
 * itself reports it. After a build, `node tests/support/notices.mjs` writes the file and
 * `node tests/support/notices.mjs --check` fails if it is out of date.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const project = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const record = join(project, '.svelte-kit', 'bundled-packages.json');
const noticesFile = 'THIRD-PARTY-NOTICES.txt';

/**
 * What is compiled into a package beside its own code.
 * @type {Record<string, string>}
 */
const within = {
	'@viz-js/viz':
		'It contains Graphviz (https://graphviz.org), under the Eclipse Public License 2.0\n' +
		'(https://www.eclipse.org/legal/epl-2.0/), whose source is at https://gitlab.com/graphviz/graphviz,\n' +
		'and Expat (https://libexpat.github.io), under the MIT license, Copyright (c) 1998-2000\n' +
		'Thai Open Source Software Center Ltd and Clark Cooper, Copyright (c) 2001-2026 Expat maintainers.'
};

/**
 * The package that a module belongs to, also for the helpers that the bundler adds by itself.
 * @param {string} id
 * @returns {string | undefined} undefined for our own modules
 */
function packageOf(id) {
	const [, helper] = /^\0(vite|rolldown)\b/.exec(id) ?? [];
	if (helper !== undefined) return helper;
	const path = id.replaceAll('\\', '/');
	const start = path.lastIndexOf('/node_modules/');
	return /^\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path.slice(start))?.[1];
}

/**
 * A plugin that notes which packages are bundled for the browser, workers included, and puts the
 * licenses beside the app.
 * @returns {{ main: import('vite').Plugin, worker: import('vite').Plugin }}
 */
export function recordPackages() {
	/** @type {Set<string>} */
	const found = new Set();
	/** @param {import('vite').Rolldown.OutputBundle} bundle */
	const note = (bundle) => {
		for (const output of Object.values(bundle)) {
			if (output.type !== 'chunk') continue;
			for (const [id, { renderedLength }] of Object.entries(output.modules)) {
				const name = renderedLength > 0 ? packageOf(id) : undefined;
				if (name !== undefined) found.add(name);
			}
		}
	};
	return {
		main: {
			name: 'record-packages',
			apply: 'build',
			generateBundle(_options, bundle) {
				if (this.environment.config.consumer !== 'client') return;
				note(bundle);
				mkdirSync(dirname(record), { recursive: true });
				writeFileSync(record, JSON.stringify([...found].sort(), null, '\t'));
				for (const file of ['LICENSE', noticesFile]) {
					const source = readFileSync(join(project, file), 'utf8');
					const fileName = file.endsWith('.txt') ? file : `${file}.txt`;
					this.emitFile({ type: 'asset', fileName, source });
				}
			}
		},
		worker: {
			name: 'record-worker-packages',
			generateBundle(_options, bundle) {
				note(bundle);
			}
		}
	};
}

/**
 * @param {string} name
 * @returns {string} the package's section
 * @throws {Error} if its license cannot be told
 */
function section(name) {
	const folder = join(project, 'node_modules', name);
	const { version, license, author } = JSON.parse(
		readFileSync(join(folder, 'package.json'), 'utf8')
	);
	if (typeof license !== 'string') throw new Error(`${name} does not name its license.`);
	const file = readdirSync(folder).find((entry) => /^licen[cs]e(\.|$)/i.test(entry));
	const by = typeof author === 'string' ? author : author?.name;
	const text =
		file === undefined
			? `Published under the ${license} license${by ? ` by ${by}` : ''}, without a license file.`
			: // What a package bundles for itself is told apart from its own license by a heading.
				readFileSync(join(folder, file), 'utf8').split(/^#+ .*bundled dependencies/im)[0];
	const parts = [(text ?? '').trim().replaceAll('\r\n', '\n'), within[name]];
	return `${name} ${version} (${license})\n\n${parts.filter(Boolean).join('\n\n')}\n`;
}

/** @returns {string} the whole file, for what the last build bundled */
function notices() {
	/** @type {string[]} */
	const packages = JSON.parse(readFileSync(record, 'utf8'));
	const rule = `\n${'-'.repeat(80)}\n\n`;
	const opening = 'Sketchgrad contains code of these packages, each under its own license.\n';
	return [opening, ...packages.map(section)].join(rule);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
	const path = join(project, noticesFile);
	const text = notices();
	if (!process.argv.includes('--check')) {
		writeFileSync(path, text);
	} else if (readFileSync(path, 'utf8') !== text) {
		console.error(`${noticesFile} is out of date: run npm run notices.`);
		process.exitCode = 1;
	} else {
		console.log(`${noticesFile} is up to date.`);
	}
}
