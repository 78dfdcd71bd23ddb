import { ops } from '$lib/engine/ops';
import { topologicalOrder } from '$lib/engine/order';
import type { Value } from '$lib/engine/value';
import type { UpdateStep } from '$lib/explain/microSteps';
import type { RuleLine } from './ruleText';

/** How a leaf is written: by its name, or as a number, which stands in brackets where it is negative and not the first. */
type WriteLeaf = (leaf: Value, isFirst: boolean) => string;

const signs = new Map<Value['op'], string>([
	[ops.add, ' + '],
	[ops.sub, ' − '],
	[ops.mul, ' · '],
	[ops.div, ' / ']
]);

/** How tightly operations bind; functions and leaves most. */
const binding = (node: Value) => {
	if (node.op === ops.add || node.op === ops.sub) return 1;
	if (node.op === ops.mul || node.op === ops.div) return 2;
	return node.op === ops.neg || node.op === ops.pow ? 3 : 4;
};

/** The expression that a node is, down to its leaves and to the nodes that are `known` by a name. */
function written(root: Value, write: WriteLeaf, known: ReadonlySet<Value>): string {
	const part = (node: Value, least: number, isFirst: boolean): string => {
		const { op, first, second, exponent } = node;
		if (op === null || first === null || (known.has(node) && node !== root)) {
			return write(node, isFirst);
		}
		const bound = binding(node);
		const bracketed = bound < least;
		const text = () => {
			if (exponent !== undefined) return `${part(first, 4, true)}^${exponent}`;
			if (op === ops.neg) return `−${part(first, 4, false)}`;
			if (second === null) return `${op.name}(${part(first, 0, true)})`;
			const sign = signs.get(op);
			if (!sign) return `${op.name}(${part(first, 0, true)}, ${part(second, 0, true)})`;
			return `${part(first, bound, isFirst || bracketed)}${sign}${part(second, bound + 1, false)}`;
		};
		return bracketed ? `(${text()})` : text();
	};
	return part(root, 0, true);
}

/**
 * The lines of an update, as assignments one after the other: what is remembered, then the parameter, which reads that; the
 * other way round where the parameter reads what was remembered before.
 * @param number - a number by itself
 * @param factor - a number in an expression
 */
export function updateLines(
	{ update, before }: UpdateStep,
	name: string,
	number: (value: number) => string,
	factor: (value: number) => string
): RuleLine[] {
	const remembered = Object.entries(update.state).map(
		([kind, node]) => [`${name}.${kind}`, node] as const
	);
	const targets = new Map(remembered.map(([target, node]) => [node, target]));
	const nodes = remembered.map(([, node]) => node);
	const below = topologicalOrder(update.parameter, nodes);
	const readsFormer = below.some(({ label }) => remembered.some(([target]) => target === label));
	const known = new Set(readsFormer ? [] : nodes);
	const nameOf = (node: Value) =>
		node.op === null ? node.label || number(node.data) : targets.get(node)!;
	const line = (target: string, root: Value): RuleLine => ({
		target,
		sign: '←',
		formula: written(root, nameOf, known),
		numbers: written(root, ({ data }, isFirst) => (isFirst ? number : factor)(data), known),
		after: number(root.data)
	});
	const moved = { ...line(name, update.parameter), before: number(before) };
	const lines = remembered.map(([target, node]) => line(target, node));
	return readsFormer ? [moved, ...lines] : [...lines, moved];
}
