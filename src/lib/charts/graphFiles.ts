import { drawDot } from '../engine/drawDot';
import type { Picture } from '../engine/picture';
import { Value } from '../engine/value';
import type { Numbers } from '../engine/valueGraph';
import type { Rgb } from './color';
import { exportedSize, graphSvg, type ExportColors, type Exported } from './graphExport';

/** What a graph can be exported as. */
export type GraphFormat = 'svg' | 'png' | 'dot';

/** A drawing as DOT text, with the numbers shown. */
export function graphDot(picture: Picture, { data, grad }: Numbers): string {
	const nodes = picture.nodes.map((node) => {
		const value = new Value(data[node.place]!, node.label);
		value.grad = grad[node.place]!;
		return { ...node, value };
	});
	return drawDot({ ...picture, nodes });
}

/**
 * A drawing as a file, in the page's present colors.
 * @throws Error (as a rejection) when it is too large for the format, with a sentence for the person
 */
export async function graphFile(
	format: GraphFormat,
	drawing: Omit<Exported, 'colors'>
): Promise<Blob> {
	if (format === 'dot')
		return new Blob([graphDot(drawing.picture, drawing.numbers)], { type: 'text/vnd.graphviz' });
	const text = graphSvg({ ...drawing, colors: exportColors() });
	if (format === 'svg') return new Blob([text], { type: 'image/svg+xml' });
	return pngOf(text, exportedSize(drawing.layout));
}

/** What browsers make of one canvas without refusing: the length of a side, and the area, in pixels. */
const most = { side: 12_000, area: 60e6 } as const;

/** How many pixels a unit of a picture gets: two, or fewer where a canvas could not hold that. */
export function pixelScale({ width, height }: { width: number; height: number }): number {
	return Math.min(2, most.side / Math.max(width, height), Math.sqrt(most.area / (width * height)));
}

/**
 * An SVG text as a PNG.
 * @throws Error when the browser cannot draw so large a picture
 */
async function pngOf(text: string, size: { width: number; height: number }): Promise<Blob> {
	const address = URL.createObjectURL(new Blob([text], { type: 'image/svg+xml' }));
	try {
		const image = new Image();
		image.src = address;
		await image.decode();
		const scale = pixelScale(size);
		const canvas = document.createElement('canvas');
		canvas.width = Math.round(size.width * scale);
		canvas.height = Math.round(size.height * scale);
		canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
		const blob = await new Promise<Blob | null>((resolve) => {
			canvas.toBlob(resolve, 'image/png');
		});
		if (!blob) throw new Error('This graph is too large for a PNG. Export it as SVG.');
		return blob;
	} finally {
		URL.revokeObjectURL(address);
	}
}

/** The page's colors now, for an export. */
function exportColors(): ExportColors {
	const style = getComputedStyle(document.documentElement);
	const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!;
	const color = (property: string): Rgb => {
		context.fillStyle = style.getPropertyValue(property);
		context.fillRect(0, 0, 1, 1);
		const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
		return [red, green, blue];
	};
	return {
		background: color('--bg'),
		panel: color('--panel'),
		ink: color('--ink'),
		muted: color('--muted'),
		edge: color('--edge'),
		accent: color('--accent'),
		positive: color('--pos'),
		negative: color('--neg')
	};
}
