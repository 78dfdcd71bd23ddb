/**
 * Elementary functions in fixed point with BigInt, to judge ours by: 192 binary places, so an error of some 2^-180.
 * Each takes a number for what it is, an exact binary fraction.
 */

const places = 192n;
const one = 1n << places;

/** A value of `mantissa` * 2^`exponent`. */
export interface Exact {
	readonly mantissa: bigint;
	readonly exponent: number;
}

const float = new Float64Array(1);
const bits = new BigUint64Array(float.buffer);

/** A finite number, exactly. */
export function exact(x: number): Exact {
	float[0] = x;
	const word = bits[0]!;
	const field = Number((word >> 52n) & 0x7ffn);
	const fraction = word & 0xfffffffffffffn;
	const size = field === 0 ? fraction : fraction | (1n << 52n);
	return { mantissa: word >> 63n ? -size : size, exponent: Math.max(field, 1) - 1075 };
}

/** The number with these bits. */
export function numberOfBits(word: bigint): number {
	bits[0] = word;
	return float[0]!;
}

function shift(value: bigint, by: number): bigint {
	return by >= 0 ? value << BigInt(by) : value >> BigInt(-by);
}

function fixed(x: number): bigint {
	const { mantissa, exponent } = exact(x);
	return shift(mantissa, exponent + Number(places));
}

function times(a: bigint, b: bigint): bigint {
	return (a * b) >> places;
}

/** artanh(1 / n) at `scale`. */
function inverseSeries(n: bigint, scale: bigint, alternating: boolean): bigint {
	let sum = 0n;
	let term = scale / n;
	for (let k = 1n; term !== 0n; k += 2n) {
		sum += alternating && k % 4n === 3n ? -term / k : term / k;
		term /= n * n;
	}
	return sum;
}

const ln2 = 2n * inverseSeries(3n, one, false);

/** Enough of pi/2 for the largest angle. */
const widePlaces = 1400n;
const wideHalfPi = (() => {
	const scale = 1n << (widePlaces + 20n);
	const quarter = 4n * inverseSeries(5n, scale, true) - inverseSeries(239n, scale, true);
	return (2n * quarter) >> 20n;
})();

function roundedQuotient(a: bigint, b: bigint): bigint {
	const twice = 2n * a + b;
	const quotient = twice / (2n * b);
	return twice < 0n && quotient * 2n * b !== twice ? quotient - 1n : quotient;
}

/** e^r in fixed point for a small r. */
function expSeries(r: bigint): bigint {
	const halvings = 6n;
	const small = r >> halvings;
	let term = one;
	let sum = one;
	for (let k = 1n; term !== 0n && term !== -1n; k++) {
		term = times(term, small) / k;
		sum += term;
	}
	for (let i = 0n; i < halvings; i++) sum = times(sum, sum);
	return sum;
}

function expFixed(x: bigint): Exact {
	const k = roundedQuotient(x, ln2);
	return { mantissa: expSeries(x - k * ln2), exponent: Number(k - places) };
}

/** e^x. */
export function referenceExp(x: number): Exact {
	return expFixed(fixed(x));
}

/** log x in fixed point, by one step of third order from the language's own guess. */
function logFixed(x: number): bigint {
	const { mantissa, exponent } = exact(x);
	const length = mantissa.toString(2).length;
	const m = shift(mantissa, Number(places) - length);
	const guess = fixed(Math.log(Number(mantissa) / 2 ** length));
	const c = times(m, expSeries(-guess)) - one;
	const c2 = times(c, c);
	return guess + c - c2 / 2n + times(c2, c) / 3n + BigInt(exponent + length) * ln2;
}

/** log x. */
export function referenceLog(x: number): Exact {
	if (x === 1) return exact(0);
	return { mantissa: logFixed(x), exponent: -Number(places) };
}

/** x^y for positive x. */
export function referencePow(x: number, y: number): Exact {
	const { mantissa, exponent } = exact(y);
	return expFixed(shift(logFixed(x) * mantissa, exponent));
}

/** tanh x. */
export function referenceTanh(x: number): Exact {
	// The next term of the series, x^3 / 3, is below 2^-61 of x.
	if (Math.abs(x) < 2 ** -30) return exact(x);
	const { mantissa, exponent } = referenceExp(Math.max(-60, Math.min(60, 2 * x)));
	const e = shift(mantissa, exponent + Number(places));
	return { mantissa: ((e - one) << places) / (e + one), exponent: -Number(places) };
}

function sinSeries(r: bigint, firstTerm: bigint, firstPower: bigint): bigint {
	const square = times(r, r);
	let term = firstTerm;
	let sum = term;
	for (let k = firstPower; term !== 0n && term !== -1n; k += 2n) {
		term = -times(term, square) / ((k + 1n) * (k + 2n));
		sum += term;
	}
	return sum;
}

function sineOfQuadrants(x: number, added: bigint): Exact {
	const { mantissa, exponent } = exact(x);
	const wide = shift(mantissa, exponent + Number(widePlaces));
	const n = roundedQuotient(wide, wideHalfPi);
	const r = (wide - n * wideHalfPi) >> (widePlaces - places);
	const quadrant = (((n + added) % 4n) + 4n) % 4n;
	const value = quadrant % 2n === 0n ? sinSeries(r, r, 1n) : sinSeries(r, one, 0n);
	return { mantissa: quadrant < 2n ? value : -value, exponent: -Number(places) };
}

/** sin x. */
export function referenceSin(x: number): Exact {
	return Math.abs(x) < 2 ** -30 ? exact(x) : sineOfQuadrants(x, 0n);
}

/** cos x. */
export function referenceCos(x: number): Exact {
	return sineOfQuadrants(x, 1n);
}

/**
 * How far `actual` is from `expected`, in units of the last place of a number of the size of `expected`. What rounds to
 * infinity may be infinity.
 */
export function ulpError(actual: number, expected: Exact): number {
	const size = expected.mantissa < 0n ? -expected.mantissa : expected.mantissa;
	if (size === 0n) return actual === 0 ? 0 : Infinity;
	const magnitude =
		size.toString(16).length * 4 - Math.clz32(parseInt(size.toString(16)[0]!, 16)) + 28;
	const top = magnitude - 1 + expected.exponent;
	if (!Number.isFinite(actual)) {
		return top >= 1023 && Math.sign(actual) === (expected.mantissa < 0n ? -1 : 1)
			? top >= 1024
				? 0
				: 1
			: Infinity;
	}
	const unit = Math.max(top, -1022) - 52;
	const ours = exact(actual);
	// Both in 2^-20 of a unit.
	const fine = unit - 20;
	const difference =
		shift(ours.mantissa, ours.exponent - fine) - shift(expected.mantissa, expected.exponent - fine);
	return Math.abs(Number(difference)) / 2 ** 20;
}
