import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stepQueue } from '$lib/compile/executor';
import { Interpreter } from '$lib/compile/interpreter';
import { operations } from '$lib/compile/tape';
import { trace } from '$lib/compile/trace';
import { traceUpdate } from '$lib/compile/traceUpdate';
import { optimizers } from '$lib/optim/optimizers';
import { WasmExecutor } from '$lib/compile/wasmExecutor';
import { apply } from '$lib/engine/functions';
import { Value } from '$lib/engine/value';
import { Random } from '$lib/random/random';
import { expectSameBits } from '../../support/bits';
import { newMachine } from '../../support/machine';

const machine = newMachine();
const start = 65_536;

/** The machine's results for pairs of numbers. */
function applied(code: number, as: Float64Array, bs: Float64Array): Float64Array {
	const bytes = 8 * as.length;
	const [a, b, out] = [start, start + bytes, start + 2 * bytes];
	machine.grow(out + bytes);
	new Float64Array(machine.buffer, a, as.length).set(as);
	new Float64Array(machine.buffer, b, bs.length).set(bs);
	machine.run.applyDouble(code, a, b, out, bytes);
	return new Float64Array(machine.buffer, out, as.length).slice();
}

const special = [
	...[0, 5e-324, 1e-310, 2.2250738585072014e-308, 1e-300, 1e-20, 2 ** -28, 0.1, 0.3465735902799727],
	...[0.5, 0.6931471805599453, 0.7071067811865475, 0.7071067811865476, 1, 1.4142135623730951, 1.5],
	...[2, 3, 4, 7, 21.9, 22, 22.1, 40, 44, 100, 709.782712893384, 709.7827128933841, 710, 745.13],
	...[745.1332191019411, 745.1332191019412, 746, 1000, 2 ** 31, 2 ** 52, 2 ** 53, 1e300, Infinity],
	// Angles: next to multiples of pi/4, and as large as they may be.
	...[0.7853981633974483, 1.5707963267948966, 2.356194490192345, 3.141592653589793],
	...[4.71238898038469, 6.283185307179586, 11, 411_557.7, 999_999.9999999999, 1_000_000]
].flatMap((x) => [x, -x]);
const edges = [...special, NaN];

/** Numbers of every size, most of them where the functions bend. */
function numbers(count: number, seed: number): Float64Array {
	const random = new Random(seed, 'operands');
	const view = new DataView(new ArrayBuffer(8));
	return Float64Array.from({ length: count }, (_, i) => {
		if (i % 5 === 0) {
			view.setUint32(0, random.uint32());
			view.setUint32(4, random.uint32());
			return view.getFloat64(0);
		}
		return random.normal() * [1, 20, 400, 300_000][(i % 5) - 1]!;
	});
}

describe.each(operations.map((op, code) => [op.name, op, code] as const))(
	'%s',
	(name, op, code) => {
		it('has the bits of the op table at the edges', () => {
			const as = Float64Array.from(edges.flatMap((a) => edges.map(() => a)));
			const bs = Float64Array.from(edges.flatMap(() => edges));
			const padded = as.length % 2 === 0 ? 0 : 1;
			const result = applied(code, as.subarray(padded), bs.subarray(padded));
			expectSameBits(
				result,
				as.subarray(padded).map((a, i) => op.forward(a, bs[i + padded]!))
			);
		});

		it('has the bits of the op table for a million operands', () => {
			const as = numbers(1_000_000, 1);
			const bs = numbers(1_000_000, 2);
			const result = applied(code, as, bs);
			const expected = as.map((a, i) => op.forward(a, bs[i]!));
			// Comparing as integers is fast; NaNs are made one first.
			const canonical = (values: Float64Array) =>
				new BigInt64Array(values.map((value) => (value === value ? value : NaN)).buffer);
			const [x, y] = [canonical(result), canonical(expected)];
			const differing = x.findIndex((bits, i) => bits !== y[i]);
			expect(
				differing < 0 ? [] : [as[differing], bs[differing], result[differing], expected[differing]]
			).toEqual([]);
		}, 60_000);

		it(`does ${name} in single precision as well as that can`, () => {
			fc.assert(
				fc.property(
					fc.float({ noNaN: true, min: -80, max: 80 }),
					fc.float({ noNaN: true, min: -4, max: 4 }),
					(a, b) => {
						machine.grow(start + 64);
						new Float32Array(machine.buffer, start, 4).fill(a);
						new Float32Array(machine.buffer, start + 16, 4).fill(b);
						machine.run.applySingle(code, start, start + 16, start + 32, 16);
						const result = new Float32Array(machine.buffer, start + 32, 1)[0]!;
						const expected = op.forward(a, b);
						if (Number.isNaN(expected)) expect(result).toBeNaN();
						else if (Math.abs(expected) < 3e38) {
							// Next to a number of size 1 there is room for 7 digits.
							expect(Math.abs(result - expected)).toBeLessThan(2e-7 + 1e-4 * Math.abs(expected));
						}
					}
				),
				{ numRuns: 300 }
			);
		});
	}
);

describe.each(operations.map((op) => [op.name, op] as const))('the slopes of %s', (name, op) => {
	const exponents = name === 'pow' ? [-2, -1, 0, 0.5, 1, 2, 2.5, 3] : [0];

	it.each(exponents)('have the bits of the op table, with exponent %d if any', (exponent) => {
		const random = new Random(1, `slopes ${name}`);
		const pairs = edges.flatMap((a) => edges.map((b) => [a, b] as const));
		const few = pairs.filter(([a, b]) => a === b || random.uniform() < 0.2);
		const as = Float64Array.from([...few.map(([a]) => a), ...numbers(1000, 3)]);
		const bs = Float64Array.from([...few.map(([, b]) => b), ...numbers(1000, 4)]);
		// Subtracting a parameter of 0 changes no operand, not even the sign of a zero.
		const [x, y, p, q] = [1, 1, 0, 0].map((data) => new Value(data));
		const root = apply(op, x!.sub(p!), name === 'pow' ? exponent : y!.sub(q!));
		const graph = { samples: [x!, y!], parameters: [p!, q!], roots: [root], outputs: [root] };
		const update = traceUpdate(optimizers.sgd, graph.parameters.length);
		const tapes = { sample: trace(graph), penalty: null, update };
		const [interpreter, wasm] = [new Interpreter(tapes), new WasmExecutor(machine, tapes)];
		for (const executor of [interpreter, wasm]) {
			executor.setParameters([0, 0]);
			executor.setSamples([as, bs]);
		}
		const queue = stepQueue(1);
		queue.length = 1;
		for (let i = 0; i + 1 < as.length; i++) {
			const b = name === 'pow' ? exponent : bs[i]!;
			const out = op.forward(as[i]!, b);
			queue.counts[0] = 1;
			queue.indexes = Uint32Array.of(i);
			const slopes = [op.slopeA(as[i]!, b, out), op.arity === 2 ? op.slopeB(as[i]!, b, out) : 0];
			const { gradient } = wasm.differentiate(queue);
			expectSameBits(
				gradient,
				slopes.map((slope) => 0 - slope)
			);
			// Both lanes, and one that is left over.
			queue.counts[0] = 3;
			queue.indexes = Uint32Array.of(i, i + 1, 0);
			expectSameBits(wasm.differentiate(queue).gradient, interpreter.differentiate(queue).gradient);
		}
	});
});

describe('in single precision', () => {
	const between = (low: number, high: number) => (random: Random) => random.uniform(low, high);
	const anySize = (random: Random) => 2 ** random.uniform(-125, 127);
	const one = () => 1;
	/** The unit of the last place of a number of this size. */
	const unit = (x: number) => 2 ** (Math.max(Math.floor(Math.log2(Math.abs(x))), -126) - 23);

	// What the documentation states.
	it.each([
		['exp', 0.95, between(-103, 88), one],
		['exp', 0.95, between(-2, 2), one],
		['log', 0.92, anySize, one],
		['log', 0.92, between(0.5, 2), one],
		['tanh', 2.8, between(-10, 10), one],
		['tanh', 2.8, between(-1, 1), one],
		['pow', 0.95, between(0.7, 1.42), between(-150, 150)],
		['pow', 0.95, anySize, between(-1, 1)],
		['sin', 0.51, between(-7, 7), one],
		['sin', 0.51, between(-1e6, 1e6), one],
		['cos', 0.51, between(-7, 7), one],
		['cos', 0.51, between(-1e6, 1e6), one],
		['sqrt', 0.5, anySize, one],
		['abs', 0, between(-10, 10), one],
		['max', 0, between(-10, 10), between(-10, 10)]
	] as const)('%s is within %d ulp', (name, most, a, b) => {
		const count = 200_000;
		const random = new Random(1, `single ${name}`);
		const as = Float32Array.from({ length: count }, () => a(random));
		const bs = Float32Array.from({ length: count }, () => b(random));
		const bytes = 4 * count;
		machine.grow(start + 3 * bytes);
		new Float32Array(machine.buffer, start, count).set(as);
		new Float32Array(machine.buffer, start + bytes, count).set(bs);
		const code = operations.findIndex((op) => op.name === name);
		machine.run.applySingle(code, start, start + bytes, start + 2 * bytes, bytes);
		const found = new Float32Array(machine.buffer, start + 2 * bytes, count);
		let [worst, at] = [0, NaN];
		for (const [i, result] of found.entries()) {
			const exact = operations[code]!.forward(as[i]!, bs[i]!);
			const error = result === exact ? 0 : Math.abs(result - exact) / unit(exact);
			if (!(error <= worst)) [worst, at] = [error, as[i]!];
		}
		expect(worst, `worst at ${at}`).toBeLessThanOrEqual(most);
	});

	it('has neither sine nor cosine of 1,000,000, and the edges of the rest', () => {
		const apply4 = (name: string, as: readonly number[], bs: readonly number[]) => {
			machine.grow(start + 48);
			new Float32Array(machine.buffer, start, 4).set(as);
			new Float32Array(machine.buffer, start + 16, 4).set(bs);
			const code = operations.findIndex((op) => op.name === name);
			machine.run.applySingle(code, start, start + 16, start + 32, 16);
			return [...new Float32Array(machine.buffer, start + 32, 4)];
		};
		const zeros = [0, 0, 0, 0];
		for (const name of ['sin', 'cos'])
			expect(apply4(name, [1e6, -1e6, Infinity, NaN], zeros)).toEqual([NaN, NaN, NaN, NaN]);
		expect(apply4('sin', [0, -0, 1e-40, 999_999], zeros)[1]).toBe(-0);
		expect(apply4('sqrt', [-0, -1, Infinity, NaN], zeros)).toEqual([0, NaN, Infinity, NaN]);
		expect(apply4('max', [NaN, 1, -0, 2], [1, NaN, 0, -3])).toEqual([NaN, NaN, 0, 2]);
	});
});
