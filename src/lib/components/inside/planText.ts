import type { GraphMark, Tone } from '$lib/charts/graphMarks';
import type { RunPlan, RunStep, TapeLine } from '$lib/explain/planSteps';
import { countText } from '../numbers';

/** "1 node", "1,284 nodes". */
export function counted(count: number, noun: string): string {
	return `${countText(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** "x1 and x2", "h1.1 … h1.8". */
export function listed(names: readonly string[]): string {
	return names.length > 2 ? `${names[0]!} … ${names.at(-1)!}` : names.join(' and ');
}

/** What a step is made of, and why it is one, for someone who knows the graph. */
export function stepText(step: RunStep): string {
	const { kind, program, nodes, lines, reads, parameters, writes } = step;
	if (kind === 'total') {
		return nodes.length > 0
			? '1 node, on no tape: once all samples are done, the machine adds L2 to the mean of their losses.'
			: 'Not in the graph: the mean of the losses is the loss, as long as L2 is 0.';
	}
	const count = nodes.length;
	const became = count === 1 ? '1 node became' : `${counted(count, 'node')} became`;
	const absent = `Not in the graph while L2 is 0. The run computes it all the same (${counted(lines.length, 'operation')}), and it comes to 0.`;
	if (program === 'penalty') {
		if (count === 0) return absent;
		return kind === 'dense'
			? `${became} one dense step: the sum of the squares of all ${countText(parameters)} parameters, once a training step.`
			: `${became} a step on its own, once a training step.`;
	}
	if (kind === 'dense') {
		const activation = /, (.+)$/.exec(step.title)?.[1];
		const sums = counted(writes.length, 'weighted sum');
		const each = activation ? `, each followed by ${activation}` : '';
		return `${became} one dense step: ${sums} of ${listed(reads)}${writes.length === 1 ? each.replace('each ', '') : each}. It reads ${counted(parameters, 'parameter')} and leaves ${listed(writes)}.`;
	}
	if (count === 0) {
		return "Not in the graph: the run takes each sample's share of the batch, so that the parts add up to the mean.";
	}
	return `${became} a step on its own: it is no weighted sum, so it runs as an operation on vectors.`;
}

/** What is true of a plan as a whole. */
export interface PlanCounts {
	/** Nodes of the graph, and those among them that compute something. */
	readonly nodes: number;
	readonly operations: number;
	/** Dense steps, and how many operations of the graph became them. */
	readonly dense: number;
	readonly lifted: number;
	/** The steps that run for every sample, those that run once a training step, and those that pictures run. */
	readonly sample: readonly number[];
	readonly once: readonly number[];
	readonly pictured: readonly number[];
	/** Operations and steps of the two programs. */
	readonly sampleOperations: number;
	readonly sampleSteps: number;
	readonly penaltyOperations: number;
	readonly penaltySteps: number;
}

export function planCounts({ steps, lines, stepOf }: RunPlan): PlanCounts {
	const places = [...steps.keys()];
	const dense = steps.filter(({ kind, nodes }) => kind === 'dense' && nodes.length > 0);
	const operations = lines.filter(({ step }) => step >= 0);
	const sample = places.filter((place) => steps[place]!.program === 'sample');
	const once = places.filter((place) => steps[place]!.program === 'penalty');
	return {
		nodes: stepOf.length,
		operations: stepOf.reduce((sum, step) => sum + (step < 0 ? 0 : 1), 0),
		dense: dense.length,
		lifted: dense.reduce((sum, { nodes }) => sum + nodes.length, 0),
		sample,
		once,
		pictured: places.filter((place) => steps[place]!.pictured),
		sampleOperations: operations.filter(({ program }) => program === 'sample').length,
		sampleSteps: sample.length,
		penaltyOperations: operations.filter(({ program }) => program === 'penalty').length,
		penaltySteps: once.filter((place) => steps[place]!.kind !== 'total').length
	};
}

/** The numbers of steps that follow each other, from 1: "1 to 8". */
export function ranges(places: readonly number[]): string {
	const [first, last] = [places[0], places.at(-1)];
	if (first === undefined || last === undefined) return 'none';
	return first === last ? String(first + 1) : `${first + 1} to ${last + 1}`;
}

/** How many samples go through the steps together, block by block: "64 + 16". */
export function blockText(samples: number, block: number): string {
	const full = Math.floor(samples / block);
	const rest = samples % block;
	if (full === 0) return countText(rest);
	const blocks =
		full > 2 ? [`${countText(full)} × ${block}`] : Array<string>(full).fill(`${block}`);
	return (rest > 0 ? [...blocks, String(rest)] : blocks).join(' + ');
}

/** How many colors tell steps apart; they come around again, their numbers do not. */
export const stepTones = 8;

/** The marks of a graph's nodes, by their places: those of one step if one is `chosen`, while the rest steps back. */
export function stepMarks(
	{ steps, stepOf }: Pick<RunPlan, 'steps' | 'stepOf'>,
	chosen: number | null
): ReadonlyMap<number, GraphMark> {
	const marks = new Map<number, GraphMark>();
	if (chosen !== null) for (const place of stepOf.keys()) marks.set(place, { tone: 'waiting' });
	for (const [index, { nodes }] of steps.entries()) {
		if (chosen !== null && index !== chosen) continue;
		const mark: GraphMark = { tone: (index % stepTones) as Tone, badge: String(index + 1) };
		for (const place of nodes) marks.set(place, mark);
	}
	return marks;
}

/** Where a line of the tape went: "w1.1.1·x1 is line 7 of the tape, and became part of step 1." */
export function lineText({ position, step, program }: TapeLine, caption: string): string {
	const tape = program === 'sample' ? 'the tape' : "L2's tape";
	const end = step < 0 ? 'a leaf, which is only read' : `part of step ${step + 1}`;
	return `${caption} is line ${position} of ${tape}, ${end}.`;
}
