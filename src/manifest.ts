import type { ManifestOptions } from 'vite-plugin-pwa';

/** The web app manifest. Its addresses are relative to itself, so the app installs from any path. */
export const manifest: Partial<ManifestOptions> = {
	name: 'Sketchgrad',
	short_name: 'Sketchgrad',
	description:
		'Draw points, shape a small neural network, watch it learn them live, and look inside.',
	lang: 'en',
	dir: 'ltr',
	start_url: './',
	scope: './',
	display: 'standalone',
	background_color: '#f6f7f9',
	theme_color: '#3b5bdb',
	categories: ['education'],
	icons: [
		{ src: 'icon-192.png', sizes: '192x192', type: 'image/png' },
		{ src: 'icon-512.png', sizes: '512x512', type: 'image/png' },
		{ src: 'icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' }
	],
	screenshots: [
		{
			src: 'screenshots/wide.png',
			sizes: '1440x900',
			type: 'image/png',
			form_factor: 'wide',
			label: 'The playground: data, network, heatmap and loss'
		},
		{
			src: 'screenshots/narrow.png',
			sizes: '780x1688',
			type: 'image/png',
			form_factor: 'narrow',
			label: 'The plot and the transport on a phone'
		}
	],
	shortcuts: [
		{ name: 'Spiral', description: 'Two interleaved arms', url: './#preset=spiral' },
		{
			name: 'Notebook',
			description: "The run of micrograd's demo notebook",
			url: './#preset=notebook'
		},
		{ name: 'Draw', description: 'An empty plane for points of your own', url: './#preset=drawn' }
	]
};
