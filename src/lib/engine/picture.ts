import type { Value } from './value';
import type { ValueGraph } from './valueGraph';

/** Nodes that a picture shows as one, such as a neuron. */
export interface Group {
	/** What a person calls it: "Layer 1, neuron 3". */
	readonly name: string;
	readonly members: ReadonlySet<Value>;
	/** The member that stands for the group: its numbers are shown. */
	readonly result: Value;
	/** Whether arrows into the group are left out, because it reads more than a picture can bear. */
	readonly silent?: boolean;
}

/** A box or an oval of a picture. */
export interface PictureNode {
	/** n7 for a value or the group that it stands for, n7op for the operation that makes it. */
	readonly id: string;
	readonly kind: 'value' | 'operation' | 'group';
	/** Which node of the graph is meant: the value, the operation's result, the group's result. */
	readonly place: number;
	/** The value's label, or the operation's sign. */
	readonly label: string;
	readonly value: Value;
	/** For a group. */
	readonly group: Group | null;
}

/** An arrow, from an operand to an operation or from an operation to its result, by their ids. */
export interface PictureEdge {
	readonly from: string;
	readonly to: string;
}

/** What a drawing of a graph shows. */
export interface Picture {
	readonly nodes: readonly PictureNode[];
	readonly edges: readonly PictureEdge[];
}

function signOf({ op, exponent }: Value): string {
	return exponent === undefined ? op!.symbol : `${op!.symbol}${exponent}`;
}

/**
 * The picture of a graph, in which each group is folded into one node. An operand has an arrow as often as it is used, but
 * only one into a group. The groups do not overlap.
 */
export function picture(graph: ValueGraph, groups: readonly Group[] = []): Picture {
	/** The place that stands for each node: its own, or that of its group's result. */
	const shown = Int32Array.from(graph.nodes.keys());
	const owners = new Map<number, Group>();
	for (const group of groups) {
		const result = graph.places.get(group.result)!;
		owners.set(result, group);
		for (const member of group.members) shown[graph.places.get(member)!] = result;
	}
	const nodes: PictureNode[] = [];
	const edges: PictureEdge[] = [];
	const drawn = new Set<number>();
	for (const [place, value] of graph.nodes.entries()) {
		const to = shown[place]!;
		const group = owners.get(to) ?? null;
		const id = `n${to}`;
		if (group && to === place)
			nodes.push({ id, kind: 'group', place, label: value.label, value, group });
		if (group?.silent) continue;
		const [first, second] = [graph.first[place]!, graph.second[place]!];
		if (group) {
			for (const operand of [first, second]) {
				const from = operand < 0 ? to : shown[operand]!;
				const key = from * graph.nodes.length + to;
				if (from === to || drawn.has(key)) continue;
				drawn.add(key);
				edges.push({ from: `n${from}`, to: id });
			}
			continue;
		}
		nodes.push({ id, kind: 'value', place, label: value.label, value, group });
		if (first < 0) continue;
		nodes.push({ id: `${id}op`, kind: 'operation', place, label: signOf(value), value, group });
		edges.push({ from: `${id}op`, to: id });
		edges.push({ from: `n${shown[first]!}`, to: `${id}op` });
		if (second >= 0) edges.push({ from: `n${shown[second]!}`, to: `${id}op` });
	}
	return { nodes, edges };
}
