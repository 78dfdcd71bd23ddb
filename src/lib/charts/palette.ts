import { createSubscriber } from 'svelte/reactivity';
import { parseHex, type Rgb } from './color';

/** The page's colors that canvases draw with. */
export interface Colors {
	/** Class B and positive numbers. */
	readonly positive: Rgb;
	/** Class A and negative numbers. */
	readonly negative: Rgb;
	readonly panel: Rgb;
	readonly ink: Rgb;
	readonly line: Rgb;
}

/** Any CSS color as the browser itself resolves it; black if it is none. */
function resolve(context: CanvasRenderingContext2D, color: string): Rgb {
	context.fillStyle = '#000';
	context.fillStyle = color;
	try {
		return parseHex(context.fillStyle);
	} catch {
		return [0, 0, 0];
	}
}

function readColors(): Colors {
	const style = getComputedStyle(document.documentElement);
	const context = document.createElement('canvas').getContext('2d')!;
	const color = (property: string) => resolve(context, style.getPropertyValue(property));
	return {
		positive: color('--pos'),
		negative: color('--neg'),
		panel: color('--panel'),
		ink: color('--ink'),
		line: color('--line')
	};
}

/** The colors of the page's custom properties; an effect that reads them runs again when the theme changes. */
class Palette {
	#cache: Colors | null = null;
	#watched = false;

	readonly #subscribe = createSubscriber((update) => {
		const refresh = () => {
			this.#cache = null;
			update();
		};
		const observer = new MutationObserver(refresh);
		observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
		const scheme = matchMedia('(prefers-color-scheme: dark)');
		scheme.addEventListener('change', refresh);
		this.#watched = true;
		return () => {
			observer.disconnect();
			scheme.removeEventListener('change', refresh);
			this.#watched = false;
			this.#cache = null;
		};
	});

	get colors(): Colors {
		this.#subscribe();
		const colors = this.#cache ?? readColors();
		if (this.#watched) this.#cache = colors;
		return colors;
	}
}

/** The one palette of the page. */
export const palette = new Palette();
