import { topologicalOrder } from './order';
import { picture, type Picture, type PictureNode } from './picture';
import { Value } from './value';
import { valueGraph } from './valueGraph';

/** How a graph is to be drawn. */
export interface DotOptions {
	/** Where the arrows point: left to right, or top to bottom. */
	readonly direction?: 'LR' | 'TB';
	/**
	 * The width and height of each kind of node in points (1/72 inch), whatever its text, so that the drawing stays as it is
	 * while the numbers change. If left out, each node is as large as its text.
	 */
	readonly sizes?: Readonly<Record<PictureNode['kind'], readonly [width: number, height: number]>>;
}

/** Text as part of a record label in DOT, where braces, bars and angle brackets have a meaning. */
function escapeText(text: string): string {
	return text.replace(/[\\"{}|<>]/g, '\\$&').replace(/\r\n|\r|\n/g, '\\n');
}

function attributes({ kind, label, value }: PictureNode, { sizes }: DotOptions): string {
	const shape = { value: 'shape=record, ', group: 'shape=Mrecord, ', operation: '' }[kind];
	const numbers = `data ${value.data.toFixed(4)} | grad ${value.grad.toFixed(4)}`;
	const first = label === '' ? '' : `${escapeText(label)} | `;
	const text = kind === 'operation' ? escapeText(label) : `{ ${first}${numbers} }`;
	const [width, height] = sizes?.[kind] ?? [];
	const size =
		width === undefined || height === undefined
			? ''
			: `, fixedsize=true, width=${width / 72}, height=${height / 72}`;
	return `${shape}label="${text}"${size}`;
}

/**
 * The graph that a root was computed from, or a picture of one, as text in Graphviz's DOT language: a record for each value
 * with its label, data and gradient (4 decimals), and an oval for each operation, with an arrow from each operand as often
 * as it is used. A group of nodes shown as one is a record with round corners.
 *
 * Values are named n0, n1, ... in topological order, the operation that makes n7 is named n7op; two values are the same
 * node only if they are the same object.
 */
export function drawDot(drawn: Value | Picture, options: DotOptions = {}): string {
	const { nodes, edges } =
		drawn instanceof Value ? picture(valueGraph(topologicalOrder(drawn))) : drawn;
	return [
		'digraph {',
		`\trankdir=${options.direction ?? 'LR'};`,
		...nodes.map((node) => `\t${node.id} [${attributes(node, options)}];`),
		...edges.map(({ from, to }) => `\t${from} -> ${to};`),
		'}',
		''
	].join('\n');
}
