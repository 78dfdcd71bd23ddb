const float = new Float64Array(1);
const words = new Int32Array(float.buffer);

/** Which of the two words of a number holds its sign and exponent: 1 on little-endian machines. */
float[0] = 1;
const upper = words[1] === 0 ? 0 : 1;

/** The sign bit, 11 bits of exponent and the first 20 bits of the fraction of `value`, as an int32. */
function upperWord(value: number): number {
	float[0] = value;
	return words[upper]!;
}

/** `value` with another upper word. */
function withUpperWord(value: number, word: number): number {
	float[0] = value;
	words[upper] = word;
	return float[0];
}

/** The upper word of sqrt(1/2), where one binary exponent ends and the next begins for {@link binaryExponent}. */
const upperWordOfRootHalf = 0x3fe6a09e;

/** The integer k for which `x` / 2^k lies between sqrt(1/2) and sqrt(2); `x` positive, finite and normal. */
export function binaryExponent(x: number): number {
	return (upperWord(x) - upperWordOfRootHalf) >> 20;
}

/** `x` / 2^k for the k of {@link binaryExponent}. */
export function mantissa(x: number, k: number): number {
	return withUpperWord(x, upperWord(x) - (k << 20));
}

/** What makes a subnormal number normal. */
export const subnormalFactor = 18014398509481984;
/** The exponent of {@link subnormalFactor} as a power of two. */
export const subnormalExponent = 54;
/** The smallest positive normal number, 2^-1022. */
export const smallestNormal = 2.2250738585072014e-308;
