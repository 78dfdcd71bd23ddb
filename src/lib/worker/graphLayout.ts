import type { Viz } from '@viz-js/viz';

/** Where a node stands: its middle and its size, in units of 1/72 inch. */
export interface NodeBox {
	readonly x: number;
	readonly y: number;
	readonly width: number;
	readonly height: number;
}

/** The course of an edge. */
export interface EdgeCurve {
	readonly from: string;
	readonly to: string;
	/** x and y in turn: a start, then three points (two controls and an end) for each cubic Bézier curve. */
	readonly points: readonly number[];
	/** Where the tip of the arrow is. */
	readonly tip: readonly [x: number, y: number];
}

/** Where everything of a drawn graph stands, x to the right and y down from its top left corner, in units of 1/72 inch. */
export interface GraphLayout {
	readonly width: number;
	readonly height: number;
	readonly nodes: ReadonlyMap<string, NodeBox>;
	/** In the order of the DOT text. */
	readonly edges: readonly EdgeCurve[];
}

/** How things are to stand. */
export interface Arrangement {
	/** Between the nodes of a rank, in units of 1/72 inch. */
	readonly nodeGap: number;
	/** Between the ranks, in units of 1/72 inch. */
	readonly rankGap: number;
	/** Operands in their order, as far as possible; it makes large graphs much larger. */
	readonly ordered: boolean;
}

/** A graph that cannot be laid out, with a sentence for the person who asked for it. */
export class LayoutError extends Error {
	override name = 'LayoutError';
}

/** What Graphviz writes about a graph, as far as it is read here; numbers are in its own units, y up. */
interface Written {
	readonly bb: string;
	readonly objects?: readonly {
		readonly _gvid: number;
		readonly name: string;
		readonly pos?: string;
		readonly width?: string;
		readonly height?: string;
	}[];
	readonly edges?: readonly {
		readonly tail: number;
		readonly head: number;
		readonly pos: string;
	}[];
}

const inch = 72;

const numbersIn = (text: string): number[] => text.split(/[\s,;]+/).map(Number);

/** What Graphviz's JSON says, as a layout. */
function parseLayout(json: string): GraphLayout {
	const { bb, objects = [], edges = [] } = JSON.parse(json) as Written;
	const [left = 0, bottom = 0, right = 0, top = 0] = numbersIn(bb);
	const down = (y: number) => top - y;
	const names = new Map<number, string>();
	const nodes = new Map<string, NodeBox>();
	for (const { _gvid, name, pos, width, height } of objects) {
		names.set(_gvid, name);
		if (pos === undefined) continue;
		const [x = 0, y = 0] = numbersIn(pos);
		const size = { width: Number(width) * inch, height: Number(height) * inch };
		nodes.set(name, { x: x - left, y: down(y), ...size });
	}
	const curves = edges.map(({ tail, head, pos }): EdgeCurve => {
		// "e,x,y" is where the arrow ends; the first of several splines is the whole edge here.
		const [, end, course = ''] = /^(?:e,(\S+) )?([^;]*)/.exec(pos) ?? [];
		const points = numbersIn(course).map((n, index) => (index % 2 ? down(n) : n - left));
		const last = [points.at(-2) ?? 0, points.at(-1) ?? 0] as const;
		const [x, y] = end === undefined ? [] : numbersIn(end);
		const tip = x === undefined || y === undefined ? last : ([x - left, down(y)] as const);
		return { from: names.get(tail) ?? '', to: names.get(head) ?? '', points, tip };
	});
	return { width: right - left, height: top - bottom, nodes, edges: curves };
}

/**
 * Has Graphviz lay out a graph.
 * @throws LayoutError when it refuses
 */
export function layOutWith(
	viz: Viz,
	dot: string,
	{ nodeGap, rankGap, ordered }: Arrangement
): GraphLayout {
	const result = viz.render(dot, {
		format: 'json0',
		graphAttributes: {
			nodesep: nodeGap / inch,
			ranksep: rankGap / inch,
			...(ordered ? { ordering: 'in' } : {})
		},
		edgeAttributes: { arrowsize: 0.6 }
	});
	if (result.status === 'success') return parseLayout(result.output);
	const reason = result.errors.find(({ level }) => level === 'error')?.message;
	throw new LayoutError(`Graphviz could not lay out this graph${reason ? ` (${reason})` : ''}.`);
}
