import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const source = fileURLToPath(new URL('../../../src/', import.meta.url));

/** A weight above 500 that a font lacks becomes bold, so each is one of the nine that fonts are made in. */
it('font weights are those that fonts have', () => {
	const files = readdirSync(source, { recursive: true, encoding: 'utf8' });
	const weights = files
		.filter((file) => /\.(css|svelte|ts)$/.test(file))
		.flatMap((file) => {
			const text = readFileSync(join(source, file), 'utf8');
			const found = text.matchAll(/\bfont(?:-weight)?'?:\s*(\d+)(?=[\s;,])/g);
			return Array.from(found, ([, weight]) => `${file}: ${weight!}`);
		});
	expect(weights.length).toBeGreaterThan(30);
	expect(weights.filter((weight) => !/: [1-9]00$/.test(weight))).toEqual([]);
});
