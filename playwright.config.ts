import { defineConfig } from '@playwright/test';
import { launchOptions } from './tests/support/browser.mjs';

export default defineConfig({
	outputDir: 'test-results',
	fullyParallel: true,
	forbidOnly: process.env['CI'] !== undefined,
	// A test that passes on the second try has found something: there is no second try.
	retries: 0,
	workers: 2,
	timeout: 60_000,
	expect: { timeout: 15_000 },
	reporter: 'list',
	projects: [
		{ name: 'e2e', testDir: 'tests/e2e' },
		{ name: 'attack', testDir: 'tests/attack', testMatch: '*.spec.ts' }
	],
	use: {
		browserName: 'chromium',
		viewport: { width: 1280, height: 800 },
		// A trace of every test costs a third of the time: --trace retain-on-failure records those that are looked into.
		trace: 'off',
		launchOptions: launchOptions()
	}
});
