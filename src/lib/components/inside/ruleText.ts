import { cardNumber, labeledAbove, operationSign, partialSum } from '$lib/charts/graphText';
import { ops, type OpName } from '$lib/engine/ops';
import type { Value } from '$lib/engine/value';
import { readingsOf, type Numbers, type ValueGraph } from '$lib/engine/valueGraph';
import type { BackwardStep, ForwardStep, MicroStep, TermWrite } from '$lib/explain/microSteps';
import type { Turns } from '$lib/explain/stepper';
import { updateLines } from './updateText';

/** What a micro-step did, for reading: formulas with names, with numbers, and a sentence of why. */
export interface RuleText {
	/** "tanh makes h1.3" */
	readonly title: string;
	readonly lines: readonly RuleLine[];
	readonly why: string;
	/** What is going wrong, where something is. */
	readonly warning?: string;
}

/** `target` `sign` `formula`, which is `numbers`; the number was `before` and is `after`. */
export interface RuleLine {
	readonly target: string;
	readonly sign: '=' | '+=' | '←';
	readonly formula: string;
	readonly numbers: string;
	/** Left out where there is nothing to compare with. */
	readonly before?: string;
	readonly after: string;
	/** "2 of 3 terms have arrived" */
	readonly note?: string;
}

/** What a text is made from. */
export interface RuleSource {
	readonly graph: ValueGraph;
	readonly numbers: Numbers;
	readonly turns: Turns;
	readonly position: number;
	/** Whether gradients are added to what is there, as is right. */
	readonly adds: boolean;
}

/** Longer expressions are named by what they are part of. */
const longest = 26;

const bracketed = (text: string) => (/[ ,]/.test(text) ? `(${text})` : text);

/** How a formula calls a node: its label, the expression that it is, or the part of a sum that it is. */
function nameOf(graph: ValueGraph, place: number): string {
	const node = graph.nodes[place]!;
	if (node.label !== '') return node.label;
	const a = graph.first[place]!;
	if (a < 0) return cardNumber(node.data).replace(/\.?0+$/, '');
	const b = graph.second[place]!;
	const partial = partialSum(graph, place);
	if (partial !== null) return partial;
	const text = expression(node, nameOf(graph, a), b < 0 ? '' : nameOf(graph, b), '·');
	return text.length > longest ? `part of ${labeledAbove(graph, place)}` : text;
}

function expression(node: Value, a: string, b: string, times = ' · '): string {
	const { op, exponent } = node;
	if (exponent !== undefined) return `${bracketed(a)}^${exponent}`;
	const sign = operationSign(node);
	if (op === ops.mul) return `${bracketed(a)}${times}${bracketed(b)}`;
	if (op === ops.neg) return `−${bracketed(a)}`;
	return op!.arity === 2 ? `${a} ${sign} ${bracketed(b)}` : `${op!.name}(${a})`;
}

/** The local derivative in names, by the table of operations. */
function localText(graph: ValueGraph, place: number, operand: 0 | 1): string {
	const node = graph.nodes[place]!;
	const [a, b] = [graph.first[place]!, graph.second[place]!];
	const names: Record<string, string> = {
		a: bracketed(nameOf(graph, a)),
		b: b < 0 ? String(node.exponent) : bracketed(nameOf(graph, b))
	};
	const out = bracketed(nameOf(graph, place));
	return node
		.op!.slopeTexts[operand]!.replace(/(tanh|exp)\(a\)/, out)
		.replace('s * (1 - s), s = sigmoid(a)', `${out} * (1 - ${out})`)
		.replaceAll(/\b[ab]\b/g, (letter) => names[letter]!)
		.replaceAll('^2', '²')
		.replaceAll(' * ', '·')
		.replaceAll('-', '−');
}

/** Whole numbers as they are, others with four digits. */
const number = (value: number) =>
	Number.isInteger(value) && Math.abs(value) < 10_000
		? cardNumber(value).replace(/\.0+$/, '')
		: cardNumber(value);
/** As a factor or a term: a negative number in brackets. */
const factor = (value: number) => (value < 0 ? `(${number(value)})` : number(value));

const whys: Readonly<Partial<Record<OpName, string>>> = {
	add: 'A sum hands its gradient to both operands as it is: if either grows by a little, the sum grows by as much.',
	sub: 'A difference hands its gradient to the first operand as it is, and with the other sign to the second.',
	mul: 'Each factor’s local derivative is the other factor: the larger that is, the more the product moves.',
	neg: 'The sign turns, and so does the gradient’s.',
	tanh: 'Where tanh is flat (near −1 or 1), 1 − tanh² is almost 0 and hardly any gradient gets through.',
	relu: 'ReLU lets the gradient through where it was positive, and nothing where it was not.',
	exp: 'The slope of e to the a is e to the a itself.',
	log: 'The slope of the logarithm is 1 / a.'
};

const words: Readonly<Partial<Record<OpName, string>>> = {
	add: 'sum',
	sub: 'difference',
	mul: 'product',
	neg: 'minus sign'
};

/** "product w1.1.2·x2", "tanh h1.3" */
function called(graph: ValueGraph, place: number): string {
	const name = graph.nodes[place]!.op!.name as OpName;
	return `${words[name] ?? name} ${nameOf(graph, place)}`;
}

const capital = (text: string) =>
	/^(tanh|exp|log)\b/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);

function forwardText(graph: ValueGraph, numbers: Numbers, step: ForwardStep): RuleText {
	const node = graph.nodes[step.place]!;
	const [a, b] = step.operands;
	const second = (text: (place: number) => string) => (b === undefined ? '' : text(b));
	const valueOf = (place: number) => numbers.data[place]!;
	const target = nameOf(graph, step.place);
	const formula = expression(
		node,
		nameOf(graph, a!),
		second((place) => nameOf(graph, place))
	);
	return {
		title: capital(called(graph, step.place)),
		lines: [
			{
				// What is named by its own formula says it once.
				target: formula.replaceAll(' ', '') === target.replaceAll(' ', '') ? '' : target,
				sign: '=',
				formula,
				numbers: expression(
					node,
					number(valueOf(a!)),
					second((place) => factor(valueOf(place)))
				),
				after: number(step.after)
			}
		],
		why: 'An operation can be computed as soon as its operands are there: operands first.'
	};
}

/** The steps of the folded penalty, made in one, backward. */
export function penaltyText(adds: boolean): RuleText {
	return {
		title: 'L2 passes its gradient on to every parameter p',
		lines: [
			{
				target: 'p.grad',
				sign: adds ? '+=' : '=',
				formula: '2 · strength · p',
				numbers: 'the derivative of strength · p²',
				after: 'a pull toward 0'
			}
		],
		why: 'One such term for each parameter, two steps each: unfold L2 to see them one by one.'
	};
}

/** How many of the terms of a node's gradient have arrived. */
function arrivals({ graph, turns, position }: RuleSource, place: number): [number, number] {
	const readings = readingsOf(graph, place);
	const arrived = readings.filter(({ reader }) => turns.backward[reader]! <= position);
	return [arrived.length, readings.length];
}

function termLine(source: RuleSource, step: BackwardStep, term: TermWrite): RuleLine {
	const { graph, adds } = source;
	const [arrived, all] = arrivals(source, term.place);
	const local = localText(graph, step.place, term.operand);
	const passing = `${bracketed(nameOf(graph, step.place))}.grad`;
	const twice = step.terms.length === 2 && step.terms[0]!.place === step.terms[1]!.place;
	const so = twice && term.operand === 0 ? arrived - 1 : arrived;
	return {
		target: `${bracketed(nameOf(graph, term.place))}.grad`,
		sign: adds ? '+=' : '=',
		formula: `${/^[\d−]*$/.test(local) ? local : bracketed(local)} · ${passing}`,
		numbers: `${factor(term.local)} · ${factor(term.incoming)} = ${number(term.term)}`,
		before: number(term.before),
		after: number(term.after),
		...(all > 1 && {
			note: so === all ? `all ${all} terms are in: complete` : `${so} of ${all} terms are in`
		})
	};
}

function backwardText(source: RuleSource, step: BackwardStep): RuleText {
	const { graph, adds } = source;
	const name = nameOf(graph, step.place);
	const { op } = graph.nodes[step.place]!;
	const [arrived, all] = arrivals({ ...source, position: source.position - 1 }, step.place);
	const tooEarly =
		arrived < all
			? `${name} passes its gradient on with ${arrived} of its ${all} terms: the rest comes too late for all that lies below.`
			: null;
	const lost = step.terms.find(({ before }) => !adds && before !== 0);
	const overwritten = lost
		? `${nameOf(graph, lost.place)}.grad held ${number(lost.before)}; = throws that away.`
		: null;
	const warning = tooEarly ?? overwritten;
	return {
		title: `${capital(called(graph, step.place))} passes its gradient on`,
		lines: step.terms.map((term) => termLine(source, step, term)),
		why: whys[op!.name as OpName] ?? 'Local derivative times incoming gradient: the chain rule.',
		...(warning !== null && { warning })
	};
}

/** The text of a micro-step; at the start there is none. */
export function ruleText(source: RuleSource, step: MicroStep): RuleText {
	const { graph, numbers } = source;
	if (step.kind === 'forward') return forwardText(graph, numbers, step);
	if (step.kind === 'backward') return backwardText(source, step);
	if (step.kind === 'zero') {
		const used = step.writes.filter(({ before }) => before !== 0).length;
		if (step.writes.length === 0) {
			return {
				title: 'Zero grad is forgotten',
				lines: [],
				why: 'The leaves keep what gradients they have, and the new ones will be added to them.',
				warning:
					'backward adds: without zero grad, this step’s gradients come on top of the last step’s.'
			};
		}
		return {
			title: `All ${step.writes.length} leaves forget their gradients`,
			lines: [],
			why: `${used === 0 ? 'They were all 0 already' : used === 1 ? 'One of them was not 0' : `${used} of them were not 0`}. backward adds to what is there, so each step has to begin with 0.`
		};
	}
	const name = nameOf(graph, step.place);
	if (step.kind === 'seed') {
		return {
			title: `The walk back begins at ${bracketed(name)}`,
			lines: [
				{
					target: `${bracketed(name)}.grad`,
					sign: source.adds ? '+=' : '=',
					formula: '1',
					numbers: '1',
					before: number(step.before),
					after: number(step.after)
				}
			],
			why: `If ${name} grows by a little, ${name} grows by just as much: the derivative with respect to itself is 1.`
		};
	}
	return {
		title: `${name} is updated`,
		lines: updateLines(step, name, number, factor),
		why: step.help
	};
}

/** A micro-step in a few words, for the scrubber: "tanh h1.3". */
export function stepName(graph: ValueGraph, step: MicroStep | null): string {
	if (!step) return 'start';
	if (step.kind === 'zero') return step.writes.length > 0 ? 'zero grad' : 'zero grad forgotten';
	const name = nameOf(graph, step.place);
	if (step.kind === 'seed') return `${name}.grad starts at 1`;
	if (step.kind === 'update') return name;
	return called(graph, step.place);
}
