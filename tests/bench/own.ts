import type { Executor } from '../../src/lib/compile/executor';
import { Interpreter } from '../../src/lib/compile/interpreter';
import { WasmExecutor } from '../../src/lib/compile/wasmExecutor';
import { WasmMachine } from '../../src/lib/compile/wasmMachine';
import { stepQueue } from '../../src/lib/compile/executor';
import { Value } from '../../src/lib/engine/value';
import { losses } from '../../src/lib/nn/losses';
import { MLP } from '../../src/lib/nn/mlp';
import { l2 } from '../../src/lib/nn/regularization';
import { sampleProgram } from '../../src/lib/nn/sampleProgram';
import { EagerOptimizer } from '../../src/lib/optim/eager';
import { optimizers } from '../../src/lib/optim/optimizers';
import { heatmaps, outputHeatmap } from '../../src/lib/training/heatmap';
import { trainingTapes } from '../../src/lib/training/model';
import type { Case, Contender } from './cases';

function networkOf({ sizes, activation }: Case, parameters: Float64Array): MLP {
	const network = new MLP(sizes, activation, () => 0);
	network.setParameters(parameters);
	return network;
}

function executorContender(problem: Case, executor: Executor, initial: Float64Array): Contender {
	const { xs, ys, targets, batchSize, learningRate } = problem;
	executor.setParameters(initial);
	executor.setSamples([xs, ys, targets]);
	executor.setPenaltySettings([problem.l2]);
	const queue = stepQueue(64);
	const batches = Math.ceil(xs.length / batchSize);
	queue.indexes = Uint32Array.from(xs.keys());
	queue.rates.fill(learningRate);
	let step = 0;
	return {
		run(steps) {
			for (let left = steps; left > 0; left -= queue.length) {
				queue.length = Math.min(left, 64);
				for (let i = 0; i < queue.length; i++) {
					const start = (step++ % batches) * batchSize;
					queue.starts[i] = start;
					queue.counts[i] = Math.min(batchSize, xs.length - start);
				}
				executor.train(queue);
			}
		},
		draw() {
			heatmaps(executor, outputHeatmap);
		},
		loss() {
			queue.length = 1;
			queue.starts[0] = 0;
			queue.counts[0] = batchSize;
			return executor.differentiate(queue).loss;
		}
	};
}

/** The machine. */
export function machineContender(
	problem: Case,
	initial: Float64Array,
	module: WebAssembly.Module
): Contender {
	const tapes = trainingTapes(sampleProgram(networkOf(problem, initial), 'max-margin'));
	return executorContender(problem, new WasmExecutor(new WasmMachine(module), tapes), initial);
}

/** The interpreter. */
export function interpreterContender(problem: Case, initial: Float64Array): Contender {
	const tapes = trainingTapes(sampleProgram(networkOf(problem, initial), 'max-margin'));
	const { run, loss } = executorContender(problem, new Interpreter(tapes), initial);
	return { run, loss: loss! };
}

/** Graphs of Values, built anew for each sample. */
export function eagerContender(problem: Case, initial: Float64Array): Contender {
	const { xs, ys, targets, batchSize } = problem;
	const network = networkOf(problem, initial);
	const parameters = network.parameters();
	const optimizer = new EagerOptimizer(optimizers.sgd, parameters.length);
	let start = 0;
	function step(): number {
		const end = Math.min(start + batchSize, xs.length);
		network.zeroGrad();
		let sum = 0;
		for (let i = start; i < end; i++) {
			const output = network.forward([new Value(xs[i]!), new Value(ys[i]!)])[0]!;
			const loss = losses['max-margin'](output, targets[i]!).mul(1 / (end - start));
			loss.backward();
			sum += loss.data;
		}
		const penalty = l2(parameters, problem.l2);
		penalty.backward();
		optimizer.update(parameters, problem.learningRate);
		start = end === xs.length ? 0 : end;
		return sum + penalty.data;
	}
	return {
		run(steps) {
			for (let i = 0; i < steps; i++) step();
		},
		loss: step
	};
}

/** How long it takes from a network to its first step, in milliseconds. */
export function timeToFirstStep(
	problem: Case,
	initial: Float64Array,
	machine: WasmMachine
): number {
	const begin = performance.now();
	const tapes = trainingTapes(sampleProgram(networkOf(problem, initial), 'max-margin'));
	executorContender(problem, new WasmExecutor(machine, tapes), initial).run(1);
	return performance.now() - begin;
}
