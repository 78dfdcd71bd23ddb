import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stepQueue, type StepQueue } from '$lib/compile/executor';
import { Interpreter } from '$lib/compile/interpreter';
import { lift } from '$lib/compile/lift';
import { trace } from '$lib/compile/trace';
import { WasmExecutor } from '$lib/compile/wasmExecutor';
import { expectSameBits } from '../../support/bits';
import { arbitraryGraph } from '../../support/graphs';
import { newMachine } from '../../support/machine';

const machine = newMachine();

/** One step whose batch is the given samples. */
function queueOf(batch: readonly number[]): StepQueue {
	const queue = stepQueue(1);
	queue.length = 1;
	queue.rates[0] = 0.125;
	queue.counts[0] = batch.length;
	queue.indexes = Uint32Array.from(batch);
	return queue;
}

describe('random graphs', () => {
	let lifted = 0;

	it('have the same bits in the interpreter and in the machine', () => {
		const property = fc.property(arbitraryGraph, (graph) => {
			const tapes = { sample: trace(graph), penalty: null };
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
});
