import type { Picture, PictureNode } from '../engine/picture';
import type { Numbers } from '../engine/valueGraph';
import type { ModelGraph } from '../explain/sampleGraph';
import type { GraphLayout } from '../worker/graphLayout';
import { mix, type Rgb } from './color';
import { arrowPath, curvePath, opacities, strengthOf } from './graphGeometry';
import { cardLines, corners, groupCard, stackShift } from './graphNode';
import { captionOf, cardNumber, operationSign, cardKind, tagOf } from './graphText';

/** The colors of an exported picture. */
export interface ExportColors {
	readonly background: Rgb;
	readonly panel: Rgb;
	readonly ink: Rgb;
	readonly muted: Rgb;
	readonly edge: Rgb;
	readonly accent: Rgb;
	readonly positive: Rgb;
	readonly negative: Rgb;
}

/** A drawing to export, with the numbers that it shows. */
export interface Exported {
	readonly graph: ModelGraph;
	readonly picture: Picture;
	readonly layout: GraphLayout;
	readonly numbers: Numbers;
	readonly colors: ExportColors;
	/** What the picture is called. */
	readonly title: string;
}

/** Around the drawing, in its units. */
const margin = 24;
const sans = 'system-ui, sans-serif';
const mono = 'ui-monospace, Menlo, Consolas, monospace';

const escape = (text: string) =>
	text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/** An opaque color as every reader of SVG knows it. */
const hex = (color: Rgb) =>
	`#${color.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;

type Attributes = Readonly<Record<string, string | number>>;

function tag(name: string, attributes: Attributes, content = ''): string {
	const list = Object.entries(attributes).map(
		([key, value]) => ` ${key}="${escape(String(value))}"`
	);
	return `<${name}${list.join('')}${content === '' ? '/>' : `>${content}</${name}>`}`;
}

const label = (text: string, attributes: Attributes) => tag('text', attributes, escape(text));

function discOf({ value }: PictureNode, { ink, panel, background }: ExportColors): string {
	const sign = operationSign(value);
	const long = sign.length > 2;
	const squeeze = long ? 3 : 0;
	const shape = tag('rect', {
		x: -13,
		y: -13 + squeeze,
		width: 26,
		height: 26 - 2 * squeeze,
		rx: 13 - squeeze,
		fill: hex(mix(background, ink, 0.8))
	});
	const size = long ? { y: 3, 'font-size': 8.5 } : { y: 5, 'font-size': 15 };
	return (
		shape +
		label(sign, {
			...size,
			'font-family': sans,
			'font-weight': 600,
			'text-anchor': 'middle',
			fill: hex(panel)
		})
	);
}

function cardOf(node: PictureNode, { graph, layout, numbers, colors }: Exported): string {
	const { place, group } = node;
	const role = cardKind(graph, place);
	const box = layout.nodes.get(node.id)!;
	const shape = group
		? { ...groupCard, rx: 16 }
		: {
				x: 1 - box.width / 2,
				y: 1 - box.height / 2,
				width: box.width - 2,
				height: box.height - 2,
				rx: corners[role]
			};
	const value = numbers.data[place]!;
	const tint = mix(
		colors.panel,
		value < 0 ? colors.negative : colors.positive,
		(opacities.near * strengthOf(value)) / 8
	);
	const root = place === graph.nodes.length - 1;
	const outline: Attributes = {
		stroke: hex(root ? colors.ink : colors.edge),
		'stroke-width': root ? 2.2 : role === 'result' && !group ? 1.6 : 1,
		...(role === 'constant' ? { 'stroke-dasharray': '4 3' } : {})
	};
	const parts: string[] = [];
	for (const shift of group ? [2 * stackShift, stackShift] : [])
		parts.push(
			tag('rect', {
				...shape,
				x: shape.x + shift,
				y: shape.y - shift,
				...outline,
				fill: hex(colors.panel)
			})
		);
	parts.push(tag('rect', { ...shape, ...outline, fill: hex(tint) }));
	if (role === 'parameter' && !group) {
		const { x, y, height } = shape;
		parts.push(tag('rect', { x, y, width: 4, height, rx: 2, fill: hex(colors.accent) }));
	}
	return parts.join('') + wordsOf(node, graph, numbers, colors);
}

function wordsOf(
	node: PictureNode,
	graph: ModelGraph,
	numbers: Numbers,
	colors: ExportColors
): string {
	const { place, group } = node;
	const { left, right, name, data, grad } = cardLines[group ? 'group' : 'value'];
	const muted = { 'font-family': sans, 'font-size': 9.5, fill: hex(colors.muted) };
	const number = {
		x: right,
		'text-anchor': 'end',
		'font-family': mono,
		'font-size': 11.5,
		fill: hex(colors.ink)
	};
	const caption = captionOf(graph, place);
	const kind = group ? '' : tagOf(graph, place);
	const named = {
		x: left,
		y: name,
		'font-family': mono,
		'font-size': group ? 14 : 11.5,
		'font-weight': 600,
		fill: hex(colors.ink)
	};
	return [
		group ? label(group.name, { x: left, y: name - 16, ...muted }) : '',
		node.label === ''
			? label(caption || kind, { x: left, y: name, ...muted, 'font-family': mono })
			: label(caption, named),
		caption !== '' && kind !== ''
			? label(kind, { x: right, y: name, 'text-anchor': 'end', ...muted })
			: '',
		label('data', { x: left, y: data, ...muted }),
		label('grad', { x: left, y: grad, ...muted }),
		label(cardNumber(numbers.data[place]!), { ...number, y: data }),
		label(cardNumber(numbers.grad[place]!), { ...number, y: grad })
	].join('');
}

/** The size of the exported picture in its own units. */
export function exportedSize({ width, height }: GraphLayout): { width: number; height: number } {
	return { width: Math.ceil(width + 2 * margin), height: Math.ceil(height + 2 * margin) };
}

/** The drawing as an SVG file that needs nothing beside itself. */
export function graphSvg(exported: Exported): string {
	const { picture, layout, colors, title } = exported;
	const { width, height } = exportedSize(layout);
	const edge = hex(mix(colors.background, colors.edge, 0.7));
	const lines = layout.edges.map(curvePath).join('');
	const heads = layout.edges.map((curve) => arrowPath(curve)).join('');
	const nodes = picture.nodes.map((node) => {
		const box = layout.nodes.get(node.id);
		if (!box) return '';
		const content = node.kind === 'operation' ? discOf(node, colors) : cardOf(node, exported);
		return tag('g', { transform: `translate(${box.x} ${box.y})` }, content);
	});
	const drawing = [
		tag('path', { d: lines, fill: 'none', stroke: edge, 'stroke-width': 1.3 }),
		tag('path', { d: heads, fill: edge }),
		...nodes
	].join('\n');
	return tag(
		'svg',
		{
			xmlns: 'http://www.w3.org/2000/svg',
			width,
			height,
			viewBox: `0 0 ${width} ${height}`
		},
		[
			tag('title', {}, escape(title)),
			tag('rect', { width, height, fill: hex(colors.background) }),
			tag('g', { transform: `translate(${margin} ${margin})` }, drawing)
		].join('\n')
	);
}
