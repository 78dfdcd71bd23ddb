// The few functions on bits that src/lib/math builds upon, for lanes of either precision. A whole number is kept as a
// floating-point one. Constants are loaded from memory: engines build constants of 128 bits anew at each use, which costs more.

/** Adding and subtracting it rounds to the nearest whole number. */
export function roundingShift<T>(): v128 {
	return sizeof<T>() == 8
		? v128.load_splat<T>(memory.data<T>([<T>6755399441055744.0]))
		: v128.load_splat<T>(memory.data<T>([<T>12582912.0]));
}

/** The same plus the bias of an exponent: a sum with it ends in the exponent's bits. */
export function exponentShift<T>(): v128 {
	return sizeof<T>() == 8
		? v128.load_splat<T>(memory.data<T>([<T>6755399441056767.0]))
		: v128.load_splat<T>(memory.data<T>([<T>12583039.0]));
}

/** ln(2) in two parts; the upper one is short, so that its product with an exponent is exact. */
export function ln2Upper<T>(): v128 {
	return sizeof<T>() == 8
		? v128.load_splat<T>(memory.data<T>([<T>0.6931471805592082]))
		: v128.load_splat<T>(memory.data<T>([<T>0.693359375]));
}

export function ln2Lower<T>(): v128 {
	return sizeof<T>() == 8
		? v128.load_splat<T>(memory.data<T>([<T>7.371002565167799e-13]))
		: v128.load_splat<T>(memory.data<T>([<T>-0.00021219444005469057]));
}

export function subnormalFactor<T>(): v128 {
	return sizeof<T>() == 8
		? v128.load_splat<T>(memory.data<T>([<T>18014398509481984.0]))
		: v128.load_splat<T>(memory.data<T>([<T>33554432.0]));
}

export function subnormalExponent<T>(): v128 {
	return sizeof<T>() == 8
		? v128.load_splat<T>(memory.data<T>([<T>54.0]))
		: v128.load_splat<T>(memory.data<T>([<T>25.0]));
}

export function smallestNormal<T>(): v128 {
	return sizeof<T>() == 8
		? v128.load_splat<T>(memory.data<T>([<T>2.2250738585072014e-308]))
		: v128.load_splat<T>(memory.data<T>([<T>1.1754943508222875e-38]));
}

/** Splits a number in two halves. */
export function splitter<T>(): v128 {
	return sizeof<T>() == 8
		? v128.load_splat<T>(memory.data<T>([<T>134217729.0]))
		: v128.load_splat<T>(memory.data<T>([<T>4097.0]));
}

/** The whole numbers as integers. */
function integers<T>(whole: v128): v128 {
	const shift = roundingShift<T>();
	if (sizeof<T>() == 8) return i64x2.sub(f64x2.add(whole, shift), shift);
	return i32x4.sub(f32x4.add(whole, shift), shift);
}

/** Integers below 2^22 in size as floating-point numbers. */
function wholes<T>(integer: v128): v128 {
	const shift = roundingShift<T>();
	if (sizeof<T>() == 8) return f64x2.sub(i64x2.add(integer, shift), shift);
	return f32x4.sub(i32x4.add(integer, shift), shift);
}

/** 2 to the power of integers whose power is a normal number. */
function powers<T>(integer: v128): v128 {
	if (sizeof<T>() == 8)
		return i64x2.shl(i64x2.add(integer, v128.load64_splat(memory.data<i64>([1023]))), 52);
	return i32x4.shl(i32x4.add(integer, v128.load32_splat(memory.data<i32>([127]))), 23);
}

/** 2 to the power of what was added to the exponent's shift. */
export function shiftedPower<T>(sum: v128): v128 {
	return sizeof<T>() == 8 ? i64x2.shl(sum, 52) : i32x4.shl(sum, 23);
}

export function scale<T>(value: v128, exponent: v128): v128 {
	if (sizeof<T>() == 8) {
		const integer = integers<T>(exponent);
		const half = i64x2.shr_s(integer, 1);
		return f64x2.mul(f64x2.mul(value, powers<T>(half)), powers<T>(i64x2.sub(integer, half)));
	}
	const limit = f32x4.splat(252);
	const integer = integers<T>(f32x4.pmax(f32x4.pmin(exponent, limit), f32x4.neg(limit)));
	const half = i32x4.shr_s(integer, 1);
	return f32x4.mul(f32x4.mul(value, powers<T>(half)), powers<T>(i32x4.sub(integer, half)));
}

/** The bits of about sqrt(1/2), where one binary exponent ends and the next begins. */
function rootHalf<T>(): v128 {
	return sizeof<T>() == 8
		? v128.load64_splat(memory.data<i64>([0x3fe6a09e00000000]))
		: v128.load32_splat(memory.data<i32>([0x3f3504f3]));
}

function exponents<T>(x: v128): v128 {
	if (sizeof<T>() == 8) {
		// Bits 52 and up; there is no arithmetic shift of 64-bit lanes in every processor, but in WebAssembly there is.
		return i64x2.shr_s(i64x2.sub(x, rootHalf<T>()), 52);
	}
	return i32x4.shr_s(i32x4.sub(x, rootHalf<T>()), 23);
}

export function binaryExponent<T>(x: v128): v128 {
	return wholes<T>(exponents<T>(x));
}

export function mantissa<T>(x: v128, exponent: v128): v128 {
	const integer = integers<T>(exponent);
	if (sizeof<T>() == 8) return i64x2.sub(x, i64x2.shl(integer, 52));
	return i32x4.sub(x, i32x4.shl(integer, 23));
}

/** The first or the second pair of four numbers in single precision, in double precision. */
export function widened(x: v128, pair: i32): v128 {
	return f64x2.promote_low_f32x4(pair ? v128.shuffle<f32>(x, x, 2, 3, 2, 3) : x);
}

/** Two pairs of numbers in single precision, each rounded once. */
export function narrowed(first: v128, second: v128): v128 {
	return v128.shuffle<f32>(
		f32x4.demote_f64x2_zero(first),
		f32x4.demote_f64x2_zero(second),
		0,
		1,
		4,
		5
	);
}
