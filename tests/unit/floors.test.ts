import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

/** Which floor each folder of src/lib is on: imports point down, or stay on their floor. */
const floors: Record<string, number> = {
	math: 0,
	random: 0,
	engine: 1,
	nn: 2,
	optim: 2,
	compile: 3,
	data: 4,
	experiment: 5,
	training: 6,
	explain: 6,
	worker: 7,
	state: 8,
	components: 9,
	charts: 9
};
const routesFloor = 10;

const source = fileURLToPath(new URL('../../src', import.meta.url));
const library = join(source, 'lib');
/** The service worker is a house of its own: it shares no code with the page, whose failure it must outlast. */
const serviceWorker = join(source, 'service-worker');

/** What a file imports or re-exports, for types too, and what it loads by a literal import() or new URL(). */
function importsOf(file: string, text: string): string[] {
	const scripts = file.endsWith('.svelte')
		? [...text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map((match) => match[1]!)
		: [text];
	const found: string[] = [];
	for (const script of scripts) {
		const visit = (node: ts.Node): void => {
			const specifier =
				ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
					? node.moduleSpecifier
					: ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)
						? node.argument.literal
						: ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword
							? node.arguments[0]
							: ts.isNewExpression(node) && node.expression.getText() === 'URL'
								? node.arguments?.[0]
								: undefined;
			if (specifier !== undefined && ts.isStringLiteralLike(specifier)) found.push(specifier.text);
			ts.forEachChild(node, visit);
		};
		visit(ts.createSourceFile('file.ts', script, ts.ScriptTarget.Latest, true));
	}
	return found;
}

/** The floor of a path below src, or a sentence about what is wrong with it. */
function floorOf(path: string): number | string {
	const [top, folder] = relative(source, path).split(sep);
	if (top === 'routes') return routesFloor;
	if (top !== 'lib' || folder === undefined) return `${path} is outside src/lib and src/routes`;
	return floors[folder] ?? `src/lib/${folder} is on no floor`;
}

/** The file of this project that an import names; undefined for a package. */
function targetOf(file: string, specifier: string): string | undefined {
	if (/^\$lib(\/|$)/.test(specifier)) return join(library, specifier.slice('$lib'.length));
	return specifier.startsWith('.') ? normalize(join(dirname(file), specifier)) : undefined;
}

/** What is wrong with the imports of one file: a sentence each. */
function complaints(file: string, text: string): string[] {
	const imports = importsOf(file, text);
	if (dirname(file) === serviceWorker) {
		return imports
			.filter((specifier) => dirname(targetOf(file, specifier) ?? '') !== serviceWorker)
			.map((specifier) => `${relative(source, file)} imports ${specifier}`);
	}
	const floor = floorOf(file);
	if (typeof floor === 'string') return [floor];
	return imports.flatMap((specifier) => {
		const target = targetOf(file, specifier);
		// A style sheet or another asset beside the floors is no code.
		if (target === undefined || (dirname(target) === source && /\.css$/.test(target))) return [];
		const other = floorOf(target);
		if (typeof other === 'string') return [`${relative(source, file)}: ${other}`];
		return other > floor
			? [`${relative(source, file)} (floor ${floor}) imports ${specifier} (floor ${other})`]
			: [];
	});
}

function filesBelow(folder: string): string[] {
	return readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile() && /\.(ts|js|svelte)$/.test(entry.name))
		.map((entry) => join(entry.parentPath, entry.name));
}

describe('the floors', () => {
	const files = [library, join(source, 'routes'), serviceWorker].flatMap(filesBelow);

	it('have imports that point down only', () => {
		expect(files.length).toBeGreaterThan(20);
		const found = files.flatMap((file) => complaints(file, readFileSync(file, 'utf8')));
		expect(found).toEqual([]);
	});

	it('hold every folder of src/lib', () => {
		const folders = readdirSync(library, { withFileTypes: true }).filter((entry) =>
			entry.isDirectory()
		);
		expect(folders.map((entry) => entry.name).filter((name) => !(name in floors))).toEqual([]);
	});
});

describe('the rule', () => {
	const inEngine = join(library, 'engine', 'some.ts');
	const inPage = join(source, 'routes', 'lab', '+page.svelte');

	it.each([
		`import { Trainer } from '../training/trainer';`,
		`import type { Trainer } from '$lib/training/trainer';`,
		`export { Trainer } from '../training/trainer';`,
		`export * from '$lib/nn/mlp';`,
		`import '../training/trainer';`,
		`const { Trainer } = await import('../training/trainer');`,
		'const { Trainer } = await import(`../training/trainer`);',
		`type T = import('../training/trainer').Trainer;`,
		`new Worker(new URL('../worker/training.worker.ts', import.meta.url));`,
		`import Page from '../../routes/+page.svelte';`,
		`import { x } from '../unknown/x';`,
		`import { x } from '$lib/x';`,
		`import { x } from '../../x';`
	])('sees %s', (text) => {
		expect(complaints(inEngine, text)).toHaveLength(1);
	});

	it.each([
		`import { exp } from '../math/exp';`,
		`import { ops } from './ops';`,
		`import * as Comlink from 'comlink';`,
		`// import { Trainer } from '../training/trainer';`,
		`const text = "import { Trainer } from '../training/trainer';";`
	])('allows %s', (text) => {
		expect(complaints(inEngine, text)).toEqual([]);
	});

	it('lets the service worker import only what is beside it, and nobody else import it', () => {
		const inWorker = join(serviceWorker, 'index.ts');
		expect(complaints(inWorker, `import { verified } from './files';`)).toEqual([]);
		expect(complaints(inWorker, `import { exp } from '$lib/math/exp';`)).toHaveLength(1);
		expect(complaints(inWorker, `import { openDB } from 'idb';`)).toHaveLength(1);
		expect(
			complaints(inEngine, `import { verified } from '../../service-worker/files';`)
		).toHaveLength(1);
	});

	it('reads the scripts of components, and refuses files on no floor', () => {
		const script = (text: string) => `<script lang="ts">\n${text}\n</script>\n<p>import</p>`;
		expect(complaints(inPage, script(`import { Lab } from '$lib/state/lab.svelte';`))).toEqual([]);
		const component = join(library, 'components', 'Plot.svelte');
		expect(
			complaints(component, script(`import Page from '../../routes/+page.svelte';`))
		).toHaveLength(1);
		expect(complaints(join(library, 'utils', 'x.ts'), '')).toHaveLength(1);
		expect(complaints(join(library, 'x.ts'), '')).toHaveLength(1);
	});
});
