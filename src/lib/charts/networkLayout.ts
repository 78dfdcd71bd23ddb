import type { NeuronId } from '../nn/places';

/** A connection by the neuron it enters and the neuron of the layer before that it comes from. */
export interface EdgeId extends NeuronId {
	readonly input: number;
}

/** Where everything of a diagram stands, in CSS pixels from its top left corner. */
export interface NetworkLayout {
	readonly width: number;
	readonly height: number;
	/** The side of a neuron's square. */
	readonly nodeSize: number;
	/** The middle of each layer's column. */
	readonly columns: readonly number[];
	/** The middles of each layer's neurons, from the top. */
	readonly rows: readonly (readonly number[])[];
}

/** The width of the first and the last column as a share of the others': they hold no controls. */
const endColumn = 0.5;

/** The side of a neuron's square where there is room, in CSS pixels. */
export const largestNode = 44;
const smallestNode = 24;
const largestGap = 92;
/** The height that the fullest layer takes, in CSS pixels, if its neurons are not too small for it. */
export const comfortableHeight = 440;
const margin = 4;

/**
 * The layout of the layers, inputs first, in `width` pixels: the fullest layer decides the height and the sizes. It takes
 * the height of `room` if its neurons are neither too small nor too far apart for it.
 */
export function layOutNetwork(
	sizes: readonly number[],
	width: number,
	room = comfortableHeight
): NetworkLayout {
	const fullest = Math.max(...sizes);
	const gap = Math.max(smallestNode + 2, Math.min(76, room / fullest));
	const nodeSize = Math.min(largestNode, Math.max(smallestNode, Math.floor(0.78 * gap)));
	const inner = Math.max(gap * fullest, 3 * gap);
	const height = Math.ceil(inner + 2 * margin);
	const unit = width / (sizes.length - 2 + 2 * endColumn);
	const columns = sizes.map((_, layer) => {
		if (layer === 0) return (endColumn / 2) * unit;
		if (layer === sizes.length - 1) return width - (endColumn / 2) * unit;
		return (endColumn + layer - 0.5) * unit;
	});
	const rows = sizes.map((size) => {
		const step = Math.max(gap, Math.min(largestGap, inner / size));
		return Array.from({ length: size }, (_, row) => height / 2 + (row - (size - 1) / 2) * step);
	});
	return { width, height, nodeSize, columns, rows };
}

/** The two ends of a connection: the right side of one neuron and the left side of the next. */
function ends(layout: NetworkLayout, { layer, neuron, input }: EdgeId) {
	const half = layout.nodeSize / 2;
	return {
		x0: layout.columns[layer - 1]! + half,
		y0: layout.rows[layer - 1]![input]!,
		x1: layout.columns[layer]! - half,
		y1: layout.rows[layer]![neuron]!
	};
}

/** How far a curve's control points lie from its ends, as a share of the way across. */
const bend = 0.45;

/** Adds a connection's curve to a path. */
export function traceEdge(path: CanvasPath, layout: NetworkLayout, edge: EdgeId): void {
	const { x0, y0, x1, y1 } = ends(layout, edge);
	const reach = bend * (x1 - x0);
	path.moveTo(x0, y0);
	path.bezierCurveTo(x0 + reach, y0, x1 - reach, y1, x1, y1);
}

/** Adds the area that the connections before a layer take up to a path. */
export function traceVeil(path: CanvasPath, layout: NetworkLayout, layer: number): void {
	const from = layout.rows[layer - 1]!;
	const to = layout.rows[layer]!;
	const top = ends(layout, { layer, neuron: 0, input: 0 });
	const bottom = ends(layout, { layer, neuron: to.length - 1, input: from.length - 1 });
	const reach = bend * (top.x1 - top.x0);
	path.moveTo(top.x0, top.y0);
	path.bezierCurveTo(top.x0 + reach, top.y0, top.x1 - reach, top.y1, top.x1, top.y1);
	path.lineTo(bottom.x1, bottom.y1);
	path.bezierCurveTo(
		bottom.x1 - reach,
		bottom.y1,
		bottom.x0 + reach,
		bottom.y0,
		bottom.x0,
		bottom.y0
	);
	path.closePath();
}

/** A connection's curve as the text of an SVG path. */
export function edgePath(layout: NetworkLayout, edge: EdgeId): string {
	const { x0, y0, x1, y1 } = ends(layout, edge);
	const reach = bend * (x1 - x0);
	return `M${x0} ${y0}C${x0 + reach} ${y0} ${x1 - reach} ${y1} ${x1} ${y1}`;
}

/** The neuron whose square is at a place, or null. */
export function neuronAt(layout: NetworkLayout, x: number, y: number): NeuronId | null {
	const half = layout.nodeSize / 2 + 1;
	const layer = layout.columns.findIndex((column) => Math.abs(column - x) <= half);
	const neuron = layout.rows[layer]?.findIndex((row) => Math.abs(row - y) <= half) ?? -1;
	return neuron < 0 ? null : { layer, neuron };
}

/** The share of the way down that a curve has gone at a share of the way across, and its slope there. */
function descent(across: number): { down: number; slope: number } {
	let low = 0;
	let high = 1;
	for (let halving = 0; halving < 20; halving++) {
		const t = (low + high) / 2;
		const x = 3 * (1 - t) * (1 - t) * t * bend + 3 * (1 - t) * t * t * (1 - bend) + t * t * t;
		if (x < across) low = t;
		else high = t;
	}
	const t = (low + high) / 2;
	const speed = 3 * bend * ((1 - t) ** 2 + t ** 2) + 6 * (1 - 2 * bend) * t * (1 - t);
	return { down: t * t * (3 - 2 * t), slope: (6 * t * (1 - t)) / speed };
}

/**
 * The one of the connections that is nearest to a place and within `radius` pixels of it, or null.
 * All curves between two layers have gone the same share of their way down at the same x, so one search serves them all.
 */
export function edgeAt<Edge extends EdgeId>(
	layout: NetworkLayout,
	edges: readonly Edge[],
	x: number,
	y: number,
	radius: number
): Edge | null {
	const half = layout.nodeSize / 2;
	const layer = layout.columns.findIndex(
		(column, index) => index > 0 && x > layout.columns[index - 1]! + half && x < column - half
	);
	if (layer < 0) return null;
	const from = layout.columns[layer - 1]! + half;
	const across = layout.columns[layer]! - half - from;
	const { down, slope } = descent((x - from) / across);
	let nearest: Edge | null = null;
	let smallest = radius;
	for (const edge of edges) {
		if (edge.layer !== layer) continue;
		const { y0, y1 } = ends(layout, edge);
		const steepness = ((y1 - y0) / across) * slope;
		const distance = Math.abs(y0 + (y1 - y0) * down - y) / Math.sqrt(1 + steepness * steepness);
		if (distance >= smallest) continue;
		nearest = edge;
		smallest = distance;
	}
	return nearest;
}

/** The neuron that an arrow key leads to: left and right to the one at the same height, up and down in its layer. */
export function neighbor(
	layout: NetworkLayout,
	{ layer, neuron }: NeuronId,
	key: string
): NeuronId {
	const rows = layout.rows;
	if (key === 'ArrowUp') return { layer, neuron: Math.max(0, neuron - 1) };
	if (key === 'ArrowDown') return { layer, neuron: Math.min(rows[layer]!.length - 1, neuron + 1) };
	const next = layer + (key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0);
	const candidates = rows[next];
	if (!candidates || next === layer) return { layer, neuron };
	const height = rows[layer]![neuron]!;
	const distances = candidates.map((row) => Math.abs(row - height));
	return { layer: next, neuron: distances.indexOf(Math.min(...distances)) };
}
