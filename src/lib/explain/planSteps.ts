import { Arena } from '../compile/arena';
import { layOut } from '../compile/layout';
import { lift } from '../compile/lift';
import { printPlan, type PlanStep } from '../compile/plan';
import { printTape, type Tape, type TapeNode } from '../compile/tape';
import { trace, type Graph } from '../compile/trace';
import { atom, numeral, printFormula } from '../engine/notation';
import { topologicalOrder } from '../engine/order';
import type { Value } from '../engine/value';
import { trainingGraphs } from '../training/model';
import type { SampleGraph } from './sampleGraph';

/** The sample's program runs for every sample of a batch, the penalty's once a training step. */
export type Program = 'sample' | 'penalty';

/** A node on its tape. */
export interface TapeLine {
	readonly program: Program;
	readonly position: number;
	/** What `printTape` says of it, such as "mul 1 2". */
	readonly text: string;
	/** How a person calls it: its label in the graph, or its position as v12. */
	readonly name: string;
	/** Its place in the sample's graph; -1 for what only the run has. */
	readonly place: number;
	/** The step that it is part of; -1 for a leaf. */
	readonly step: number;
}

/** A step of a training run, and what of the sample's graph became it. */
export interface RunStep {
	/** As the plan has it; or the total, which the machine adds up itself when the samples are done. */
	readonly kind: 'dense' | 'vector' | 'total';
	readonly program: Program;
	/** "dense 2 → 8, tanh"; of an operation on its own what it computes: "output × v67". */
	readonly title: string;
	/** The line of `printPlan`; empty for the total. */
	readonly text: string;
	/** The operations that became it, by their places in the sample's graph, ascending. Empty for what only the run has. */
	readonly nodes: readonly number[];
	/** The same, and what only the run has, as places in {@link RunPlan.lines}. */
	readonly lines: readonly number[];
	/** The names of what it reads beside parameters. */
	readonly reads: readonly string[];
	/** How many parameters it reads. */
	readonly parameters: number;
	/** The names of what it computes for others to read. */
	readonly writes: readonly string[];
	/** Whether pictures run it, too. */
	readonly pictured: boolean;
}

/** How the machine runs a sample's loss. */
export interface RunPlan {
	/** In the order of the forward pass; the backward pass goes the other way. */
	readonly steps: readonly RunStep[];
	/** The tape of the sample, then the tape of the penalty. */
	readonly lines: readonly TapeLine[];
	/** How many samples go through all steps together, at most. */
	readonly block: number;
	/** For each node of the graph its step; -1 for a leaf. */
	readonly stepOf: Int32Array;
	/** For each node of the graph its place in `lines`; -1 where it is on no tape. A parameter is shown on the sample's. */
	readonly lineOf: Int32Array;
}

/**
 * The plan of the network that a sample's graph shows, traced from that very graph's `Value`s with the same roots and leaves
 * as the trainer's tapes. Where the graph has no L2 penalty the run still has one, of strength 0.
 */
export function runPlan(sample: SampleGraph): RunPlan {
	const pieces = runPlanInPieces(sample);
	for (;;) {
		const { done, value } = pieces.next();
		if (done) return value;
	}
}

/** {@link runPlan} in pieces of some 20 ms each for the largest network, for a thread that has other things to do. */
export function* runPlanInPieces(sample: SampleGraph): Generator<undefined, RunPlan> {
	const graphs = trainingGraphs(sample.program);
	const writer = new Writer(sample);
	yield* writer.add('sample', graphs.sample);
	yield* writer.add('penalty', graphs.penalty);
	writer.addTotal(sample.dataLoss.label, sample.penalty && sample.loss);
	return writer;
}

/** Of a number in training. */
const doubleBytes = 8;

class Writer implements RunPlan {
	block = 0;
	readonly steps: RunStep[] = [];
	readonly lines: TapeLine[] = [];
	readonly stepOf: Int32Array;
	readonly lineOf: Int32Array;
	readonly #sample: SampleGraph;
	readonly #pictured: ReadonlySet<Value>;

	constructor(sample: SampleGraph) {
		const { nodes } = sample.graph;
		this.#sample = sample;
		this.#pictured = new Set(sample.neurons.flat().map(({ result }) => result));
		this.stepOf = new Int32Array(nodes.length).fill(-1);
		this.lineOf = new Int32Array(nodes.length).fill(-1);
	}

	/** Traces and lifts a graph of one root. */
	*add(program: Program, graph: Graph): Generator<undefined> {
		const { places } = this.#sample.graph;
		const tape = trace(graph);
		const values = topologicalOrder(graph.roots![0]!);
		yield;
		const plan = lift(tape);
		yield;
		if (program === 'sample') {
			this.block = layOut(plan, new Arena(0, Infinity), 0, doubleBytes).block;
			yield;
		}
		const texts = printTape(tape).split('\n');
		const names = values.map(({ label, op, data }, position) => {
			return label || (op ? `v${position}` : String(data));
		});
		const base = this.lines.length;
		const stepOf = new Int32Array(values.length).fill(-1);
		for (const [index, text] of printPlan(plan).split('\n').entries()) {
			const step = plan.steps[index]!;
			const positions = operationsOf(step);
			for (const position of positions) stepOf[position] = this.steps.length;
			const nodes = positions.map((position) => places.get(values[position]!) ?? -1);
			this.steps.push({
				kind: step.kind,
				program,
				text,
				nodes: nodes.filter((place) => place >= 0).sort((a, b) => a - b),
				lines: positions.map((position) => base + position),
				pictured: step.kind === 'dense' && this.#pictured.has(values[step.rows[0]!.result]!),
				...describe(tape, step, text, names)
			});
		}
		for (const [position, value] of values.entries()) {
			const place = places.get(value) ?? -1;
			const text = texts[position]!.slice(texts[position]!.indexOf(' ') + 1);
			const step = stepOf[position]!;
			if (place >= 0) {
				if (this.lineOf[place] === -1) this.lineOf[place] = this.lines.length;
				this.stepOf[place] = step;
			}
			this.lines.push({ program, position, text, name: names[position]!, place, step });
		}
		yield;
	}

	/** @param sum - the node that adds the penalty to the data loss; null where there is none */
	addTotal(dataLoss: string, sum: Value | null): void {
		const place = sum ? this.#sample.graph.places.get(sum)! : -1;
		if (place >= 0) this.stepOf[place] = this.steps.length;
		this.steps.push({
			kind: 'total',
			program: 'penalty',
			title: 'mean over the batch + L2',
			text: '',
			nodes: place < 0 ? [] : [place],
			lines: [],
			reads: [dataLoss, 'L2'],
			parameters: 0,
			writes: ['loss of the batch'],
			pictured: false
		});
	}
}

/** The positions of the operations that a step runs, ascending. */
function operationsOf(step: PlanStep): number[] {
	if (step.kind === 'vector') return [step.node];
	const positions = new Set(
		step.rows.flatMap(({ products, sums, result }) => [...products, ...sums, result])
	);
	return [...positions].sort((a, b) => a - b);
}

function describe(tape: Tape, step: PlanStep, text: string, names: readonly string[]) {
	const [read, written] =
		step.kind === 'dense'
			? [
					[...step.inputs, ...step.rows.flatMap(({ start, weights }) => [start, ...weights])],
					step.rows.map(({ result }) => result)
				]
			: [operandsOf(tape.nodes[step.node]!), [step.node]];
	const isParameter = (position: number) => tape.nodes[position]!.kind === 'parameter';
	const distinct = [...new Set(read)];
	const called = (positions: readonly number[]) => positions.map((position) => names[position]!);
	return {
		title:
			step.kind === 'dense'
				? text.slice(0, text.indexOf(':')).replace('->', '→')
				: `${names[step.node]!} = ${formula(tape.nodes[step.node]!, names)}`,
		reads: called(distinct.filter((position) => !isParameter(position))),
		parameters: distinct.filter(isParameter).length,
		writes: called(written)
	};
}

function operandsOf(node: TapeNode): number[] {
	return node.kind === 'operation' ? [node.first, node.second].filter((place) => place >= 0) : [];
}

/** What an operation computes: "output × v67". */
function formula(node: TapeNode, names: readonly string[]): string {
	if (node.kind !== 'operation') return '';
	const { op, first, second, exponent } = node;
	const b = second < 0 ? numeral(exponent) : atom(names[second]!);
	return printFormula(op, { a: atom(names[first]!), b }, ' × ').text;
}
