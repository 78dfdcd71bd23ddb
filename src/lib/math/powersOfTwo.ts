/** The table below covers the exponents from -540 to 540. */
const reach = 540;

/** Powers of two, so that scaling is a load and an exact multiplication. */
const table = new Float64Array(2 * reach + 1);
table[reach] = 1;
for (let i = 1; i <= reach; i++) {
	table[reach + i] = table[reach + i - 1]! * 2;
	table[reach - i] = table[reach - i + 1]! / 2;
}

/**
 * `value` times 2 to the power of an integer from -1,080 to 1,080, rounded once: the first of its two factors cannot make a
 * `value` around 1 subnormal.
 */
export function scale(value: number, exponent: number): number {
	const half = exponent >> 1;
	return value * table[reach + half]! * table[reach + exponent - half]!;
}

/** Adding and subtracting it rounds a number below 2^51 in magnitude to the nearest integer, halves to even. */
export const roundingShift = 6755399441055744;

/** {@link roundingShift} plus 1023: a sum with it ends in the bits of the exponent of a power of two. */
export const exponentShift = 6755399441056767;

/** 2 to the power of the integer from -540 to 540 that was added to {@link exponentShift}, exact. */
export function shiftedPower(sum: number): number {
	return table[reach + (sum - exponentShift)]!;
}

/** log2(e). */
export const log2e = 1.4426950408889634;

/** ln(2) in two parts. The upper one has 40 bits, so that its product with an exponent is exact. */
export const ln2Upper = 0.6931471805592082;
/** What {@link ln2Upper} lacks. */
export const ln2Lower = 7.371002565167799e-13;
