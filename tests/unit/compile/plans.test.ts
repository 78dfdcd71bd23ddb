import { describe, expect, it } from 'vitest';
import { Interpreter } from '$lib/compile/interpreter';
import { lift } from '$lib/compile/lift';
import { printPlan } from '$lib/compile/plan';
import { printTape } from '$lib/compile/tape';
import { trace } from '$lib/compile/trace';
import { WasmExecutor } from '$lib/compile/wasmExecutor';
import { apply } from '$lib/engine/functions';
import { ops, type Operation } from '$lib/engine/ops';
import { Value } from '$lib/engine/value';
import { MLP } from '$lib/nn/mlp';
import { sampleProgram } from '$lib/nn/sampleProgram';
import { trainingTapes } from '$lib/training/model';
import { newMachine } from '../../support/machine';

/** A single neuron: tanh(b + w0*x0 + w1*x1). */
function neuron(activation: Operation = ops.tanh) {
	const [x0, x1, w0, w1, b] = [1, 2, 3, 4, 5].map((data) => new Value(data));
	const sum = b!.add(w0!.mul(x0!)).add(w1!.mul(x1!));
	const output = apply(activation, sum);
	return { samples: [x0!, x1!], parameters: [w0!, w1!, b!], roots: [output], outputs: [output] };
}

describe('trace', () => {
	it('writes a neuron as a list in which operands come first', () => {
		expect(printTape(trace(neuron()))).toBe(
			['0: p2', '1: p0', '2: x0', '3: mul 1 2', '4: add 0 3', '5: p1', '6: x1'].join('\n') +
				'\n7: mul 5 6\n8: add 4 7\n9: tanh 8'
		);
	});

	it('refuses leaves that are none, leaves listed twice, and operations of other tables', () => {
		const x = new Value(1);
		const y = x.mul(2);
		expect(() => trace({ parameters: [y] })).toThrow('parameter 0 is not a leaf');
		expect(() => trace({ samples: [x], parameters: [x] })).toThrow('listed twice');
		expect(() => trace({ parameters: [x], outputs: [x] })).toThrow('is a leaf');
		const odd = { ...ops.tanh, name: 'odd' } as unknown as Operation;
		expect(() => trace({ parameters: [x], outputs: [apply(odd, x)] })).toThrow('"odd"');
	});
});

describe('lift', () => {
	it('makes one dense step of a neuron', () => {
		expect(printPlan(lift(trace(neuron())))).toBe('dense 2 -> 1, tanh: x0 x1 -> v9');
	});

	it('knows nothing of the operation that it fuses: softplus', () => {
		expect(printPlan(lift(trace(neuron(ops.softplus))))).toBe(
			'dense 2 -> 1, softplus: x0 x1 -> v9'
		);
	});

	it('makes a step of each layer, and leaves the loss node by node', () => {
		const network = new MLP([2, 3, 3, 1], 'relu', () => 1);
		const { sample, penalty } = trainingTapes(sampleProgram(network, 'max-margin'));
		const kinds = printPlan(lift(sample)).replace(/(:| = ).*?(mul|neg|add|relu)?( .*)?$/gm, '$1$2');
		expect(kinds.split('\n').slice(0, 3)).toEqual([
			'dense 2 -> 3, relu:',
			'dense 3 -> 3, relu:',
			'dense 3 -> 1:'
		]);
		expect(printPlan(lift(sample)).split('\n')).toHaveLength(8);
		expect(printPlan(lift(penalty!))).toMatch(/^dense 25 -> 1: p0 \.\.\. p24 -> v\d+\nv\d+ = mul/);
	});

	it('leaves alone what would change an order of addition', () => {
		const [x, a, b, w, v] = [1, 2, 3, 4, 5].map((data) => new Value(data));
		const h = a!.mul(x!).tanh();
		// h is read by the first sum, by something after it, and by the second sum.
		const first = b!.add(w!.mul(h)).add(v!.mul(x!));
		const between = h.mul(first);
		const second = between.add(v!.mul(h)).add(w!.mul(x!));
		const tape = trace({
			samples: [x!],
			parameters: [a!, b!, w!, v!],
			roots: [second.add(first)],
			outputs: [second]
		});
		expect(printPlan(lift(tape))).not.toContain('-> 2');
	});
});

describe('executors', () => {
	const tapes = trainingTapes(sampleProgram(new MLP([2, 3, 1], 'tanh', () => 1), 'max-margin'));
	const executors = [new Interpreter(tapes), new WasmExecutor(newMachine(), tapes)];

	it.each(executors.map((executor) => [executor.kind, executor] as const))(
		'refuse what does not fit: %s',
		(_, executor) => {
			expect(() => {
				executor.setParameters([1, 2]);
			}).toThrow('13 parameters cannot take 2 values');
			expect(() => {
				executor.setSamples([[1], [2]]);
			}).toThrow('3 sample leaves');
			expect(() => {
				executor.setSamples([[1], [2], [3, 4]]);
			}).toThrow('differ in length');
			expect(() => {
				executor.setPenaltySettings([]);
			}).toThrow(RangeError);
			executor.setSamples([[1], [2], [1]]);
			expect(() => executor.evaluate(0, 2)).toThrow('no such samples');
			expect(() => executor.picture([new Float32Array(1)])).toThrow(RangeError);
			const queue = {
				length: 1,
				rates: new Float64Array(1),
				starts: new Uint32Array(1),
				counts: Uint32Array.of(1),
				indexes: Uint32Array.of(1)
			};
			expect(() => executor.train(queue)).toThrow('no such sample');
			expect(() => executor.train({ ...queue, indexes: new Uint32Array(0) })).toThrow(
				'beyond the indexes'
			);
		}
	);

	it('refuse a plan for absurd sizes before any memory is taken', () => {
		const machine = newMachine();
		const executor = new WasmExecutor(machine, tapes);
		const before = machine.buffer.byteLength;
		const endless = { length: 2 ** 28 } as ArrayLike<number>;
		expect(() => {
			executor.setSamples([endless, endless, endless]);
		}).toThrow(/would need \d+ MB of memory; the limit is 512 MB/);
		expect(machine.buffer.byteLength).toBe(before);
	});
});
