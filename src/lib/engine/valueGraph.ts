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
	/** For each node where it is read, the last reader first: the order in which its gradient is added up. */
	readonly readings: readonly (readonly Reading[])[];
	/** The place of each node. */
	readonly places: ReadonlyMap<Value, number>;
}

/**
 * The graph of the nodes in an order such as `topologicalOrder` returns, or in a part of one. A node whose operands are not
 * all in the part is a leaf of it.
 */
export function valueGraph(nodes: readonly Value[]): ValueGraph {
	const places = new Map(nodes.map((node, place) => [node, place]));
	const first = new Int32Array(nodes.length).fill(-1);
	const second = new Int32Array(nodes.length).fill(-1);
	const readings: Reading[][] = nodes.map(() => []);
	for (let reader = nodes.length - 1; reader >= 0; reader--) {
		const operands = nodes[reader]!.prev.map((operand) => places.get(operand) ?? -1);
		if (operands.includes(-1)) continue;
		first[reader] = operands[0] ?? -1;
		second[reader] = operands[1] ?? -1;
		for (const [operand, place] of operands.entries()) {
			readings[place]!.push({ reader, operand: operand as 0 | 1 });
		}
	}
	return { nodes, first, second, readings, places };
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
	return graph.readings[place]!.map((reading) => {
		const local = localDerivative(graph, data, reading);
		const incoming = grad[reading.reader]!;
		return { ...reading, local, incoming, term: local * incoming };
	});
}
