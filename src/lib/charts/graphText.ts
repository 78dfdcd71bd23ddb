import { atom, numeral, printCall } from '../engine/notation';
import { ops } from '../engine/ops';
import type { Value } from '../engine/value';
import { readingsOf, type ValueGraph } from '../engine/valueGraph';
import type { ModelGraph } from '../explain/sampleGraph';
import type { Role } from '../nn/roles';
import { formatNumber } from './format';

/** How a node's card is drawn. */
export type CardKind = 'parameter' | 'input' | 'constant' | 'result' | 'step';

const signs: Readonly<Record<string, string>> = {
	add: '+',
	sub: '−',
	mul: '×',
	div: '÷',
	neg: '−',
	exp: 'eˣ',
	log: 'ln',
	sigmoid: 'σ',
	sqrt: '√',
	abs: '|x|'
};

/** The sign of a node's operation as it is drawn: ×, +, tanh, x²; empty for a leaf. */
export function operationSign({ op, exponent }: Value): string {
	if (op === null) return '';
	if (exponent === undefined) return signs[op.name] ?? op.symbol;
	return printCall(op, { a: atom('x'), b: numeral(exponent) }).text;
}

/** Four significant digits at most, in eight characters: 0.3100, −12.35, 2.1e−7. */
export function cardNumber(value: number): string {
	const size = Math.abs(value);
	if (size === 0) return '0';
	if (!(size < 99_999.5)) return size < Infinity ? short(value) : formatNumber(value);
	if (size < 0.001) return short(value);
	return formatNumber(value, size < 9.99995 ? 4 : size < 99.9995 ? 3 : size < 999.995 ? 2 : 1);
}

/** A number in five characters or so, for a glance: 0.31, −12.4. */
export function shortNumber(value: number): string {
	const size = Math.abs(value);
	return formatNumber(value, size < 9.995 ? 2 : size < 99.95 ? 1 : 0);
}

const short = (value: number) => value.toExponential(1).replaceAll('-', '−').replace('+', '');

/** Whether a node is a leaf of the graph. */
export const isLeaf = ({ first }: ValueGraph, place: number): boolean => first[place]! < 0;

/** How a node's card is drawn. */
export function cardKind(graph: ModelGraph, place: number): CardKind {
	const value = graph.nodes[place]!;
	if (!isLeaf(graph, place)) return value.label === '' ? 'step' : 'result';
	const kind = graph.roles.get(value)?.kind;
	if (kind === 'weight' || kind === 'bias') return 'parameter';
	return value.label === '' ? 'constant' : 'input';
}

/** The word that stands on a leaf's card; empty for what is computed. */
export function tagOf(graph: ModelGraph, place: number): string {
	const role = graph.roles.get(graph.nodes[place]!)?.kind;
	const kind = cardKind(graph, place);
	if (kind === 'parameter') return role!;
	if (kind === 'input') return role === 'target' || role === 'strength' ? '' : 'input';
	return kind === 'constant' ? 'constant' : '';
}

/** The operands that a node shows in its own name: by their labels, or as … */
function operandNames({ nodes, first, second }: ValueGraph, place: number): string[] {
	return [first[place]!, second[place]!]
		.filter((operand) => operand >= 0)
		.map((operand) => nodes[operand]!.label || '…');
}

/** The first node on the way up that has a label. */
export function labeledAbove(graph: ValueGraph, place: number): string {
	const { nodes } = graph;
	let above = place;
	for (;;) {
		const [reading] = nodes[above]!.label === '' ? readingsOf(graph, above) : [];
		if (!reading) return nodes[above]!.label || 'the root';
		above = reading.reader;
	}
}

/** What a sum in the middle of a chain of products is called, "z1.3 so far"; null for any other node. */
export function partialSum(graph: ValueGraph, place: number): string | null {
	const { op, label } = graph.nodes[place]!;
	const b = graph.second[place]!;
	if (label !== '' || op !== ops.add || graph.nodes[b]!.label !== '') return null;
	return isLeaf(graph, b) ? null : `${labeledAbove(graph, place)} so far`;
}

/** What stands on a node's card as its name: its label, or how it is made: "w1.1.2·x2", "z1.1 so far", "… + …". */
export function captionOf(graph: ValueGraph, place: number): string {
	const value = graph.nodes[place]!;
	if (value.label !== '') return value.label;
	if (isLeaf(graph, place)) return '';
	const partial = partialSum(graph, place);
	if (partial !== null) return partial;
	const [a, b] = operandNames(graph, place).map(atom);
	return printCall(value.op!, { a: a!, b: b ?? numeral(value.exponent ?? 0) }, '·').text;
}

const layerOf = ({ layer, neuron }: { readonly layer: number; readonly neuron: number }) =>
	`layer ${layer + 1}, neuron ${neuron + 1}`;

const words: { readonly [Kind in Role['kind']]: (role: Extract<Role, { kind: Kind }>) => string } =
	{
		input: ({ input }) => `input ${input + 1}: a coordinate of the point`,
		weight: (role) => `weight of ${layerOf(role)} for input ${role.input + 1}`,
		bias: (role) => `bias of ${layerOf(role)}`,
		sum: (role) => `weighted sum of ${layerOf(role)}`,
		hidden: (role) => `output of ${layerOf(role)}`,
		output: () => "the network's output",
		target: () => 'the output that is wanted: −1 for class A, 1 for class B',
		'data loss': () => 'how wrong the output is',
		penalty: () => 'the penalty on large parameters',
		strength: () => 'the strength of L2',
		loss: () => 'what training makes small'
	};

/** A node in words: "weight of layer 1, neuron 3 for input 2", "product of w1.3.2 and x2". */
export function wordsOf(graph: ModelGraph, place: number): string {
	const value = graph.nodes[place]!;
	const { label, op } = value;
	const role = graph.roles.get(value);
	if (role) return (words[role.kind] as (role: Role) => string)(role);
	if (isLeaf(graph, place)) return label === '' ? 'a constant' : 'a given number';
	const names = operandNames(graph, place).map((name) => (name === '…' ? 'what is before' : name));
	return `${op!.noun} of ${names[0] === names[1] ? `${names[0]!} twice` : names.join(' and ')}`;
}

/** A node's name and numbers for those who hear them: "w1.3.2, data 0.3100, gradient −0.0200". */
export function spokenNode(name: string, data: number, grad: number): string {
	return `${name}, data ${cardNumber(data)}, gradient ${cardNumber(grad)}`;
}

/** A factor of a product: a negative one in brackets. */
export function termNumber(value: number): string {
	const text = cardNumber(value);
	return text.startsWith('−') ? `(${text})` : text;
}
