import type { BenchSetup } from '../../src/lib/explain/bench';
import { correct } from '../../src/lib/explain/procedure';
import { Stepper } from '../../src/lib/explain/stepper';
import { Trainee } from '../../src/lib/explain/trainee';
import { scaledUniform } from '../../src/lib/nn/initialization';
import { MLP } from '../../src/lib/nn/mlp';
import { Random } from '../../src/lib/random/random';
import { cases } from './cases';

/** What stepping costs: nanoseconds for a micro-step, milliseconds for a training step; one number for each round. */
export interface StepperTimes {
	readonly microSteps: number;
	readonly forth: number[];
	readonly back: number[];
	readonly sampleStep: number[];
	readonly batchStep: number[];
}

/** Times the stepper and the workbench's eager training on 2-16-16-1, whose batch is 100 samples. */
export function stepperTimes(rounds: number): StepperTimes {
	const { sizes, activation, xs, ys, targets, l2, learningRate } = cases[0]!;
	const network = new MLP(sizes, activation, scaledUniform(new Random(1, 'weights')));
	const samples = Array.from(xs, (x, index) => {
		return { x, y: ys[index]!, target: targets[index]! < 0 ? (-1 as const) : (1 as const) };
	});
	const parameters = network.getParameters();
	const loss = 'max-margin';
	const setup: BenchSetup = { sizes, activation, loss, parameters, l2, learningRate, samples };
	const trainee = new Trainee(setup, correct);
	const { graph } = trainee.sampleGraph;
	const places = Int32Array.from(trainee.sampleGraph.network.parameters(), (parameter) =>
		graph.places.get(parameter)!
	);
	const stepper = new Stepper(graph, trainee.startNumbers(samples[0]!), {
		parameters: places,
		learningRate
	});
	const times: StepperTimes = {
		microSteps: stepper.length,
		forth: [],
		back: [],
		sampleStep: [],
		batchStep: []
	};
	const repeats = 20;
	const train = (data: (typeof samples)[number] | 'batch') => {
		for (const pieces = trainee.train(data); !pieces.next().done;);
	};
	for (let round = -1; round < rounds; round++) {
		let [forth, back] = [0, 0];
		for (let repeat = 0; repeat < repeats; repeat++) {
			const begin = performance.now();
			stepper.goTo(stepper.length);
			const middle = performance.now();
			stepper.goTo(0);
			forth += middle - begin;
			back += performance.now() - middle;
		}
		const start = performance.now();
		for (let repeat = 0; repeat < repeats; repeat++) train(samples[0]!);
		const middle = performance.now();
		train('batch');
		const end = performance.now();
		// The first round only warms up.
		if (round < 0) continue;
		times.forth.push((forth * 1e6) / (repeats * stepper.length));
		times.back.push((back * 1e6) / (repeats * stepper.length));
		times.sampleStep.push((middle - start) / repeats);
		times.batchStep.push(end - middle);
	}
	return times;
}
