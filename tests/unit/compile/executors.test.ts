import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stepQueue, type StepQueue } from '$lib/compile/executor';
import { Interpreter } from '$lib/compile/interpreter';
import { lift } from '$lib/compile/lift';
import { trace } from '$lib/compile/trace';
import { traceUpdate } from '$lib/compile/traceUpdate';
import { WasmExecutor } from '$lib/compile/wasmExecutor';
import { topologicalOrder } from '$lib/engine/order';
import type { Value } from '$lib/engine/value';
import { optimizers } from '$lib/optim/optimizers';
import { expectSameBits } from '../../support/bits';
import { arbitraryGraph, type RandomGraph } from '../../support/graphs';
import { newMachine } from '../../support/machine';

const machine = newMachine();

const descent = ({ parameters }: RandomGraph) => traceUpdate(optimizers.sgd, parameters.length);

/** One step whose batch is the given samples. */
function queueOf(batch: readonly number[]): StepQueue {
	const queue = stepQueue(1);
	queue.length = 1;
	queue.rates[0] = 0.125;
	queue.counts[0] = batch.length;
	queue.indexes = Uint32Array.from(batch);
	return queue;
}

/** Computes a graph anew after its leaves have changed, eagerly: each node by the op table, operands first. */
function refresh(order: readonly Value[]): void {
	for (const node of order) {
		if (!node.op) continue;
		const b = node.exponent ?? node.second?.data ?? NaN;
		node.data = node.op.forward(node.first!.data, b);
	}
}

/** How far apart two numbers are: relative to the larger of `scale` and 1; 0 for two NaNs or like infinities. */
function distance(found: number, wanted: number, scale: number): number {
	if (Object.is(found, wanted) || found === wanted) return 0;
	return Math.abs(found - wanted) / Math.max(1, scale);
}

describe('random graphs', () => {
	let lifted = 0;

	it('have the same bits in the interpreter and in the machine', () => {
		const property = fc.property(arbitraryGraph, (graph) => {
			const tapes = { sample: trace(graph), penalty: null, update: descent(graph) };
			lifted += lift(tapes.sample).steps.filter(({ kind }) => kind === 'dense').length;
			const executors = [new Interpreter(tapes), new WasmExecutor(machine, tapes)] as const;
			const results = executors.map((executor) => {
				executor.setParameters(graph.parameterValues);
				executor.setSamples(graph.columns);
				return executor;
			});
			const count = graph.columns[0]?.length ?? 0;
			const [a, b] = results.map((executor) => executor.evaluate(0, count));
			for (const [i, column] of a!.entries()) expectSameBits(b![i]!, column);
			if (graph.columns.length === 0) return;
			const queue = queueOf(graph.batch);
			const [first, second] = results.map((executor) => executor.differentiate(queue));
			expectSameBits([second!.loss], [first!.loss]);
			expectSameBits(second!.gradient, first!.gradient);
			const [one, two] = results.map((executor) => executor.train(queue));
			expect(two).toEqual(one);
			expectSameBits(results[1]!.getParameters(), results[0]!.getParameters());
		});
		fc.assert(property, { numRuns: Number(process.env['RUNS'] ?? 2000) });
		expect(lifted).toBeGreaterThan(500);
	}, 120_000);

	it('agree with eager Values: data to the bit, the gradient of a sample to 1e-12', () => {
		let worst = 0;
		const property = fc.property(arbitraryGraph, (graph) => {
			const { samples, parameters, settings, columns, parameterValues, outputs } = graph;
			const root = graph.roots[0]!;
			const executor = new WasmExecutor(machine, {
				sample: trace({ ...graph, roots: [root] }),
				penalty: null,
				update: descent(graph)
			});
			executor.setParameters(parameterValues);
			executor.setSamples(columns);
			for (const [i, parameter] of parameters.entries()) parameter.data = parameterValues[i]!;
			for (const setting of settings) setting.data = 1;
			const order = topologicalOrder(root);
			const found = executor.evaluate(0, columns[0]?.length ?? 0);
			for (let sample = 0; sample < (columns[0]?.length ?? 0); sample++) {
				for (const [i, leaf] of samples.entries()) leaf.data = columns[i]![sample]!;
				refresh(order);
				for (const output of outputs) refresh(topologicalOrder(output));
				// The share of a sample belongs to a batch; outputs are looked at without one.
				if (settings.length === 0) {
					const eager = outputs.map(({ data }) => data);
					expectSameBits(
						found.map((column) => column[sample]!),
						eager
					);
				}
				for (const parameter of parameters) parameter.grad = 0;
				root.backward();
				// What a sum of terms can lose depends on the largest of them, not on what is left of it.
				const scale = Math.max(
					...order.map((node) => Math.abs(node.grad) * (1 + Math.abs(node.data)))
				);
				const { gradient } = executor.differentiate(queueOf([sample]));
				for (const [i, parameter] of parameters.entries()) {
					const error = distance(gradient[i]!, parameter.grad, scale);
					if (!(scale < Infinity)) continue;
					worst = Math.max(worst, error);
					expect(error).toBeLessThan(1e-12);
				}
			}
		});
		fc.assert(property, { numRuns: Number(process.env['RUNS'] ?? 1000) });
		console.info(`Worst distance to eager gradients: ${worst.toExponential(2)}`);
	}, 120_000);
});
