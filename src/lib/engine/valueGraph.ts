import type { Value } from './value';

/** One place where a node enters another: as its first (0) or its second (1) operand. */
export interface Reading {
	/** The node that reads. */
	readonly reader: number;
	readonly operand: 0 | 1;
}

/** A graph of `Value`s, or a part cut out of one, as lists; a node is named by its place in them. */
export interface ValueGraph {
	/** Every node after its operands; the last is the root. */
	readonly nodes: readonly Value[];
	/** The places of each node's operands; -1 where there is none. Both are -1 for a leaf of the part. */
	readonly first: Int32Array;
	readonly second: Int32Array;
	/**
	 * Where each node is read: twice the reader's place plus the operand. Those of a node stand between its own entry in
	 * `readingStarts` and the next, the first reader first.
	 */
	readonly readings: Int32Array;
	readonly readingStarts: Int32Array;
	/** The place of each node. */
	readonly places: ReadonlyMap<Value, number>;
}

/**
 * The graph of the nodes in an order such as `topologicalOrder` returns, or in a part of one. A node whose operands are not
 * all in the part is a leaf of it.
 */
export function valueGraph(nodes: readonly Value[]): ValueGraph {
	const places = new Map<Value, number>();
	const first = new Int32Array(nodes.length).fill(-1);
	const second = new Int32Array(nodes.length).fill(-1);
	const readingStarts = new Int32Array(nodes.length + 1);
	for (const [place, node] of nodes.entries()) {
		places.set(node, place);
		if (node.first === null) continue;
		const a = places.get(node.first) ?? -1;
		const b = node.second === null ? -1 : (places.get(node.second) ?? -1);
		if (a < 0 || (b < 0 && node.second !== null)) continue;
		first[place] = a;
		second[place] = b;
		readingStarts[a + 1]!++;
		if (b >= 0) readingStarts[b + 1]!++;
	}
	for (let place = 0; place < nodes.length; place++)
		readingStarts[place + 1]! += readingStarts[place]!;
	const readings = new Int32Array(readingStarts[nodes.length]!);
	const ends = readingStarts.slice();
	for (let reader = 0; reader < nodes.length; reader++) {
		const [a, b] = [first[reader]!, second[reader]!];
		// The second operand's gradient is added to after the first's, as in going down a list from its end.
		if (b >= 0) readings[ends[b]!++] = 2 * reader + 1;
		if (a >= 0) readings[ends[a]!++] = 2 * reader;
	}
	return { nodes, first, second, readings, readingStarts, places };
}

/** Where a node is read, the last reader first: the order in which its gradient is added up. */
export function readingsOf({ readings, readingStarts }: ValueGraph, place: number): Reading[] {
	return Array.from(readings.subarray(readingStarts[place]!, readingStarts[place + 1]!))
		.reverse()
		.map((reading) => ({ reader: reading >> 1, operand: (reading & 1) as 0 | 1 }));
}

/** The data and the gradient of each node of a graph. */
export interface Numbers {
	readonly data: Float64Array;
	readonly grad: Float64Array;
}

/** What the nodes hold now. */
export function numbersOf({ nodes }: ValueGraph): Numbers {
	return {
		data: Float64Array.from(nodes, ({ data }) => data),
		grad: Float64Array.from(nodes, ({ grad }) => grad)
	};
}

/**
 * The local derivative of a node with respect to one of its operands, at the numbers given.
 * @throws RangeError when the node is a leaf
 */
export function localDerivative(
	{ nodes, first, second }: ValueGraph,
	data: Float64Array,
	{ reader, operand }: Reading
): number {
	const { op, exponent } = nodes[reader]!;
	if (op === null || first[reader]! < 0) throw new RangeError('A leaf has no local derivative');
	const a = data[first[reader]!]!;
	const b = second[reader]! < 0 ? (exponent ?? 0) : data[second[reader]!]!;
	return operand === 0 ? op.slopeA(a, b, data[reader]!) : op.slopeB(a, b, data[reader]!);
}

/** A part of a node's gradient: what one reading of it adds. */
export interface GradientTerm extends Reading {
	/** The local derivative of the reader with respect to the node. */
	readonly local: number;
	/** The gradient of the reader. */
	readonly incoming: number;
	/** Their product. */
	readonly term: number;
}

/** The terms whose sum, from 0 and from left to right, is the gradient of a node that is not the root. */
export function gradientTerms(
	graph: ValueGraph,
	{ data, grad }: Numbers,
	place: number
): GradientTerm[] {
	return readingsOf(graph, place).map((reading) => {
		const local = localDerivative(graph, data, reading);
		const incoming = grad[reading.reader]!;
		return { ...reading, local, incoming, term: local * incoming };
	});
}
