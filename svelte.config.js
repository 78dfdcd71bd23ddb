import adapter from '@sveltejs/adapter-static';

/** @type {import('@sveltejs/kit').Config} */
export default {
	compilerOptions: { runes: true },
	kit: {
		adapter: adapter(),
		// Relative paths and hash-free assets let one build work at any path of any static host.
		paths: { relative: true },
		serviceWorker: { register: false },
		csp: {
			mode: 'hash',
			directives: {
				'default-src': ['none'],
				'script-src': ['self', 'wasm-unsafe-eval'],
				'worker-src': ['self'],
				'style-src': ['self'],
				'connect-src': ['self'],
				'manifest-src': ['self'],
				'img-src': ['self', 'data:', 'blob:'],
				'base-uri': ['none'],
				'form-action': ['none']
			}
		}
	}
};
