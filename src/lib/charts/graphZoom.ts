import { select, type Selection } from 'd3-selection';
import { zoom, zoomIdentity, type D3ZoomEvent, type ZoomBehavior } from 'd3-zoom';
import type { GraphLayout } from '../worker/graphLayout';
import { eased, scales, type Size, type View } from './graphGeometry';

const glide = 260;

/** Pan and zoom of an SVG element by wheel, drag, pinch and double tap, and by calls. */
export class GraphZoom {
	readonly #svg: Selection<SVGSVGElement, unknown, null, undefined>;
	readonly #behavior: ZoomBehavior<SVGSVGElement, unknown>;
	#screen: Size = { width: 1, height: 1 };
	#view: View = { k: 1, x: 0, y: 0 };
	/** Where a glide leads to; null at rest. */
	#goal: View | null = null;
	#frame: number | null = null;

	/**
	 * @param still - whether nothing may glide
	 * @param onview - hears of every view; `byHand` if the person moved it
	 */
	constructor(
		element: SVGSVGElement,
		private readonly still: () => boolean,
		onview: (view: View, byHand: boolean) => void
	) {
		this.#svg = select(element);
		this.#behavior = zoom<SVGSVGElement, unknown>()
			.scaleExtent([scales.min, scales.max])
			.extent(() => [
				[0, 0],
				[this.#screen.width, this.#screen.height]
			])
			.filter((event: MouseEvent | TouchEvent) => {
				// A second click or tap on a group is for the group.
				const twice = event.type === 'dblclick' || event.type === 'touchend';
				if (twice && (event.target as Element).closest('.folded')) return false;
				return event.type === 'wheel' || !(event as MouseEvent).button;
			})
			.duration(still() ? 0 : glide)
			.on('zoom', ({ transform, sourceEvent }: D3ZoomEvent<SVGSVGElement, unknown>) => {
				const { k, x, y } = transform;
				this.#view = { k, x, y };
				onview(this.#view, sourceEvent !== null);
			})
			.on('start', ({ sourceEvent }: D3ZoomEvent<SVGSVGElement, unknown>) => {
				if (sourceEvent !== null) this.#halt();
			});
		this.#svg.call(this.#behavior);
	}

	get view(): View {
		return this.#view;
	}

	setScreen(screen: Size): void {
		this.#screen = screen;
	}

	/** Keeps some of a drawing of this size in sight. */
	setBounds({ width, height }: Pick<GraphLayout, 'width' | 'height'>): void {
		const [w, h] = [Math.max(width, 1200), Math.max(height, 1200)];
		this.#behavior.translateExtent([
			[-w, -h],
			[width + w, height + h]
		]);
	}

	/** Goes to a view, at once or gliding. */
	to(view: View, gliding = false): void {
		this.#halt();
		const from = this.#view;
		if (!gliding || this.still()) {
			this.#set(view);
			return;
		}
		this.#goal = view;
		const start = performance.now();
		const step = (now: number) => {
			const share = eased(Math.min(1, Math.max(0, (now - start) / glide)));
			const k = from.k * (view.k / from.k) ** share;
			// Scale and place go together, so that the way there is straight.
			const part = from.k === view.k ? share : (k - from.k) / (view.k - from.k);
			this.#set({
				k,
				x: from.x + (view.x - from.x) * part,
				y: from.y + (view.y - from.y) * part
			});
			if (share < 1) this.#frame = requestAnimationFrame(step);
			else this.#frame = this.#goal = null;
		};
		this.#frame = requestAnimationFrame(step);
	}

	/** Zooms by a factor about the middle of the screen. */
	by(factor: number): void {
		const { width, height } = this.#screen;
		// Presses that follow each other fast add up.
		const { k, x, y } = this.#goal ?? this.#view;
		const to = Math.min(scales.max, Math.max(scales.min, k * factor));
		const [cx, cy] = [width / 2, height / 2];
		this.to({ k: to, x: cx - ((cx - x) * to) / k, y: cy - ((cy - y) * to) / k }, true);
	}

	dispose(): void {
		this.#halt();
		this.#svg.on('.zoom', null);
	}

	#halt(): void {
		if (this.#frame !== null) cancelAnimationFrame(this.#frame);
		this.#frame = this.#goal = null;
	}

	#set({ k, x, y }: View): void {
		this.#behavior.transform(this.#svg, zoomIdentity.translate(x, y).scale(k));
	}
}
