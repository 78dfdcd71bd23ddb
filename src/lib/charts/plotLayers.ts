import { trains, type Point, type Target } from '../data/point';
import type { Heatmap } from '../training/snapshot';
import { resizeCanvas } from './canvas';
import { colorize, css, isDark, mix, type Rgb } from './color';
import { contour } from './contour';
import type { Colors } from './palette';
import { fractions } from './plane';

/** Draws the heatmap one pixel per cell, for the browser to scale up smoothly; clears it when there is none. */
export function drawHeatmap(
	canvas: HTMLCanvasElement,
	heatmap: Heatmap | null,
	table: Uint32Array
): void {
	const size = heatmap?.size ?? 1;
	resizeCanvas(canvas, size, size);
	const context = canvas.getContext('2d')!;
	const image = context.createImageData(size, size);
	if (heatmap) colorize(heatmap.outputs, table, new Uint32Array(image.data.buffer));
	context.putImageData(image, 0, 0);
}

/** Draws the decision boundary, the contour at output 0, as a crisp line; `side` in device pixels. */
export function drawBoundary(
	canvas: HTMLCanvasElement,
	heatmap: Heatmap | null,
	ink: Rgb,
	side: number,
	pixelRatio: number
): void {
	resizeCanvas(canvas, side, side);
	const context = canvas.getContext('2d')!;
	context.clearRect(0, 0, side, side);
	if (!heatmap) return;
	const pieces = contour(heatmap.outputs, heatmap.size);
	context.beginPath();
	for (let index = 0; index < pieces.length; index += 4) {
		context.moveTo(pieces[index]! * side, pieces[index + 1]! * side);
		context.lineTo(pieces[index + 2]! * side, pieces[index + 3]! * side);
	}
	context.lineCap = 'round';
	context.lineWidth = 1.5 * pixelRatio;
	context.strokeStyle = css(ink, 0.7);
	context.stroke();
}

/** The four marks, drawn once and stamped: train or test of class A (circle) or B (rounded square). */
export class PointStamps {
	readonly #stamps = new Map<string, HTMLCanvasElement>();
	readonly #size: number;

	/** `side` is the plot's in device pixels. */
	constructor(colors: Colors, side: number, pixelRatio: number) {
		const radius = Math.min(6.5, Math.max(4, side / pixelRatio / 98)) * pixelRatio;
		this.#size = Math.ceil(2 * radius + 4 * pixelRatio);
		for (const target of [-1, 1] as const) {
			for (const train of [true, false]) {
				this.#stamps.set(`${target} ${train}`, this.#stamp(target, train, colors, radius));
			}
		}
	}

	/** Train marks are filled and rimmed white; test marks are hollow and outlined. */
	#stamp(
		target: Target,
		train: boolean,
		{ panel, ...colors }: Colors,
		radius: number
	): HTMLCanvasElement {
		const color = target < 0 ? colors.negative : colors.positive;
		const outline = isDark(panel) ? mix(color, colors.ink, 0.4) : color;
		const canvas = document.createElement('canvas');
		canvas.width = canvas.height = this.#size;
		const context = canvas.getContext('2d')!;
		const center = this.#size / 2;
		const side = 1.74 * radius;
		context.beginPath();
		if (target < 0) context.arc(center, center, radius, 0, 2 * Math.PI);
		else context.roundRect(center - side / 2, center - side / 2, side, side, radius / 3);
		context.fillStyle = train ? css(color) : css(panel, 0.85);
		context.strokeStyle = train ? '#fff' : css(outline);
		context.lineWidth = radius * (train ? 0.28 : 0.4);
		context.fill();
		context.stroke();
		return canvas;
	}

	/** Draws the points in their order, test points only if asked for; `side` in device pixels. */
	draw(
		canvas: HTMLCanvasElement,
		points: readonly Point[],
		trainShare: number,
		showTest: boolean,
		side: number
	): void {
		resizeCanvas(canvas, side, side);
		const context = canvas.getContext('2d')!;
		context.clearRect(0, 0, side, side);
		for (const point of points) {
			const train = trains(point, trainShare);
			if (!train && !showTest) continue;
			const { left, top } = fractions(point);
			const stamp = this.#stamps.get(`${point.target} ${train}`)!;
			const corner = this.#size / 2;
			context.drawImage(stamp, Math.round(left * side - corner), Math.round(top * side - corner));
		}
	}
}
