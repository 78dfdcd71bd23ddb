import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Interpreter } from '$lib/compile/interpreter';
import { WasmExecutor } from '$lib/compile/wasmExecutor';
import { Value } from '$lib/engine/value';
import { losses } from '$lib/nn/losses';
import { l2 as penaltyOf } from '$lib/nn/regularization';
import { sampleProgram } from '$lib/nn/sampleProgram';
import { trainingTapes } from '$lib/training/model';
import { expectSameBits } from '../../support/bits';
import { newMachine } from '../../support/machine';
import { arbitraryNetwork, repeated } from '../../support/networks';

const machine = newMachine();
const runs = 2000;

describe('random networks', () => {
	it('have the same bits in the interpreter and in the machine, step by step', () => {
		const property = fc.property(arbitraryNetwork, ({ network, loss, l2, columns, batch }) => {
			const tapes = trainingTapes(sampleProgram(network, loss));
			const [plain, fast] = [new Interpreter(tapes), new WasmExecutor(machine, tapes)];
			for (const executor of [plain, fast]) {
				executor.setParameters(network.getParameters());
				executor.setSamples(columns);
				executor.setPenaltySettings([l2]);
			}
			const queue = repeated(batch, 3, 0.05);
			const [a, b] = [plain.differentiate(queue), fast.differentiate(queue)];
			expectSameBits([b.loss, fast.penalty()], [a.loss, plain.penalty()]);
			expectSameBits(b.gradient, a.gradient);
			expect(fast.train(queue)).toEqual(plain.train(queue));
			expectSameBits(fast.getParameters(), plain.getParameters());
			const [x, y] = [plain.evaluate(0, columns[0]!.length), fast.evaluate(0, columns[0]!.length)];
			for (const [i, column] of x.entries()) expectSameBits(y[i]!, column);
		});
		fc.assert(property, { numRuns: runs });
	}, 120_000);

	it('agree with eager Values: data to the bit, gradients to 1e-12', () => {
		let worst = 0;
		const property = fc.property(arbitraryNetwork, ({ network, loss, l2, columns, batch }) => {
			const executor = new WasmExecutor(machine, trainingTapes(sampleProgram(network, loss)));
			executor.setParameters(network.getParameters());
			executor.setSamples(columns);
			executor.setPenaltySettings([l2]);
			const { gradient, loss: total } = executor.differentiate(repeated(batch, 1, 0));
			const [outputs, lossesOf] = executor.evaluate(0, columns[0]!.length);
			const [xs, ys, targets] = columns;
			network.zeroGrad();
			let sum = 0;
			for (const i of batch) {
				const output = network.forward([new Value(xs![i]!), new Value(ys![i]!)])[0]!;
				const value = losses[loss](output, targets![i]!);
				expectSameBits([outputs![i]!, lossesOf![i]!], [output.data, value.data]);
				const part = value.mul(1 / batch.length);
				part.backward();
				sum += part.data;
			}
			const penalty = penaltyOf(network.parameters(), l2);
			penalty.backward();
			expectSameBits([executor.penalty()], [penalty.data]);
			// Sums over samples have another order here: left to right, instead of even and odd ones apart.
			const close = (found: number, wanted: number) => {
				const error = Math.abs(found - wanted) / Math.max(1, Math.abs(wanted));
				worst = Math.max(worst, error);
				expect(error).toBeLessThan(1e-12);
			};
			close(total, sum + penalty.data);
			for (const [i, parameter] of network.parameters().entries()) {
				close(gradient[i]!, parameter.grad);
			}
		});
		fc.assert(property, { numRuns: runs });
		console.info(`Worst distance to eager gradients: ${worst.toExponential(2)}`);
	}, 120_000);

	it('are drawn in single precision as well as that can', () => {
		let worst = 0;
		const property = fc.property(arbitraryNetwork, ({ network, loss, columns }) => {
			const executor = new WasmExecutor(machine, trainingTapes(sampleProgram(network, loss)));
			executor.setParameters(network.getParameters());
			const singles = [Float32Array.from(columns[0]!), Float32Array.from(columns[1]!)];
			const [outputs] = executor.picture(singles);
			for (const [i, output] of outputs!.entries()) {
				const wanted = network.predict([singles[0]![i]!, singles[1]![i]!])[0]!;
				worst = Math.max(worst, Math.abs(output - wanted) / Math.max(1, Math.abs(wanted)));
			}
		});
		fc.assert(property, { numRuns: runs });
		console.info(`Worst distance of single precision: ${worst.toExponential(2)}`);
		expect(worst).toBeLessThan(1e-4);
	}, 60_000);
});
