import { roundingShift } from './powersOfTwo';
import { productError, sumError } from './roundingError';

/** An angle less the nearest multiple of pi/2: `upper + lower`, at most pi/4 in size. */
export const remainder = { upper: 0, lower: 0 };

/** 2 / pi. */
const twoOverPi = 0.6366197723675814;

/** pi/2 in four parts; the first three have 33 bits each, so that their products with integers below 2^20 are exact. */
const halfPi1 = 1.5707963267341256;
const halfPi2 = 6.077100506303966e-11;
const halfPi3 = 2.0222662487111665e-21;
const halfPi4 = 8.4784276603689e-32;

/** pi/2 rounded, and what that lacks. */
const halfPi = 1.5707963267948966;
const halfPiLower = 6.123233995736766e-17;

/** Below this size an angle is reduced by subtraction, from it on by the digits of 2/pi. */
const largeAngle = 1_000_000;

/**
 * Puts `x` less the nearest multiple of pi/2 into {@link remainder}, and returns that multiple modulo 4. `x` is finite.
 */
export function reduceAngle(x: number): number {
	return Math.abs(x) < largeAngle ? reduceBySubtraction(x) : reduceByDigits(x);
}

/** Cody and Waite 1980: the parts of n pi/2 are subtracted one by one, and the rounding errors kept. */
function reduceBySubtraction(x: number): number {
	const n = x * twoOverPi + roundingShift - roundingShift;
	const first = x - n * halfPi1;
	const part2 = -n * halfPi2;
	const second = first + part2;
	const part3 = -n * halfPi3;
	const third = second + part3;
	const lower = sumError(first, part2, second) + (sumError(second, part3, third) - n * halfPi4);
	remainder.upper = third + lower;
	remainder.lower = third - remainder.upper + lower;
	return n & 3;
}

const base = 16777216;

/** The first 1,344 binary digits of 2/pi, 24 at a time. */
const twoOverPiDigits = new Int32Array([
	10680707, 7228996, 1387004, 2578385, 16069853, 12639074, 9804092, 4427841, 16666979, 11263675,
	12935607, 2387514, 4345298, 14681673, 3074569, 13734428, 16653803, 1880361, 10960616, 8533493,
	3062596, 8710556, 7349940, 6258241, 3772886, 3769171, 3798172, 8675211, 12450088, 3874808,
	9961438, 366607, 15675153, 9132554, 7151469, 3571407, 2607881, 12013382, 4155038, 6285869,
	7677882, 13102053, 15825725, 473591, 9065106, 15363067, 6271263, 9264392, 5636912, 4652155,
	7056368, 13614112, 10155062, 1944035, 9527646, 15080200
]);

/** How many digits after the point of x * 2/pi are worked out; angles next to a multiple of pi/2 use up three. */
const places = 8;
const digits = new Float64Array(places + 1);
const factor = new Float64Array(4);

/**
 * Payne and Hanek 1983: of the product of `x` with 2/pi only those digits are worked out that are neither a multiple of 4
 * nor too small to matter.
 */
function reduceByDigits(x: number): number {
	// |x| = (factor[0] + factor[1] * base + ...) * base^power
	let size = Math.abs(x);
	let power = 0;
	while (size >= 1048576) {
		size /= base;
		power++;
	}
	// Now size is below 2^20 and at least 2^-4; in 2^-72 there are no digits left.
	power -= 3;
	for (let i = 3; i >= 0; i--) {
		factor[i] = Math.floor(size);
		size = (size - factor[i]!) * base;
	}

	// digits[p] stands for base^-p: the integer part, modulo base, then the fraction.
	let carry = 0;
	for (let p = places; p >= 0; p--) {
		let sum = carry;
		for (let i = 0; i < 4; i++) {
			const place = p + power + i - 1;
			if (place >= 0) sum += factor[i]! * twoOverPiDigits[place]!;
		}
		carry = Math.floor(sum / base);
		digits[p] = sum - carry * base;
	}

	// From 1/2 on the next multiple is nearer: 1 less the fraction, negative.
	const above = digits[1]! >= base / 2;
	if (above) for (let p = 1; p <= places; p++) digits[p] = base - 1 - digits[p]!;
	let start = 1;
	let weight = 1 / base;
	while (digits[start] === 0 && start < places - 3) {
		start++;
		weight /= base;
	}
	const high = (digits[start]! * base + digits[start + 1]!) * (weight / base);
	const low = (digits[start + 2]! * base + digits[start + 3]!) * (weight / base / base / base);

	const sign = above === x < 0 ? 1 : -1;
	const product = high * halfPi;
	const error = productError(high, halfPi, product) + high * halfPiLower + low * halfPi;
	remainder.upper = sign * (product + error);
	remainder.lower = sign * (product - (product + error) + error);
	const n = digits[0]! + (above ? 1 : 0);
	return (x < 0 ? -n : n) & 3;
}
