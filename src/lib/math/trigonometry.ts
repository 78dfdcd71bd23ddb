import { roundingShift } from './powersOfTwo';
import { sumError } from './roundingError';

/** 2 / pi. */
const twoOverPi = 0.6366197723675814;

/** pi/2 in four parts; the first three have 33 bits each, so that their products with integers below 2^20 are exact. */
const halfPi1 = 1.5707963267341256;
const halfPi2 = 6.077100506303966e-11;
const halfPi3 = 2.0222662487111665e-21;
const halfPi4 = 8.4784276603689e-32;

/** Angles of this size and beyond have neither sine nor cosine here. */
const largeAngle = 1_000_000;

/** The sine of `r + lower` for |r| at most pi/4, `lower` far smaller. */
function sinNearZero(r: number, lower: number): number {
	const z = r * r;
	const z2 = z * z;
	const rest =
		-0.16666666666666632 +
		0.008333333333322512 * z +
		z2 *
			(-0.0001984126982986312 +
				2.755731370583204e-6 * z +
				z2 * (-2.505075969289428e-8 + 1.5896860228737446e-10 * z));
	return r + (r * z * rest + lower * (1 - 0.5 * z));
}

/** The cosine of `r + lower` for |r| at most pi/4, `lower` far smaller. */
function cosNearZero(r: number, lower: number): number {
	const z = r * r;
	const z2 = z * z;
	const rest =
		0.0416666666666666 -
		0.0013888888888874183 * z +
		z2 *
			(2.480158728950775e-5 -
				2.7557314357146745e-7 * z +
				z2 * (2.0875723649065027e-9 - 1.1359655358672893e-11 * z));
	const half = 0.5 * z;
	const upper = 1 - half;
	return upper + (1 - upper - half + (z2 * rest - r * lower));
}

/**
 * The sine of `x` and so many quarter turns, `quarters`. `x` is taken to within pi/4 of 0 by subtracting the parts of the
 * nearest multiple of pi/2 one by one, with their rounding errors kept (Cody and Waite 1980).
 */
function sineAfter(x: number, quarters: number): number {
	const n = x * twoOverPi + roundingShift - roundingShift;
	const first = x - n * halfPi1;
	const part2 = -n * halfPi2;
	const second = first + part2;
	const part3 = -n * halfPi3;
	const third = second + part3;
	const lower = sumError(first, part2, second) + (sumError(second, part3, third) - n * halfPi4);
	const r = third + lower;
	const rl = third - r + lower;
	const turned = n + quarters;
	const odd = Math.floor(turned / 2) * 2 !== turned;
	const value = odd ? cosNearZero(r, rl) : sinNearZero(r, rl);
	return turned - Math.floor(turned / 4) * 4 < 2 ? value : -value;
}

/** Below this size x is its own sine. */
const tinyAngle = 7.450580596923828e-9;

/**
 * The sine of `x` radians, from IEEE arithmetic alone; NaN from 1,000,000 on in size.
 *
 * Worst error found: 0.79 ulp (11,000,000 arguments against 192-bit arithmetic).
 */
export function sin(x: number): number {
	if (Math.abs(x) < tinyAngle) return x;
	return Math.abs(x) < largeAngle ? sineAfter(x, 0) : NaN;
}

/**
 * The cosine of `x` radians, from IEEE arithmetic alone; NaN from 1,000,000 on in size.
 *
 * Worst error found: 0.78 ulp (11,000,000 arguments against 192-bit arithmetic).
 */
export function cos(x: number): number {
	return Math.abs(x) < largeAngle ? sineAfter(x, 1) : NaN;
}
