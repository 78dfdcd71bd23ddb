import { resizeCanvas } from './canvas';
import { css } from './color';
import { largestNode, traceEdge, traceVeil, type NetworkLayout } from './networkLayout';
import type { Colors } from './palette';
import { edgeCount, type WeightedEdge } from './strongestEdges';

const thinnest = 0.4;
const widest = 6;

/** A weight's line width in CSS pixels, between neurons of full size. */
function edgeWidth(weight: number): number {
	return Math.min(widest, thinnest + 2.4 * Math.abs(weight));
}

/**
 * Draws the connections in their order: width by size, color and dashes by sign. Where not all of a network's
 * connections are among them, a veil between the layers stands for the others.
 */
export function drawEdges(
	canvas: HTMLCanvasElement,
	layout: NetworkLayout,
	edges: readonly WeightedEdge[],
	colors: Colors,
	pixelRatio: number
): void {
	resizeCanvas(
		canvas,
		Math.round(layout.width * pixelRatio),
		Math.round(layout.height * pixelRatio)
	);
	const context = canvas.getContext('2d')!;
	context.setTransform(canvas.width / layout.width, 0, 0, canvas.height / layout.height, 0, 0);
	context.clearRect(0, 0, layout.width, layout.height);
	if (edges.length < edgeCount(layout.rows.map(({ length }) => length))) {
		context.fillStyle = css(colors.line, 0.45);
		context.beginPath();
		for (let layer = 1; layer < layout.rows.length; layer++) traceVeil(context, layout, layer);
		context.fill();
	}
	// A crowd of small neurons has thinner lines.
	const scale = layout.nodeSize / largestNode;
	for (const edge of edges) {
		const negative = edge.weight < 0;
		const width = edgeWidth(edge.weight);
		context.lineWidth = scale * width;
		context.strokeStyle = css(
			negative ? colors.negative : colors.positive,
			0.45 + 0.25 * (width / widest)
		);
		context.setLineDash(negative ? [7, 3] : []);
		context.beginPath();
		traceEdge(context, layout, edge);
		context.stroke();
	}
}
