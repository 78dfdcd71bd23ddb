import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { operations } from '$lib/compile/tape';
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
	...[745.1332191019411, 745.1332191019412, 746, 1000, 2 ** 31, 2 ** 52, 2 ** 53, 1e300, Infinity]
].flatMap((x) => [x, -x]);
const edges = [...special, NaN];

/** Numbers of every size, most of them where the functions bend. */
function numbers(count: number, seed: number): Float64Array {
	const random = new Random(seed, 'operands');
	const view = new DataView(new ArrayBuffer(8));
	return Float64Array.from({ length: count }, (_, i) => {
		if (i % 4 === 0) {
			view.setUint32(0, random.uint32());
			view.setUint32(4, random.uint32());
			return view.getFloat64(0);
		}
		return random.normal() * [1, 20, 400][(i % 4) - 1]!;
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
