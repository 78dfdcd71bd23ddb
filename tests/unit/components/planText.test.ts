import {
	blockText,
	counted,
	lineText,
	listed,
	planCounts,
	ranges,
	stepMarks,
	stepText
} from '$lib/components/inside/planText';
import { Speed } from '$lib/components/inside/speed';
import { runPlan } from '$lib/explain/planSteps';
import { SampleGraph } from '$lib/explain/sampleGraph';
import type { LossName } from '$lib/nn/losses';
import { describe, expect, it } from 'vitest';

const planOf = (loss: LossName, penalized: boolean) =>
	runPlan(new SampleGraph({ sizes: [2, 8, 1], activation: 'tanh', loss, penalized }));

describe('the words of a plan', () => {
	it('say what each step is made of', () => {
		const texts = planOf('max-margin', true).steps.map(stepText);
		expect(texts[0]).toBe(
			'40 nodes became one dense step: 8 weighted sums of x1 and x2, each followed by tanh. It reads 24 parameters and leaves h1.1 … h1.8.'
		);
		expect(texts[1]).toBe(
			'16 nodes became one dense step: 1 weighted sum of h1.1 … h1.8. It reads 9 parameters and leaves output.'
		);
		expect(texts[2]).toMatch(/^1 node became a step on its own/);
		expect(texts[6]).toMatch(/^Not in the graph: the run takes each sample's share/);
		expect(texts[7]).toMatch(/^66 nodes became one dense step: the sum of the squares of all 33/);
		expect(texts[8]).toMatch(/once a training step\.$/);
		expect(texts[9]).toMatch(/^1 node, on no tape/);
	});

	it('tell what the run has and the graph has not', () => {
		const texts = planOf('squared-error', false).steps.map(stepText);
		expect(texts.at(-3)).toMatch(/^Not in the graph while L2 is 0.*66 operations/);
		expect(texts.at(-1)).toMatch(/^Not in the graph/);
	});

	it('say where a line went', () => {
		const { lines } = planOf('max-margin', true);
		const texts = [0, lines.findIndex(({ text }) => text.startsWith('mul')), lines.length - 1];
		expect(texts.map((index) => lineText(lines[index]!, lines[index]!.name))).toEqual([
			'b2.1 is line 0 of the tape, a leaf, which is only read.',
			expect.stringMatching(/^v\d+ is line \d+ of the tape, part of step 1\.$/),
			expect.stringMatching(/^L2 is line \d+ of L2's tape, part of step 9\.$/)
		]);
	});

	it('count', () => {
		const plan = planOf('max-margin', true);
		expect(planCounts(plan)).toEqual({
			nodes: plan.stepOf.length,
			operations: 40 + 16 + 4 + 66 + 1 + 1,
			dense: 3,
			lifted: 40 + 16 + 66,
			sample: [0, 1, 2, 3, 4, 5, 6],
			once: [7, 8, 9],
			pictured: [0, 1],
			sampleOperations: 61,
			sampleSteps: 7,
			penaltyOperations: 67,
			penaltySteps: 2
		});
		expect([counted(1, 'node'), counted(1669, 'node')]).toEqual(['1 node', '1,669 nodes']);
		expect([listed(['a']), listed(['a', 'b']), listed(['a', 'b', 'c'])]).toEqual([
			'a',
			'a and b',
			'a … c'
		]);
		expect([ranges([]), ranges([4]), ranges([0, 1, 2])]).toEqual(['none', '5', '1 to 3']);
	});

	it('cut a batch into blocks', () => {
		const texts = [1, 64, 80, 128, 200, 300].map((samples) => blockText(samples, 64));
		expect(texts).toEqual(['1', '64', '64 + 16', '64 + 64', '3 × 64 + 8', '4 × 64 + 44']);
	});
});

describe('marks', () => {
	const plan = planOf('max-margin', true);
	const { steps, stepOf } = plan;

	it('give every node of a step its color and number', () => {
		const marks = stepMarks(plan, null);
		expect(marks.size).toBe([...stepOf].filter((step) => step >= 0).length);
		for (const [place, { tone, badge }] of marks) {
			expect(badge).toBe(String(stepOf[place]! + 1));
			expect(tone).toBe(stepOf[place]! % 8);
		}
	});

	it('have all but the chosen step step back', () => {
		const marks = stepMarks(plan, 1);
		expect(marks.size).toBe(stepOf.length);
		const own = [...marks].filter(([, { tone }]) => tone !== 'waiting');
		expect(own.map(([place]) => place).sort((a, b) => a - b)).toEqual(steps[1]!.nodes);
	});
});

describe('the speed', () => {
	it('is known after half a second, told twice a second, and forgotten at rest', () => {
		const speed = new Speed();
		expect(speed.at(0, 100)).toBeNull();
		expect(speed.at(250, 350)).toBeNull();
		expect(speed.at(500, 600)).toBe(1000);
		expect(speed.at(750, 5000)).toBe(1000);
		expect(speed.at(1000, 5000)).toBe(4900);
		speed.forget();
		expect(speed.at(1100, 5100)).toBeNull();
	});

	it('begins anew when a run does, or after a long silence', () => {
		const speed = new Speed();
		speed.at(0, 100);
		speed.at(600, 700);
		expect(speed.at(700, 0)).toBeNull();
		speed.at(1300, 600);
		expect(speed.at(9000, 700)).toBeNull();
	});
});
