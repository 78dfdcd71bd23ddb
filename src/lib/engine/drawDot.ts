import { topologicalOrder } from './order';
import type { Value } from './value';

/** Text as part of a record label in DOT, where braces, bars and angle brackets have a meaning. */
function escapeText(text: string): string {
	return text.replace(/[\\"{}|<>]/g, '\\$&').replace(/\r\n|\r|\n/g, '\\n');
}

function opText(node: Value): string {
	const symbol = node.op!.symbol;
	return node.exponent === undefined ? symbol : `${symbol}${node.exponent}`;
}

/**
 * The graph that `root` was computed from, as text in Graphviz's DOT language: a record for each value with its label, data
 * and gradient (4 decimals), and an oval for each operation, with an arrow from each operand as often as it is used.
 *
 * Values are named n0, n1, ... in topological order, the operation that makes n7 is named n7op; two values are the same
 * node only if they are the same object.
 *
 * @param direction where the arrows point: left to right, or top to bottom
 */
export function drawDot(root: Value, direction: 'LR' | 'TB' = 'LR'): string {
	const nodes = topologicalOrder(root);
	const names = new Map(nodes.map((node, i) => [node, `n${i}`]));
	const lines = ['digraph {', `\trankdir=${direction};`];
	for (const node of nodes) {
		const name = names.get(node)!;
		const label = node.label === '' ? '' : `${escapeText(node.label)} | `;
		const numbers = `data ${node.data.toFixed(4)} | grad ${node.grad.toFixed(4)}`;
		lines.push(`\t${name} [shape=record, label="{ ${label}${numbers} }"];`);
		if (node.op === null) continue;
		lines.push(`\t${name}op [label="${escapeText(opText(node))}"];`);
		lines.push(`\t${name}op -> ${name};`);
		for (const operand of node.prev) lines.push(`\t${names.get(operand)!} -> ${name}op;`);
	}
	lines.push('}');
	return lines.join('\n') + '\n';
}
