import { topologicalOrder } from '../engine/order';
import type { Value } from '../engine/value';
import { codeOf, type ParameterUse, type Tape, type TapeNode } from './tape';

/** A graph of `Value`s and what its leaves stand for. A leaf that is not listed is a constant. */
export interface Graph {
	/** Leaves that differ from sample to sample: inputs, targets. */
	readonly samples?: readonly Value[];
	/** Leaves that a step may change for all samples at once, such as a strength. */
	readonly settings?: readonly Value[];
	/** Leaves that are learned. */
	readonly parameters: readonly Value[];
	/** What is differentiated; the gradients of several roots add up. */
	readonly roots?: readonly Value[];
	/** What is to be read. */
	readonly outputs?: readonly Value[];
}

/**
 * Flattens a graph to a tape in topological order. The graph is only looked at; its numbers do not matter.
 * @throws RangeError when a node has an operation that is not in the table, or when something listed as a leaf is none or
 * is listed twice, or when a root or an output is a leaf
 */
export function trace(graph: Graph): Tape {
	const { samples = [], settings = [], parameters, roots = [], outputs = [] } = graph;
	const positions = new Map<Value, number>();
	const nodes: TapeNode[] = [];
	const leaves = new Map<Value, TapeNode>();
	const list = (kind: 'sample' | 'setting' | 'parameter', values: readonly Value[]) => {
		for (const [index, value] of values.entries()) {
			if (value.op !== null) throw new RangeError(`${kind} ${index} is not a leaf`);
			if (leaves.has(value)) throw new RangeError(`${kind} ${index} is listed twice`);
			leaves.set(value, { kind, index });
		}
	};
	list('sample', samples);
	list('setting', settings);
	list('parameter', parameters);

	const place = (value: Value): number => {
		if (value.op === null)
			throw new RangeError('A root or output is a leaf, which computes nothing');
		const known = positions.get(value);
		if (known !== undefined) return known;
		for (const node of topologicalOrder(value)) {
			if (positions.has(node)) continue;
			positions.set(node, nodes.length);
			nodes.push(leaves.get(node) ?? tapeNode(node, positions));
		}
		return nodes.length - 1;
	};
	const rootPlaces = roots.map(place);
	const outputPlaces = outputs.map(place);
	const active = activeNodes(nodes, rootPlaces);
	return {
		nodes,
		sampleCount: samples.length,
		settingCount: settings.length,
		parameterCount: parameters.length,
		roots: rootPlaces,
		outputs: outputPlaces,
		active,
		uses: parameterUses(nodes, active)
	};
}

function tapeNode(value: Value, positions: ReadonlyMap<Value, number>): TapeNode {
	const { op, first, second, exponent } = value;
	if (op === null || first === null) return { kind: 'constant', value: value.data };
	codeOf(op);
	return {
		kind: 'operation',
		op,
		first: positions.get(first)!,
		second: second === null ? -1 : positions.get(second)!,
		exponent: exponent ?? 0
	};
}

function activeNodes(nodes: readonly TapeNode[], roots: readonly number[]): boolean[] {
	const learned = nodes.map(() => false);
	for (const [position, node] of nodes.entries()) {
		learned[position] =
			node.kind === 'parameter' ||
			(node.kind === 'operation' &&
				(learned[node.first]! || (node.second >= 0 && learned[node.second]!)));
	}
	const reached = nodes.map(() => false);
	for (const root of roots) reached[root] = true;
	for (let position = nodes.length - 1; position >= 0; position--) {
		const node = nodes[position]!;
		if (!reached[position] || node.kind !== 'operation') continue;
		reached[node.first] = true;
		if (node.second >= 0) reached[node.second] = true;
	}
	return learned.map((is, position) => is && reached[position]!);
}

function parameterUses(nodes: readonly TapeNode[], active: readonly boolean[]): ParameterUse[] {
	const uses: ParameterUse[] = [];
	for (let position = nodes.length - 1; position >= 0; position--) {
		const node = nodes[position]!;
		if (!active[position] || node.kind !== 'operation') continue;
		for (const operand of [0, 1] as const) {
			const leaf = nodes[operand === 0 ? node.first : node.second];
			if (leaf?.kind === 'parameter') uses.push({ parameter: leaf.index, node: position, operand });
		}
	}
	return uses;
}
