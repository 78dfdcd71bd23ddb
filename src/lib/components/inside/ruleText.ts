import { cardNumber, labeledAbove, partialSum } from '$lib/charts/graphText';
import {
	atom,
	enclosed,
	numeral,
	phrase,
	printCall,
	printFormula,
	printSlope,
	type Names,
	type Printed
} from '$lib/engine/notation';
import { ops, type OpName } from '$lib/engine/ops';
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

/** How a formula calls a node: its label, the expression that it is, or the part of a sum that it is. */
function partOf(graph: ValueGraph, place: number): Printed {
	const { label, op, data } = graph.nodes[place]!;
	if (label !== '') return label.includes(' ') ? phrase(label) : atom(label);
	if (graph.first[place]! < 0) return numeral(data, number);
	const partial = partialSum(graph, place);
	if (partial !== null) return phrase(partial);
	const call = printCall(op!, operandsOf(graph, place), '·');
	return call.text.length > longest ? phrase(`part of ${labeledAbove(graph, place)}`) : call;
}

const nameOf = (graph: ValueGraph, place: number) => partOf(graph, place).text;

const gradOf = (graph: ValueGraph, place: number) => `${enclosed(partOf(graph, place))}.grad`;

/** What a formula calls the operands of a node. */
function operandsOf(graph: ValueGraph, place: number): Names {
	const [a, b] = [graph.first[place]!, graph.second[place]!];
	const second = b < 0 ? numeral(graph.nodes[place]!.exponent ?? 0) : partOf(graph, b);
	return { a: partOf(graph, a), b: second };
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
	log: 'The slope of the logarithm is 1 / a.',
	sqrt: 'The nearer to 0, the steeper the root: at 0 its slope is infinite.',
	abs: 'Below 0 an absolute value falls as its operand grows: there the gradient’s sign turns.',
	max: 'Only the larger operand moves a maximum: the gradient goes to it alone, and to the first of two equals.',
	sin: 'The slope of the sine is the cosine.',
	cos: 'The slope of the cosine is the sine with the other sign.'
};

/** "product w1.1.2·x2", "tanh h1.3" */
function called(graph: ValueGraph, place: number): string {
	return `${graph.nodes[place]!.op!.noun} ${nameOf(graph, place)}`;
}

/** The same at the start of a sentence: a function stays as it is written. */
function title(graph: ValueGraph, place: number): string {
	const text = called(graph, place);
	const { noun, symbol } = graph.nodes[place]!.op!;
	return noun === symbol ? text : text.charAt(0).toUpperCase() + text.slice(1);
}

function forwardText(graph: ValueGraph, numbers: Numbers, step: ForwardStep): RuleText {
	const { op, exponent } = graph.nodes[step.place]!;
	const [a, b] = step.operands.map((place) => numeral(numbers.data[place]!, number));
	const target = nameOf(graph, step.place);
	const names = operandsOf(graph, step.place);
	return {
		title: title(graph, step.place),
		lines: [
			{
				// What is named by its own formula says it once.
				target: printFormula(op!, names, '·').text === target ? '' : target,
				sign: '=',
				formula: printFormula(op!, names).text,
				numbers: printFormula(op!, { a: a!, b: b ?? numeral(exponent ?? 0) }).text,
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
	const names = { ...operandsOf(graph, step.place), out: partOf(graph, step.place) };
	const local = printSlope(graph.nodes[step.place]!.op!, term.operand, names, '·');
	const passing = atom(gradOf(graph, step.place));
	const twice = step.terms.length === 2 && step.terms[0]!.place === step.terms[1]!.place;
	const so = twice && term.operand === 0 ? arrived - 1 : arrived;
	return {
		target: gradOf(graph, term.place),
		sign: adds ? '+=' : '=',
		formula: printFormula(ops.mul, { a: local, b: passing }).text,
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
		title: `${title(graph, step.place)} passes its gradient on`,
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
			title: `The walk back begins at ${enclosed(partOf(graph, step.place))}`,
			lines: [
				{
					target: gradOf(graph, step.place),
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
