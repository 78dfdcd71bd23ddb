import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';

/** @param {string} path @param {(text: string) => string} change */
function rewrite(path, change) {
	writeFileSync(path, change(readFileSync(path, 'utf8')));
}

/** @param {string | Buffer} content */
const integrityOf = (content) => `sha256-${createHash('sha256').update(content).digest('base64')}`;

/** Has the service worker of a build expect the files that are there now. @param {string} directory */
function renewHashes(directory) {
	rewrite(join(directory, 'sw.js'), (text) =>
		text.replace(
			/("integrity":")[^"]*(","revision":null,"url":"([^"]*)")/g,
			(...[, start, rest, url]) => {
				const file = url.endsWith('/') ? `${url}index.html` : url;
				return start + integrityOf(readFileSync(join(directory, file))) + rest;
			}
		)
	);
}

/**
 * Makes the build in a folder a newer edition, as another build of a changed source is: the pages say so in
 * `data-edition`, and no file whose name tells its content is there any longer by its former name.
 * @param {string} directory
 * @param {string} [edition] its name
 */
export function publishNext(directory, edition = 'next') {
	const files = readdirSync(directory, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name));
	const hashed = files.filter((path) => relative(directory, path).split(sep).includes('immutable'));
	/** @type {Map<string, string>} */
	const names = new Map(
		hashed.map((path) => {
			const name = basename(path);
			return [name, name.replace(/(~\w+)?(\.\w+)$/, `~${edition}$2`)];
		})
	);
	const former = [...names.keys()].map((name) => name.replaceAll('.', '\\.')).join('|');
	const references = new RegExp(`(?<![\\w-])(${former})`, 'g');
	for (const path of files.filter((path) => /\.(js|css|html)$/.test(path))) {
		rewrite(path, (text) => text.replace(references, (name) => String(names.get(name))));
	}
	for (const path of hashed) {
		renameSync(path, join(dirname(path), String(names.get(basename(path)))));
	}
	for (const page of ['index.html', join('inside', 'index.html')]) {
		rewrite(join(directory, page), (text) => {
			const [, script = ''] = /<script>([^]*?)<\/script>/.exec(text) ?? [];
			return text
				.replace(
					/<html lang="en"( data-edition="[^"]*")?/,
					`<html lang="en" data-edition="${edition}"`
				)
				.replace(/(script-src [^;]*)'sha256-[^']*'/, `$1'${integrityOf(script)}'`);
		});
	}
	rewrite(join(directory, '_app', 'version.json'), () => JSON.stringify({ version: edition }));
	renewHashes(directory);
}
