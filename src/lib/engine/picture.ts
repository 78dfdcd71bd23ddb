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
	const owners = new Map<Value, Group>();
	for (const group of groups) for (const member of group.members) owners.set(member, group);
	const idOf = (place: number): string => {
		const group = owners.get(graph.nodes[place]!);
		return `n${group ? graph.places.get(group.result)! : place}`;
	};
	const nodes: PictureNode[] = [];
	const edges: PictureEdge[] = [];
	const drawn = new Set<string>();
	for (const [place, value] of graph.nodes.entries()) {
		const group = owners.get(value) ?? null;
		const operands = [graph.first[place]!, graph.second[place]!].filter((operand) => operand >= 0);
		if (group) {
			const to = idOf(place);
			if (value === group.result)
				nodes.push({ id: to, kind: 'group', place, label: value.label, value, group });
			for (const operand of group.silent ? [] : operands) {
				const from = idOf(operand);
				if (from === to || drawn.has(`${from} ${to}`)) continue;
				drawn.add(`${from} ${to}`);
				edges.push({ from, to });
			}
			continue;
		}
		const id = idOf(place);
		nodes.push({ id, kind: 'value', place, label: value.label, value, group });
		if (operands.length === 0) continue;
		nodes.push({ id: `${id}op`, kind: 'operation', place, label: signOf(value), value, group });
		edges.push({ from: `${id}op`, to: id });
		for (const operand of operands) edges.push({ from: idOf(operand), to: `${id}op` });
	}
	return { nodes, edges };
}
