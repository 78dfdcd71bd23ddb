import { eased } from './graphGeometry';
import { svg, svgText } from './graphNode';
import { pointAt, type Route } from './graphRoutes';

/** Things that travel along edges, all at the same time. */
export class GraphFlows {
	readonly #layer: SVGGElement;
	#frame: number | null = null;
	#timer: ReturnType<typeof setTimeout> | null = null;

	constructor(layer: SVGGElement) {
		this.#layer = layer;
	}

	/** Starts them; those under way are dropped. If `still`, nothing moves: the ways and their labels are shown instead. */
	start(
		flows: readonly { readonly points: Route; readonly label: string }[],
		milliseconds: number,
		still: boolean
	): void {
		this.clear();
		if (flows.length === 0) return;
		const travelers = flows.map(({ points, label }) => {
			svg('polyline', { class: 'trail', points: points.join(' ') }, this.#layer);
			const traveler = svg('g', { class: 'traveler' }, this.#layer);
			if (label === '') svg('circle', { r: 6 }, traveler);
			else {
				const half = 8 + 3.4 * label.length;
				svg('rect', { x: -half, y: -11, width: 2 * half, height: 22, rx: 11 }, traveler);
				svgText(traveler, label, { y: 4 });
			}
			return { traveler, points };
		});
		const place = (share: number) => {
			for (const { traveler, points } of travelers) {
				const [x, y] = pointAt(points, share);
				traveler.setAttribute('transform', `translate(${x} ${y})`);
			}
		};
		if (still) {
			place(0.5);
			this.#timer = setTimeout(() => this.clear(), milliseconds);
			return;
		}
		let start: number | null = null;
		const step = (now: number) => {
			start ??= now;
			const share = Math.min(1, (now - start) / milliseconds);
			place(eased(share));
			if (share < 1) this.#frame = requestAnimationFrame(step);
			else this.clear();
		};
		place(0);
		this.#frame = requestAnimationFrame(step);
	}

	clear(): void {
		if (this.#frame !== null) cancelAnimationFrame(this.#frame);
		if (this.#timer !== null) clearTimeout(this.#timer);
		this.#frame = this.#timer = null;
		this.#layer.replaceChildren();
	}
}
