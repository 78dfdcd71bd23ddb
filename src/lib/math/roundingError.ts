/** 2^27 + 1: splits a number in two halves of 26 bits each (Veltkamp 1968). */
const splitter = 134217729;

/** What `product`, the rounded `a * b`, lacks to the exact product (Dekker 1971). */
export function productError(a: number, b: number, product: number): number {
	const as = a * splitter;
	const a1 = as - (as - a);
	const a2 = a - a1;
	const bs = b * splitter;
	const b1 = bs - (bs - b);
	const b2 = b - b1;
	return a1 * b1 - product + a1 * b2 + a2 * b1 + a2 * b2;
}

/** What `sum`, the rounded `a + b`, lacks to the exact sum (Knuth 1969). */
export function sumError(a: number, b: number, sum: number): number {
	const bRounded = sum - a;
	return a - (sum - bRounded) + (b - bRounded);
}
