import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { datasets } from '../../../src/lib/data/datasets';
import { trains } from '../../../src/lib/data/point';
import { defaultExperiment } from '../../../src/lib/experiment/defaults';
import { settingsAt, trainShareOf } from '../../../src/lib/experiment/live';
import type { Experiment } from '../../../src/lib/experiment/schema';
import { mistakes, procedureWith, type MistakeName } from '../../../src/lib/explain/mistakes';
import { breadthFirst } from '../../../src/lib/explain/procedure';
import type { Sample } from '../../../src/lib/explain/sampleGraph';
import { Stepper } from '../../../src/lib/explain/stepper';
import type { BenchSetup, StepData } from '../../../src/lib/explain/bench';
import { Workbench } from '../../../src/lib/explain/workbench';
import { losses, type LossName } from '../../../src/lib/nn/losses';
import { MLP } from '../../../src/lib/nn/mlp';
import { l2 as penaltyOf } from '../../../src/lib/nn/regularization';
import { plainDescent, type OptimizerChoice } from '../../../src/lib/optim/optimizers';
import { Random } from '../../../src/lib/random/random';
import { Trainer } from '../../../src/lib/training/trainer';
import { expectSameBits } from '../../support/bits';

const names = Object.keys(mistakes) as MistakeName[];
const lossNames = Object.keys(losses) as LossName[];

function setupOf(seed: number, part: Partial<BenchSetup> = {}, count = 6): BenchSetup {
	const random = new Random(seed, 'weights');
	const sizes = part.sizes ?? [2, 4, 3, 1];
	const network = new MLP(sizes, 'tanh', () => 0);
	const draw = () => random.uniform(-1, 1);
	return {
		activation: 'tanh',
		loss: 'squared-error',
		l2: 0.01,
		learningRate: 0.1,
		samples: Array.from({ length: count }, () => ({
			x: 3 * draw(),
			y: 3 * draw(),
			target: draw() < 0 ? -1 : 1
		})),
		sizes,
		parameters: network.getParameters().map(draw),
		...part
	};
}

const arbitraryChoice = fc.constantFrom<OptimizerChoice>(plainDescent, {
	name: 'momentum',
	settings: { momentum: 0.9 }
});

const arbitrarySetup = fc
	.record({
		seed: fc.nat(),
		hidden: fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 3 }),
		activation: fc.constantFrom('tanh' as const, 'relu' as const),
		loss: fc.constantFrom(...lossNames),
		l2: fc.constantFrom(0, 0.01),
		optimizer: arbitraryChoice,
		count: fc.integer({ min: 1, max: 8 })
	})
	.map(({ seed, hidden, activation, loss, l2, optimizer, count }) =>
		setupOf(seed, { sizes: [2, ...hidden, 1], activation, loss, l2, optimizer }, count)
	);

const arbitraryData = fc.constantFrom('batch' as const, 'sample' as const);
const dataOf = (setup: BenchSetup, kind: 'batch' | 'sample'): StepData =>
	kind === 'batch' ? 'batch' : setup.samples[0]!;

function run(pieces: Iterator<void>): void {
	while (pieces.next().done !== true);
}

function train(bench: Workbench, data: StepData, steps = 1): void {
	for (let step = 0; step < steps; step++) run(bench.train(data));
}

/** The same, without this workbench: the whole loss of the batch as one graph of `Value`s. */
function plainGradients(setup: BenchSetup, data: StepData, parameters: Float64Array): Float64Array {
	const network = new MLP(setup.sizes, setup.activation, () => 0);
	network.setParameters(parameters);
	const samples: readonly Sample[] = data === 'batch' ? setup.samples : [data];
	const parts = samples.map(({ x, y, target }) => {
		const output = network.forward([x, y].map((number) => penaltyOf([], 0).add(number)))[0]!;
		return losses[setup.loss](output, target);
	});
	const mean = parts.reduce((sum, part) => sum.add(part)).mul(1 / parts.length);
	mean.add(penaltyOf(network.parameters(), setup.l2)).backward();
	return Float64Array.from(network.parameters(), ({ grad }) => grad);
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-12) {
	const largest = Array.from(expected).reduce(
		(most, value) => Math.max(most, Math.abs(value)),
		1e-3
	);
	expect(actual.length).toBe(expected.length);
	for (const [index, value] of Array.from(expected).entries()) {
		expect(Math.abs(actual[index]! - value)).toBeLessThanOrEqual(tolerance * largest);
	}
}

const sizeOf = (values: Float64Array) =>
	Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

describe('a workbench without mistakes', () => {
	it('equals its twin to the bit, and finds the gradients of one large graph', () => {
		fc.assert(
			fc.property(arbitrarySetup, arbitraryData, (setup, kind) => {
				const bench = new Workbench(setup);
				const data = dataOf(setup, kind);
				for (let step = 0; step < 3; step++) {
					train(bench, data);
					const { copy, twin } = bench.report!;
					expectClose(copy.grad, plainGradients(setup, data, copy.before));
					for (const key of ['before', 'after', 'grad', 'trueGrad'] as const) {
						expectSameBits(copy[key], twin[key]);
					}
				}
				expect(bench.history.map(({ copy }) => copy)).toEqual(
					bench.history.map(({ twin }) => twin)
				);
			}),
			{ numRuns: 300 }
		);
	});

	it("makes the trainer's own steps", () => {
		const cases = fc.record({
			seed: fc.nat({ max: 1_000_000 }),
			hiddenLayers: fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 3 }),
			activation: fc.constantFrom('tanh' as const, 'relu' as const),
			loss: fc.constantFrom(...lossNames),
			l2: fc.constantFrom(0, 1e-4, 0.01),
			kind: fc.constantFrom(...(Object.keys(datasets) as (keyof typeof datasets)[])),
			optimizer: arbitraryChoice
		});
		fc.assert(
			fc.property(cases, ({ kind, optimizer, ...rest }) => {
				const dataset = { kind, samples: 30, noise: 0.1, trainShare: 80 };
				const experiment: Experiment = {
					...defaultExperiment,
					...rest,
					dataset,
					learningRate: 0.05
				};
				const trainer = new Trainer(experiment, null, null, null, optimizer);
				const kinked = rest.activation === 'relu' || rest.loss === 'max-margin';
				const { points, learningRate } = settingsAt(experiment, 0, null);
				const bench = new Workbench({
					sizes: [2, ...rest.hiddenLayers, 1],
					activation: rest.activation,
					loss: rest.loss,
					l2: rest.l2,
					learningRate,
					optimizer,
					parameters: trainer.snapshot(null).parameters,
					samples: points.filter((point) => trains(point, trainShareOf(dataset)))
				});
				run(bench.measure());
				for (let step = 0; step <= 5; step++) {
					if (step > 0) {
						// At a kink the last bit decides between two slopes: there, each step begins with the same bits.
						if (kinked) {
							const { parameters, optimizer } = trainer.snapshot(null);
							const { numbers } = bench.copy;
							const optimizerState = optimizer?.numbers ?? numbers.optimizerState;
							bench.copy.restore({ ...numbers, parameters, optimizerState });
						}
						train(bench, 'batch');
						trainer.advance(step, () => false);
					}
					const { parameters, trainLoss, accuracy } = trainer.snapshot(null);
					expectClose(bench.copy.parameters, parameters);
					const measure = bench.history.at(-1)!.copy;
					expectClose([measure.loss!], [trainLoss!]);
					expect(measure.accuracy).toBe(accuracy);
				}
			}),
			{ numRuns: 200 }
		);
	});

	it('keeps nothing of what it was given', () => {
		const setup = setupOf(1);
		const before = setup.parameters.slice();
		const bench = new Workbench(setup, names);
		train(bench, 'batch', 2);
		expectSameBits(setup.parameters, before);
		const other = setupOf(1);
		const twin = new Workbench(other);
		other.parameters.fill(NaN);
		train(twin, 'batch', 2);
		expectSameBits(twin.copy.parameters, bench.twin.parameters);
	});

	it('takes back a step that is stopped, whatever was done of it', () => {
		fc.assert(
			fc.property(arbitrarySetup, arbitraryData, fc.nat({ max: 60 }), (setup, kind, pieces) => {
				const data = dataOf(setup, kind);
				const bench = new Workbench(setup, ['no-zero-grad']);
				train(bench, data);
				const { parameters, gradients, optimizerState } = bench.copy.numbers;
				const { report, history } = bench;
				const step = bench.train(data);
				let done = false;
				for (let piece = 0; piece < pieces && !done; piece++) done = step.next().done === true;
				if (done) return;
				step.return();
				expectSameBits(bench.copy.parameters, parameters);
				expectSameBits(bench.copy.gradients, gradients);
				expectSameBits(bench.copy.numbers.optimizerState, optimizerState);
				expectSameBits(bench.twin.parameters, bench.report!.twin.after);
				expect([bench.report, bench.history]).toEqual([report, history]);
			})
		);
	});

	it('bears a set-up without training points', () => {
		const bench = new Workbench(setupOf(1, { samples: [] }));
		train(bench, { x: 1, y: 0, target: 1 });
		expect(bench.history).toHaveLength(2);
		expect(bench.history[1]!.copy).toEqual({ loss: null, accuracy: null });
		expect(bench.report!.copy.lossAfter).toBeLessThan(bench.report!.copy.lossBefore);
	});
});

it('a step of one sample, stepped through or made at once, ends in the same bits, whatever the mistakes', () => {
	fc.assert(
		fc.property(arbitrarySetup, fc.subarray(names), (setup, chosen) => {
			const bench = new Workbench(setup, chosen);
			const sample = setup.samples.at(-1)!;
			for (let step = 0; step < 3; step++) {
				const { sampleGraph, procedure, optimizer } = bench.copy;
				const { graph, network } = sampleGraph;
				const places = network.parameters().map((parameter) => graph.places.get(parameter) ?? -1);
				const used = Int32Array.from(places.filter((place) => place >= 0));
				const stepper = new Stepper(graph, bench.copy.startNumbers(sample), {
					procedure,
					parameters: used,
					optimizer,
					learningRate: setup.learningRate
				});
				stepper.goTo(stepper.length);
				train(bench, sample);
				const at = (values: Float64Array) => Float64Array.from(used, (place) => values[place]!);
				const present = (values: Float64Array) => values.filter((_, index) => places[index]! >= 0);
				expectSameBits(at(stepper.numbers.grad), present(bench.report!.copy.grad));
				expectSameBits(at(stepper.numbers.data), present(bench.copy.parameters));
			}
		}),
		{ numRuns: 500 }
	);
});

describe('a mistake', () => {
	it('changes a part of the procedure that no other changes', () => {
		const changed = names.flatMap((name) => Object.keys(mistakes[name].change));
		expect(new Set(changed).size).toBe(changed.length);
		expect(Object.keys(procedureWith(names)).toSorted()).toEqual(changed.toSorted());
	});

	it('no zero grad: gradients are sums over all steps, and the true ones are known beside', () => {
		fc.assert(
			fc.property(arbitrarySetup, arbitraryData, (setup, kind) => {
				const bench = new Workbench(setup, ['no-zero-grad']);
				const data = dataOf(setup, kind);
				const sum = new Float64Array(setup.parameters.length);
				for (let step = 0; step < 4; step++) {
					train(bench, data);
					const { before, grad, trueGrad } = bench.report!.copy;
					const right = plainGradients(setup, data, before);
					for (const [index, value] of right.entries()) sum[index]! += value;
					expectClose(grad, sum, 1e-11);
					expectClose(trueGrad, right);
				}
			}),
			{ numRuns: 200 }
		);
	});

	it('= in place of +=: a parameter keeps the term of its last use', () => {
		const setup = setupOf(5);
		const bench = new Workbench(setup, ['overwrite']);
		train(bench, 'batch');
		const { grad, trueGrad } = bench.report!.copy;
		// The penalty comes last: p * p gives p * strength, once.
		expectClose(
			grad,
			setup.parameters.map((value) => value * setup.l2)
		);
		expectClose(trueGrad, plainGradients(setup, 'batch', setup.parameters));
		const alone = new Workbench(setupOf(5, { l2: 0 }), ['overwrite']);
		train(alone, setup.samples[0]!);
		const report = alone.report!.copy;
		expect(sizeOf(report.grad)).not.toBeCloseTo(sizeOf(report.trueGrad), 3);
	});

	it('wrong order: gradients are wrong below two hidden layers', () => {
		for (let seed = 0; seed < 50; seed++) {
			const setup = setupOf(seed, { l2: 0 });
			const bench = new Workbench(setup, ['wrong-order']);
			train(bench, 'batch');
			const { grad, trueGrad } = bench.report!.copy;
			expectClose(trueGrad, plainGradients(setup, 'batch', setup.parameters));
			const firstLayer = trueGrad.slice(0, 12);
			const wrong = firstLayer.map((value, index) => grad[index]! - value);
			expect(sizeOf(wrong)).toBeGreaterThan(0.001 * sizeOf(firstLayer));
			// The output's own weights are read in one place each: they are right.
			expectClose(grad.slice(-4), trueGrad.slice(-4));
			const operations = bench.copy.sampleGraph.graph.nodes.filter(({ op }) => op !== null);
			expect(new Set(breadthFirst(operations))).toEqual(new Set(operations));
		}
	});

	it.each(['tanh', 'relu'] as const)(
		'all-zero weights: with %s only the output’s bias moves',
		(activation) => {
			const bench = new Workbench(setupOf(7, { activation, l2: 0.01 }), ['zero-weights']);
			train(bench, 'batch', 20);
			const { copy, twin } = bench.report!;
			expect(copy.after.slice(0, -1).every((value) => value === 0)).toBe(true);
			expect(copy.after.at(-1)).not.toBe(0);
			expect(twin.after.every((value) => value !== 0)).toBe(true);
		}
	);

	it('no non-linearity: the output is a plane', () => {
		const bench = new Workbench(setupOf(8, { loss: 'max-margin' }), ['linear']);
		train(bench, 'batch', 5);
		const { network } = bench.copy.sampleGraph;
		const at = (x: number, y: number) => network.predict([x, y])[0]!;
		for (const [x, y] of [
			[1, 2],
			[-2, 0.5],
			[3, -3]
		] as const) {
			expect(at(x, y)).toBeCloseTo(
				at(0, 0) + x * (at(1, 0) - at(0, 0)) + y * (at(0, 1) - at(0, 0)),
				10
			);
		}
	});

	it('a learning rate far too high: the loss leaps', () => {
		for (const loss of lossNames) {
			const bench = new Workbench(setupOf(9, { loss, learningRate: 0.3 }), ['high-rate']);
			train(bench, 'batch', 2);
			const [first, second] = bench.history;
			expect(second!.copy.loss).toBeGreaterThan(3 * first!.copy.loss!);
			expect(bench.copy.learningRate).toBe(30);
		}
	});
});
