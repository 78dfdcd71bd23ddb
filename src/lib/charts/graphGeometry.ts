import type { EdgeCurve, GraphLayout, NodeBox } from '../worker/graphLayout';

/** A view of a drawing: a point p of it is on the screen at k·p + (x, y). */
export interface View {
	readonly k: number;
	readonly x: number;
	readonly y: number;
}

/** Width and height in CSS pixels. */
export interface Size {
	readonly width: number;
	readonly height: number;
}

/** Sizes of cards and discs in the units of a layout, the same whatever stands on them. */
export const nodeSizes = { value: [108, 56], operation: [28, 28], group: [140, 78] } as const;

/** The smallest and the largest scale of a view. */
export const scales = { min: 0.02, max: 4 } as const;

/** How much a view shows of each node: all of it, its name, or its color alone. */
export type Detail = 'near' | 'middle' | 'far';

/** How much can be read at a scale. */
export function detailAt(k: number): Detail {
	return k >= 0.6 ? 'near' : k >= 0.24 ? 'middle' : 'far';
}

/** The view that shows all of a box in the middle, not larger than life and a bit. */
function fitBox({ x, y, width, height }: NodeBox, screen: Size, margin: number): View {
	const k = Math.min(
		(screen.width - 2 * margin) / Math.max(1, width),
		(screen.height - 2 * margin) / Math.max(1, height),
		1.25
	);
	return centered({ x, y }, Math.max(scales.min, k), screen);
}

/** The view that shows all of a layout. */
export function fit({ width, height }: Size, screen: Size, margin = 20): View {
	return fitBox({ x: width / 2, y: height / 2, width, height }, screen, margin);
}

/** The smallest box that holds all of these. */
function around(boxes: readonly NodeBox[]): NodeBox {
	const left = Math.min(...boxes.map(({ x, width }) => x - width / 2));
	const right = Math.max(...boxes.map(({ x, width }) => x + width / 2));
	const top = Math.min(...boxes.map(({ y, height }) => y - height / 2));
	const bottom = Math.max(...boxes.map(({ y, height }) => y + height / 2));
	const middle = { x: (left + right) / 2, y: (top + bottom) / 2 };
	return { ...middle, width: right - left, height: bottom - top };
}

/** The view that shows some nodes and what is around them. */
export function fitNodes(boxes: readonly NodeBox[], screen: Size, margin = 60): View {
	return fitBox(around(boxes), screen, margin);
}

/** A scale at which names and numbers of a small graph can be read. */
const readable = 0.36;
/** More nodes than this are shown as a whole first, whether they can be read or not. */
const smallGraph = 120;

/**
 * The view to begin with: all of a graph; of a small one that would be too small to read, the part around its root, where it
 * ends.
 */
export function firstView({ nodes, ...size }: GraphLayout, root: NodeBox, screen: Size): View {
	const all = fit(size, screen);
	if (all.k >= readable || nodes.size > smallGraph) return all;
	return revealing(
		centered({ x: size.width / 2, y: size.height / 2 }, readable, screen),
		root,
		screen
	);
}

/** The view at a scale with a point of the drawing in the middle of the screen. */
export function centered(point: { x: number; y: number }, k: number, screen: Size): View {
	return { k, x: screen.width / 2 - k * point.x, y: screen.height / 2 - k * point.y };
}

/** The view moved as little as needed to have a node in sight. */
export function revealing(view: View, box: NodeBox, screen: Size, margin = 24): View {
	const shift = (low: number, high: number, room: number) => {
		if (high - low > room - 2 * margin) return room / 2 - (low + high) / 2;
		return Math.max(0, margin - low) + Math.min(0, room - margin - high);
	};
	const { k } = view;
	const [cx, cy] = [k * box.x + view.x, k * box.y + view.y];
	const [w, h] = [(k * box.width) / 2, (k * box.height) / 2];
	const dx = shift(cx - w, cx + w, screen.width);
	const dy = shift(cy - h, cy + h, screen.height);
	return dx === 0 && dy === 0 ? view : { k, x: view.x + dx, y: view.y + dy };
}

/** The view that has all of these boxes in sight: moved as little as needed, and smaller only where they do not fit. */
export function showing(view: View, boxes: readonly NodeBox[], screen: Size, margin = 24): View {
	const box = around(boxes);
	const k = Math.min(
		(screen.width - 2 * margin) / box.width,
		(screen.height - 2 * margin) / box.height
	);
	if (k < view.k) return centered(box, Math.max(scales.min, k), screen);
	return revealing(view, box, screen, margin);
}

/** Whether any of a node is on the screen or close to it. */
export function inSight({ k, x, y }: View, box: NodeBox, screen: Size, margin = 60): boolean {
	const [cx, cy] = [k * box.x + x, k * box.y + y];
	const [w, h] = [(k * box.width) / 2 + margin, (k * box.height) / 2 + margin];
	return cx + w > 0 && cy + h > 0 && cx - w < screen.width && cy - h < screen.height;
}

const round = (n: number) => Math.round(n * 10) / 10;

/** An edge's line as the text of an SVG path. */
export function curvePath({ points }: EdgeCurve): string {
	const [x = 0, y = 0, ...rest] = points.map(round);
	return `M${x} ${y}C${rest.join(' ')}`;
}

/** An edge's arrow head as the text of an SVG path. */
export function arrowPath({ points, tip: [x, y] }: EdgeCurve, half = 2.8): string {
	const [bx, by] = [points.at(-2) ?? x, points.at(-1) ?? y];
	const length = Math.hypot(x - bx, y - by) || 1;
	const [nx, ny] = [((by - y) / length) * half, ((x - bx) / length) * half];
	const corners = [bx + nx, by + ny, x, y, bx - nx, by - ny].map(round);
	return `M${corners.join(' ')}z`;
}

/** Edges that lie near each other are drawn as one, this many at a time: few elements, and each can be out of sight. */
const bundle = 48;

/** The edges in bundles of neighbors. */
export function bundled(edges: readonly EdgeCurve[]): EdgeCurve[][] {
	const sorted = edges.toSorted((a, b) => a.tip[0] - b.tip[0] || a.tip[1] - b.tip[1]);
	return Array.from({ length: Math.ceil(sorted.length / bundle) }, (_, index) =>
		sorted.slice(index * bundle, (index + 1) * bundle)
	);
}

/** Where the arrow keys go. */
export type Direction = 'operand' | 'reader' | 'before' | 'after';

/** The nodes to the left and to the right of each: its operands and its readers, whatever stands between. */
export interface Neighbors {
	readonly operands: ReadonlyMap<string, readonly string[]>;
	readonly readers: ReadonlyMap<string, readonly string[]>;
}

/** Who reads whom among values and groups: the operations between them are passed over. */
export function neighborsOf(
	edges: readonly { readonly from: string; readonly to: string }[]
): Neighbors {
	const operands = new Map<string, string[]>();
	const readers = new Map<string, string[]>();
	const target = (id: string) => (id.endsWith('op') ? id.slice(0, -2) : id);
	for (const edge of edges) {
		const [from, to] = [target(edge.from), target(edge.to)];
		if (from === to) continue;
		const [below, above] = [operands.get(to) ?? [], readers.get(from) ?? []];
		if (!below.includes(from)) operands.set(to, [...below, from]);
		if (!above.includes(to)) readers.set(from, [...above, to]);
	}
	return { operands, readers };
}

/** The node that an arrow key leads to: along an edge to the nearest, or to the next one in the same rank; null if there is none. */
export function neighborIn(
	direction: Direction,
	id: string,
	layout: GraphLayout,
	{ operands, readers }: Neighbors,
	sideways: boolean
): string | null {
	const here = layout.nodes.get(id);
	if (!here) return null;
	const across = (box: NodeBox) => (sideways ? box.y - here.y : box.x - here.x);
	const along = (box: NodeBox) => (sideways ? box.x - here.x : box.y - here.y);
	const nearest = (candidates: Iterable<readonly [string, NodeBox]>) => {
		let best: string | null = null;
		let least = Infinity;
		for (const [other, box] of candidates) {
			const distance = Math.abs(across(box)) + 0.1 * Math.abs(along(box));
			if (distance >= least) continue;
			[best, least] = [other, distance];
		}
		return best;
	};
	if (direction === 'operand' || direction === 'reader') {
		const ids = (direction === 'operand' ? operands : readers).get(id) ?? [];
		return nearest(ids.map((other) => [other, layout.nodes.get(other)!] as const));
	}
	const rank = (sideways ? here.width : here.height) / 2;
	const sign = direction === 'before' ? -1 : 1;
	return nearest(
		[...layout.nodes].filter(
			([other, box]) =>
				!other.endsWith('op') && sign * across(box) > 1 && Math.abs(along(box)) < rank
		)
	);
}

/** A point of the way from one box to another, and of a box that is as large as the second. */
export function between(from: NodeBox, to: NodeBox, share: number): NodeBox {
	const at = (a: number, b: number) => a + (b - a) * share;
	return { ...to, x: at(from.x, to.x), y: at(from.y, to.y) };
}

/** Slow, fast, slow: a share of the time as a share of the way. */
export const eased = (t: number): number => (t < 0.5 ? 4 * t ** 3 : 1 - (-2 * t + 2) ** 3 / 2);

/** How opaque the strongest color of a node is: paler where there is text on it. */
export const opacities = { near: 0.5, middle: 0.55, far: 0.95 } as const;

/** How strongly a number colors its node: 0 to 8, from the size of the number. */
export function strengthOf(value: number): number {
	return Number.isNaN(value)
		? 0
		: Math.ceil(8 * (1 - 1 / (1 + 1.4 * Math.min(Math.abs(value), 1e6))));
}
