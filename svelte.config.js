import adapter from '@sveltejs/adapter-static';

/** The style attribute of the element with which kit announces a navigation to screen readers. */
const announcerStyle = 'sha256-S8qMpvofolR8Mpjy4kQvEm7m1q8clzU4dfDH0AmvZjo=';

/** @type {import('@sveltejs/kit').Config} */
export default {
	compilerOptions: { runes: true },
	vitePlugin: {
		// Unit tests run where there is no page; rune classes must still be reactive there.
		dynamicCompileOptions: () => (process.env['VITEST'] ? { generate: 'client' } : undefined)
	},
	kit: {
		adapter: adapter(),
		// Relative paths and hash-free assets let one build work at any path of any static host.
		paths: { relative: true },
		serviceWorker: { register: false },
		typescript: {
			config: (config) => {
				config.include.push('../tests/**/*.mjs', '../*.config.js', '../*.config.ts');
				// AssemblyScript, which is another language, and what has its own package.json.
				config.exclude.push('../src/lib/compile/machine/*.ts', '../tests/bench/**');
			}
		},
		csp: {
			mode: 'hash',
			directives: {
				'default-src': ['none'],
				'script-src': ['self', 'wasm-unsafe-eval'],
				'worker-src': ['self', 'blob:'],
				'style-src': ['self', 'unsafe-hashes', announcerStyle],
				'connect-src': ['self'],
				'manifest-src': ['self'],
				'img-src': ['self', 'data:', 'blob:'],
				'base-uri': ['none'],
				'form-action': ['none']
			}
		}
	}
};
