import { stepName, ruleText, type RuleText } from '$lib/components/inside/ruleText';
import { seenText } from '$lib/components/inside/seen';
import { mistakes, procedureWith, type MistakeName } from '$lib/explain/mistakes';
import { SampleGraph } from '$lib/explain/sampleGraph';
import { Stepper } from '$lib/explain/stepper';
import { Workbench } from '$lib/explain/workbench';
import { apply } from '$lib/engine/functions';
import { atom, numeral, printFormula } from '$lib/engine/notation';
import { ops, type Operation } from '$lib/engine/ops';
import { topologicalOrder } from '$lib/engine/order';
import { Value } from '$lib/engine/value';
import { numbersOf, valueGraph } from '$lib/engine/valueGraph';
import { losses, type LossName } from '$lib/nn/losses';
import { EagerOptimizer } from '$lib/optim/eager';
import type { AnyOptimizer } from '$lib/optim/optimizer';
import { optimizers } from '$lib/optim/optimizers';
import { describe, expect, it } from 'vitest';
import { normalized } from '../../support/optimizers';

/** Every text of a walk through the loss of a small network. */
function walkThrough(names: MistakeName[] = [], loss: LossName = 'squared-error', l2 = 0) {
	const procedure = procedureWith(names);
	const sizes = [2, 3, 3, 1];
	const sample = new SampleGraph({ sizes, activation: 'tanh', loss, penalized: l2 > 0 });
	const weights = sample.network.getParameters().map((_, index) => ((index * 7) % 11) / 10 - 0.45);
	sample.show({ x: 1, y: -2, target: 1 }, weights, l2);
	const { graph } = sample;
	const parameters = Int32Array.from(sample.network.parameters(), (node) =>
		graph.places.get(node)!
	);
	const stepper = new Stepper(graph, numbersOf(graph), {
		procedure,
		parameters,
		learningRate: 0.5
	});
	const texts = new Map<string, RuleText>();
	while (stepper.next()) {
		const step = stepper.describe()!;
		const { numbers, turns, position } = stepper;
		const adds = procedure.arrive(1, 1) === 2;
		const text = ruleText({ graph, numbers, turns, position, adds }, step);
		texts.set(`${step.kind} ${stepName(graph, step)}`, text);
	}
	return texts;
}

/** The lines of an update of the parameter w by an optimizer with something to remember. */
function updateOf(
	optimizer: AnyOptimizer,
	hyperparameters: Record<string, number>,
	state: number[]
) {
	const graph = valueGraph([new Value(0.5, 'w')]);
	const stepper = new Stepper(
		graph,
		{ data: Float64Array.of(0.5), grad: Float64Array.of(-2) },
		{
			procedure: procedureWith(['no-zero-grad']),
			parameters: Int32Array.of(0),
			optimizer: new EagerOptimizer(optimizer, 1, hyperparameters, Float64Array.from(state)),
			learningRate: 0.1
		}
	);
	stepper.goTo(stepper.length);
	const { numbers, turns, position } = stepper;
	return ruleText({ graph, numbers, turns, position, adds: true }, stepper.describe()!);
}

describe('the rule of an update', () => {
	it('is that of the optimizer in force, what it remembers first', () => {
		const { lines, why } = updateOf(optimizers.momentum, { momentum: 0.9 }, [3]);
		expect(lines).toEqual([
			{
				target: 'w.velocity',
				sign: '←',
				formula: 'μ · w.velocity + w.grad',
				numbers: '0.9000 · 3 + (−1)',
				after: '1.7000'
			},
			{
				target: 'w',
				sign: '←',
				formula: 'w − η · w.velocity',
				numbers: '0.5000 − 0.1000 · 1.7000',
				before: '0.5000',
				after: '0.3300'
			}
		]);
		expect(why).toBe(optimizers.momentum.help);
	});

	it('names what is shared, and puts what reads a former number before that is replaced', () => {
		const { lines } = updateOf(normalized, { blend: 0.5 }, [4, 1]);
		expect(lines.map(({ target, formula }) => `${target} ← ${formula}`)).toEqual([
			'w ← w − η · ((w.former · β + w.grad) / norm) / count',
			'w.former ← w.grad'
		]);
		expect(lines[0]!.numbers).toBe('0.5000 − 0.1000 · ((4 · 0.5000 + (−1)) / 1.0000) / 2');
	});
});

describe('the rule of a step', () => {
	it('has the formula in names and in numbers, and what it did', () => {
		const texts = walkThrough();
		expect(texts.get('forward tanh h1.1')!.lines).toEqual([
			{
				target: 'h1.1',
				sign: '=',
				formula: 'tanh(z1.1)',
				numbers: 'tanh(−1.1000)',
				after: '−0.8005'
			}
		]);
		expect(texts.get('forward product w1.1.2·x2')!.lines[0]).toMatchObject({
			target: '',
			formula: 'w1.1.2 · x2',
			numbers: '0.2500 · (−2)',
			after: '−0.5000'
		});
		expect(texts.get('forward sum z1.1 so far')!.lines[0]!.formula).toBe(
			'b1.1 + (w1.1.1·x1)'.replace(/[()]/g, '')
		);
		const [line] = texts.get('backward tanh h1.1')!.lines;
		expect(line).toMatchObject({
			target: 'z1.1.grad',
			sign: '+=',
			formula: '(1 − h1.1²) · h1.1.grad',
			before: '0'
		});
		expect(line!.numbers).toMatch(/^0\.3592 · \(?−?\d/);
		expect(texts.get('update b3.1')!.lines[0]).toMatchObject({
			sign: '←',
			formula: 'b3.1 − η · b3.1.grad'
		});
	});

	it('puts brackets around what a sign would tear apart, and names every constant', () => {
		const texts = walkThrough([], 'max-margin', 0.1);
		const lineOf = (name: string) => texts.get(name)!.lines[0]!;
		expect(lineOf('forward ReLU data loss')).toMatchObject({
			formula: 'max(0, output·(−target) + 1)'
		});
		expect(lineOf('backward sum L2 so far').target).toBe('0.grad');
		expect(lineOf('backward product w1.1.2·x2')).toMatchObject({
			formula: 'x2 · (w1.1.2·x2).grad',
			numbers: expect.stringMatching(/^\(−2\) · /)
		});
		expect(lineOf('backward product output·(−target)').formula).toBe(
			'−target · (output·(−target)).grad'
		);
	});

	it('is printed for every operation of the table', () => {
		for (const op of Object.values<Operation>(ops)) {
			const exponent = op.name === 'pow' ? 3 : new Value(1.5, 'q');
			const result = apply(op, new Value(0.75, 'p'), exponent);
			const graph = valueGraph(topologicalOrder(result));
			const numbers = numbersOf(graph);
			const stepper = new Stepper(graph, numbers, {
				procedure: procedureWith([]),
				parameters: new Int32Array(0),
				learningRate: 1
			});
			const found: string[] = [];
			while (stepper.next()) {
				const step = stepper.describe()!;
				const { turns, position } = stepper;
				const { title, lines, why } = ruleText(
					{ graph, numbers, turns, position, adds: true },
					step
				);
				const formulas = lines.flatMap((line) => [line.formula, line.numbers, line.after]);
				expect([title, why, ...formulas].join(' ')).not.toMatch(/undefined|null|not a number/);
				if (step.kind === 'forward' || step.kind === 'backward') found.push(...formulas);
			}
			const names = { a: atom('p'), b: op.name === 'pow' ? numeral(3) : atom('q') };
			expect(found[0]).toBe(printFormula(op, names).text);
			expect(found).toHaveLength(3 + 3 * op.arity);
		}
	});

	it('says how many of the terms have arrived', () => {
		const texts = walkThrough();
		const notes = [...texts.values()].flatMap(({ lines }) => lines).map(({ note }) => note);
		expect(notes).toContain('1 of 3 terms are in');
		expect(notes).toContain('all 3 terms are in: complete');
		expect([...texts.values()].every(({ warning }) => warning === undefined)).toBe(true);
	});

	it('warns where a mistake does its harm', () => {
		const warnings = (name: MistakeName) =>
			[...walkThrough([name]).values()].flatMap(({ warning }) => warning ?? []);
		expect(warnings('wrong-order').join()).toMatch(
			/h1\.\d passes its gradient on with \d of its 3 terms/
		);
		expect(warnings('overwrite').join()).toMatch(/\.grad held .*; = throws that away/);
		expect(warnings('no-zero-grad').join()).toMatch(/without zero grad/);
		expect(warnings('linear')).toEqual([]);
	});

	it('has words for every step of every loss', () => {
		for (const loss of Object.keys(losses) as LossName[]) {
			for (const [name, { title, lines, why }] of walkThrough([], loss, 0.1)) {
				const text = [name, title, why, ...lines.flatMap((line) => Object.values(line))].join(' ');
				expect(text).not.toMatch(/undefined|null|NaN|\bnode\b.*\bnode\b/);
				expect(name.length).toBeLessThan(60);
			}
		}
	});
});

describe('what is seen of a mistake', () => {
	const texts = (names: MistakeName[], steps: number) => {
		const bench = new Workbench(
			{
				sizes: [2, 3, 3, 1],
				activation: 'tanh',
				loss: 'squared-error',
				parameters: Float64Array.from({ length: 25 }, (_, index) => ((index * 7) % 11) / 10 - 0.45),
				l2: 0.01,
				learningRate: 0.3,
				samples: [
					{ x: 1, y: 1, target: 1 },
					{ x: -1, y: 0.5, target: -1 },
					{ x: 0.5, y: -1, target: 1 }
				]
			},
			names
		);
		for (let step = 0; step < steps; step++) {
			const work = bench.train('batch');
			while (work.next().done !== true);
		}
		return seenText(names, bench.report, bench.history);
	};

	it('is said in numbers', () => {
		expect(texts([], 0)).toMatch(/^Switch a mistake on/);
		expect(texts([], 1)).toMatch(/to the last bit/);
		expect(texts(['linear'], 0)).toMatch(/^Now train/);
		expect(texts(['no-zero-grad'], 1)).toMatch(/^So far the gradients are the true ones/);
		expect(texts(['no-zero-grad'], 4)).toMatch(/times as long as the true ones and point \d+° off/);
		expect(texts(['wrong-order'], 1)).toMatch(/° off\./);
		expect(texts(['zero-weights'], 2)).toMatch(/^24 of 25 gradients are exactly 0/);
		expect(texts(['linear'], 1)).toMatch(/straight decision boundary/);
		expect(texts(['high-rate'], 1)).toMatch(/moved a parameter by .*; the loss rose from/);
		expect(texts(['high-rate'], 40)).toMatch(/no number|moved/);
		for (const name of Object.keys(mistakes) as MistakeName[]) {
			expect(texts([name], 3)).not.toMatch(/undefined|NaN|Infinity/);
		}
	});
});
