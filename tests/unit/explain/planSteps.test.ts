import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lift } from '$lib/compile/lift';
import { printPlan } from '$lib/compile/plan';
import { printTape } from '$lib/compile/tape';
import { runPlan, runPlanInPieces, type Program } from '$lib/explain/planSteps';
import { SampleGraph, type Architecture } from '$lib/explain/sampleGraph';
import type { ActivationName } from '$lib/nn/activations';
import { losses, type LossName } from '$lib/nn/losses';
import { MLP } from '$lib/nn/mlp';
import { sampleProgram } from '$lib/nn/sampleProgram';
import { trainingTapes } from '$lib/training/model';

const arbitraryArchitecture: fc.Arbitrary<Architecture> = fc.record({
	sizes: fc
		.array(fc.integer({ min: 1, max: 9 }), { maxLength: 4 })
		.map((hidden) => [2, ...hidden, 1]),
	activation: fc.constantFrom<ActivationName | null>('tanh', 'relu', null),
	loss: fc.constantFrom(...(Object.keys(losses) as LossName[])),
	penalized: fc.boolean()
});

/** What the trainer runs for the same network. */
function trained({ sizes, activation, loss }: Architecture) {
	return trainingTapes(sampleProgram(new MLP(sizes, activation, () => 1), loss));
}

function forAll(check: (architecture: Architecture) => void) {
	fc.assert(fc.property(arbitraryArchitecture, check), { numRuns: 300 });
}

describe('the plan of a run', () => {
	it("is the trainer's own, tape and steps", () => {
		forAll((architecture) => {
			const { steps, lines } = runPlan(new SampleGraph(architecture));
			const { sample, penalty, picture } = trained(architecture);
			const tape = (wanted: Program) =>
				lines
					.filter(({ program }) => program === wanted)
					.map(({ position, text }) => `${position}: ${text}`)
					.join('\n');
			const plan = (wanted: Program) =>
				steps
					.filter(({ program, kind }) => program === wanted && kind !== 'total')
					.map(({ text }) => text)
					.join('\n');
			expect(tape('sample')).toBe(printTape(sample));
			expect(tape('penalty')).toBe(printTape(penalty!));
			expect(plan('sample')).toBe(printPlan(lift(sample)));
			expect(plan('penalty')).toBe(printPlan(lift(penalty!)));
			const head = (text: string) => text.split(':')[0];
			const drawn = steps.filter(({ pictured }) => pictured).map(({ text }) => head(text));
			const drawing = printPlan(lift(picture!)).split('\n');
			expect(drawn).toEqual(drawing.filter((text) => text.startsWith('dense')).map(head));
		});
	});

	it('has every operation of the graph in exactly one step, and no leaf', () => {
		forAll((architecture) => {
			const sample = new SampleGraph(architecture);
			const { steps, stepOf } = runPlan(sample);
			const { nodes } = sample.graph;
			const found = steps.flatMap((step) => step.nodes).sort((a, b) => a - b);
			const operations = [...nodes.keys()].filter((place) => nodes[place]!.op !== null);
			expect(found).toEqual(operations);
			for (const [index, step] of steps.entries())
				for (const place of step.nodes) expect(stepOf[place]).toBe(index);
			for (const place of nodes.keys())
				if (nodes[place]!.op === null) expect(stepOf[place]).toBe(-1);
		});
	});

	it('knows the tape line of every node, and the node of every line', () => {
		forAll((architecture) => {
			const sample = new SampleGraph(architecture);
			const { nodes } = sample.graph;
			const { steps, lines, lineOf, stepOf } = runPlan(sample);
			for (const [place, { label, op }] of nodes.entries()) {
				const line = lines[lineOf[place]!];
				// The sum of data loss and penalty is made by the machine, when all samples are done.
				if (!line) expect(place).toBe(nodes.length - 1);
				else {
					expect(line.place).toBe(place);
					if (label) expect(line.name).toBe(label);
					if (op) expect(line.text.split(' ')[0]).toBe(op.name);
					expect(line.step).toBe(stepOf[place]);
				}
			}
			for (const [index, step] of steps.entries())
				for (const line of step.lines) expect(lines[line]!.step).toBe(index);
			const unknown = lines.filter(({ place }) => place < 0).map(({ name }) => name);
			if (architecture.penalized) expect(unknown).toEqual(['share', expect.stringMatching(/^v/)]);
		});
	});

	it('says what the steps are', () => {
		const sample = new SampleGraph({
			sizes: [2, 8, 1],
			activation: 'tanh',
			loss: 'max-margin',
			penalized: true
		});
		const { steps, block } = runPlan(sample);
		expect(steps.map(({ kind, title, nodes }) => `${kind}: ${title} (${nodes.length})`)).toEqual([
			'dense: dense 2 → 8, tanh (40)',
			'dense: dense 8 → 1 (16)',
			'vector: v92 = −target (1)',
			'vector: v93 = output × v92 (1)',
			'vector: v95 = v93 + 1 (1)',
			'vector: data loss = max(0, v95) (1)',
			'vector: v98 = data loss × share (0)',
			'dense: dense 33 → 1 (66)',
			'vector: L2 = v99 × strength (1)',
			'total: mean over the batch + L2 (1)'
		]);
		expect(steps[0]).toMatchObject({
			reads: ['x1', 'x2'],
			parameters: 24,
			writes: [1, 2, 3, 4, 5, 6, 7, 8].map((neuron) => `h1.${neuron}`)
		});
		expect(steps[1]).toMatchObject({ parameters: 9, writes: ['output'] });
		expect(steps[7]).toMatchObject({ parameters: 33, nodes: { length: 66 } });
		expect(block).toBe(128);
	});

	it('can be made in pieces', () => {
		const sample = new SampleGraph({
			sizes: [2, 3, 1],
			activation: 'relu',
			loss: 'squared-error',
			penalized: false
		});
		const pieces = [...runPlanInPieces(sample)];
		expect(pieces.length).toBeGreaterThan(5);
	});
});
