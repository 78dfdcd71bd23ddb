import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sveltekit } from '@sveltejs/kit/vite';
import { SvelteKitPWA } from '@vite-pwa/sveltekit';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { buildMachine } from './src/lib/compile/machine/build.mjs';
import { manifest } from './src/manifest.ts';
import { launchOptions } from './tests/support/browser.mjs';
import { recordPackages } from './tests/support/notices.mjs';

const testing = process.env['VITEST'] !== undefined;

const packages = recordPackages();

// Every command that bundles or tests needs the machine; it is compiled when its sources have changed.
await buildMachine();

/**
 * The chunk of what the playground shows first, which is small as a whole: pieces that pages share compress badly one by
 * one. What only other pages import stays out.
 */
function firstChunk(id: string, infoOf: (id: string) => { importers: readonly string[] } | null) {
	const seen = new Set<string>();
	const isFirst = (module: string): boolean => {
		if (seen.has(module)) return false;
		seen.add(module);
		if (/\/src\/routes\/\+(page|layout)\.svelte$/.test(module)) return true;
		return infoOf(module)?.importers.some(isFirst) ?? false;
	};
	return isFirst(id) ? 'first' : null;
}

/** What the service worker stores: each file's address as a host serves it, and the hash of its content. */
function listFiles(found: readonly { url: string; size: number }[]) {
	const manifest = found.map(({ url, size }) => ({
		url:
			url.replace(/^(client|prerendered\/pages)\//, '').replace(/(^|\/)index\.html$/, '$1') || './',
		integrity: `sha256-${createHash('sha256')
			.update(readFileSync(join('.svelte-kit', 'output', url)))
			.digest('base64')}`,
		revision: null,
		size
	}));
	return { manifest };
}

const components = 'tests/unit/components/**/*.svelte.test.ts';

export default defineConfig({
	plugins: [
		sveltekit(),
		packages.main,
		// Every address is relative, so that one build is installable and works offline at any path.
		!testing &&
			SvelteKitPWA({
				registerType: 'prompt',
				injectRegister: false,
				base: './',
				scope: './',
				manifest,
				kit: { includeVersionFile: true },
				strategies: 'injectManifest',
				filename: 'sw.js',
				injectManifest: {
					globPatterns: [
						'client/**/*.{js,css,wasm,json,svg,png,ico,webmanifest,txt}',
						'prerendered/**/*.{html,json}'
					],
					// The browser fetches these itself, when it offers to install.
					globIgnores: ['server/**', '**/*.map', 'client/screenshots/**'],
					maximumFileSizeToCacheInBytes: 8 * 1024 * 1024,
					manifestTransforms: [listFiles]
				}
			})
	],
	build: {
		rolldownOptions: {
			output: {
				codeSplitting: {
					groups: [
						{ name: (id, context) => firstChunk(id, (module) => context.getModuleInfo(module)) }
					]
				}
			}
		}
	},
	worker: { format: 'es', plugins: () => [packages.worker] },
	// Svelte's rune classes and its runtime must be the browser's in tests too: the server's are inert.
	...(testing ? { resolve: { conditions: ['browser'] } } : {}),
	test: {
		projects: [
			{
				extends: true,
				test: {
					name: 'unit',
					environment: 'node',
					// Thousands of random cases take as long as they take.
					testTimeout: 120_000,
					include: ['tests/unit/**/*.test.ts'],
					exclude: [components]
				}
			},
			{
				extends: true,
				test: {
					name: 'attack',
					environment: 'node',
					// The long form is long.
					testTimeout: 1_200_000,
					include: ['tests/attack/**/*.test.ts']
				}
			},
			{
				extends: true,
				test: {
					name: 'engines',
					environment: 'node',
					testTimeout: 180_000,
					hookTimeout: 120_000,
					include: ['tests/engines/**/*.test.ts']
				}
			},
			{
				extends: true,
				test: {
					name: 'component',
					include: [components],
					browser: {
						enabled: true,
						headless: true,
						screenshotFailures: false,
						provider: playwright({ launchOptions: testing ? launchOptions() : {} }),
						instances: [{ browser: 'chromium' }]
					}
				}
			}
		]
	}
});
