// Weighted sums of shared inputs over lanes of samples. Every sum is added up in its own order, term by term: tiles only
// interleave different sums.

import {
	denseInputGradientTable,
	denseInputGradientsAreFirst,
	denseInputTable,
	denseInputs,
	denseOut,
	denseRows,
	denseStartTable,
	denseWeightSums,
	denseWeightTable
} from './fields';

function field(instruction: usize, place: i32): i32 {
	return load<i32>(instruction + ((<usize>place) << 2));
}

function entry(table: usize, place: i32): usize {
	return <usize>load<u32>(table + ((<usize>place) << 2));
}

/** What a row starts at, for the lanes at `offset`. */
function start<T>(table: usize, row: i32, offset: usize): v128 {
	const address = entry(table, 2 * row);
	return entry(table, 2 * row + 1) ? v128.load(address + offset) : v128.load_splat<T>(address);
}

/** Whether the row and the three after it start at numbers, not at columns. */
function startAtNumbers(table: usize, row: i32): bool {
	for (let i = 0; i < 4; i++) if (entry(table, 2 * (row + i) + 1)) return false;
	return true;
}

function term<T>(sum: v128, weight: v128, input: v128): v128 {
	return v128.add<T>(sum, v128.mul<T>(weight, input));
}

/** The sums of `bytes` bytes of each column, rounded up to 64. */
export function denseForward<T>(instruction: usize, stride: usize, bytes: usize): void {
	const inputs = field(instruction, denseInputs);
	const rows = field(instruction, denseRows);
	const inputTable = entry(instruction, denseInputTable);
	const weightTable = entry(instruction, denseWeightTable);
	const startTable = entry(instruction, denseStartTable);
	const out = entry(instruction, denseOut);
	const last = inputTable + ((<usize>inputs) << 2);
	let row = 0;
	for (; row + 4 <= rows; row += 4) {
		const target = out + <usize>row * stride;
		const numbers = startAtNumbers(startTable, row);
		for (let offset: usize = 0; offset < bytes; offset += 32) {
			let a0 = v128.load_splat<T>(entry(startTable, 2 * row));
			let b0 = v128.load_splat<T>(entry(startTable, 2 * row + 2));
			let c0 = v128.load_splat<T>(entry(startTable, 2 * row + 4));
			let d0 = v128.load_splat<T>(entry(startTable, 2 * row + 6));
			let a1 = a0;
			let b1 = b0;
			let c1 = c0;
			let d1 = d0;
			if (!numbers) {
				a0 = start<T>(startTable, row, offset);
				b0 = start<T>(startTable, row + 1, offset);
				c0 = start<T>(startTable, row + 2, offset);
				d0 = start<T>(startTable, row + 3, offset);
				a1 = start<T>(startTable, row, offset + 16);
				b1 = start<T>(startTable, row + 1, offset + 16);
				c1 = start<T>(startTable, row + 2, offset + 16);
				d1 = start<T>(startTable, row + 3, offset + 16);
			}
			let w0 = entry(weightTable, row);
			let w1 = entry(weightTable, row + 1);
			let w2 = entry(weightTable, row + 2);
			let w3 = entry(weightTable, row + 3);
			for (let input = inputTable; input < last; input += 4) {
				const column = <usize>load<u32>(input) + offset;
				const x0 = v128.load(column);
				const x1 = v128.load(column, 16);
				let w = v128.load_splat<T>(w0);
				a0 = term<T>(a0, w, x0);
				a1 = term<T>(a1, w, x1);
				w = v128.load_splat<T>(w1);
				b0 = term<T>(b0, w, x0);
				b1 = term<T>(b1, w, x1);
				w = v128.load_splat<T>(w2);
				c0 = term<T>(c0, w, x0);
				c1 = term<T>(c1, w, x1);
				w = v128.load_splat<T>(w3);
				d0 = term<T>(d0, w, x0);
				d1 = term<T>(d1, w, x1);
				w0 += sizeof<T>();
				w1 += sizeof<T>();
				w2 += sizeof<T>();
				w3 += sizeof<T>();
			}
			let place = target + offset;
			v128.store(place, a0);
			v128.store(place, a1, 16);
			place += stride;
			v128.store(place, b0);
			v128.store(place, b1, 16);
			place += stride;
			v128.store(place, c0);
			v128.store(place, c1, 16);
			place += stride;
			v128.store(place, d0);
			v128.store(place, d1, 16);
		}
	}
	for (; row < rows; row++) {
		const target = out + <usize>row * stride;
		for (let offset: usize = 0; offset < bytes; offset += 64) {
			let a0 = start<T>(startTable, row, offset);
			let a1 = start<T>(startTable, row, offset + 16);
			let a2 = start<T>(startTable, row, offset + 32);
			let a3 = start<T>(startTable, row, offset + 48);
			let weight = entry(weightTable, row);
			for (let input = inputTable; input < last; input += 4) {
				const column = <usize>load<u32>(input) + offset;
				const w = v128.load_splat<T>(weight);
				a0 = term<T>(a0, w, v128.load(column));
				a1 = term<T>(a1, w, v128.load(column, 16));
				a2 = term<T>(a2, w, v128.load(column, 32));
				a3 = term<T>(a3, w, v128.load(column, 48));
				weight += sizeof<T>();
			}
			const place = target + offset;
			v128.store(place, a0);
			v128.store(place, a1, 16);
			v128.store(place, a2, 32);
			v128.store(place, a3, 48);
		}
	}
}

/** The gradients that the sums' gradients give to starts, weights and inputs, the samples after `bytes` left out. */
export function denseBackward(instruction: usize, stride: usize, bytes: usize, tail: v128): void {
	const gradients = entry(instruction, denseOut);
	startGradients(instruction, gradients, stride, bytes, tail);
	const sums = entry(instruction, denseWeightSums);
	if (sums) weightGradients(instruction, gradients, sums, stride, bytes, tail);
	const targets = entry(instruction, denseInputGradientTable);
	if (targets) inputGradients(instruction, gradients, targets, stride, bytes);
}

function startGradients(
	instruction: usize,
	gradients: usize,
	stride: usize,
	bytes: usize,
	tail: v128
): void {
	const rows = field(instruction, denseRows);
	const table = entry(instruction, denseStartTable);
	const full = bytes - 16;
	// Rows from the last to the first, since two may start at one column.
	for (let row = rows - 1; row >= 0; row--) {
		const target = entry(table, 2 * row);
		if (!target) continue;
		const gradient = gradients + <usize>row * stride;
		if (entry(table, 2 * row + 1)) {
			for (let offset: usize = 0; offset < bytes; offset += 16) {
				const old = v128.load(target + offset);
				v128.store(target + offset, f64x2.add(old, v128.load(gradient + offset)));
			}
		} else if (row >= 3 && sumsFollow(table, row)) {
			const g1 = gradient - stride;
			const g2 = g1 - stride;
			const g3 = g2 - stride;
			let a = v128.load(target);
			let b = v128.load(target - 16);
			let c = v128.load(target - 32);
			let d = v128.load(target - 48);
			for (let offset: usize = 0; offset < full; offset += 16) {
				a = f64x2.add(a, v128.load(gradient + offset));
				b = f64x2.add(b, v128.load(g1 + offset));
				c = f64x2.add(c, v128.load(g2 + offset));
				d = f64x2.add(d, v128.load(g3 + offset));
			}
			v128.store(target, f64x2.add(a, v128.and(tail, v128.load(gradient + full))));
			v128.store(target - 16, f64x2.add(b, v128.and(tail, v128.load(g1 + full))));
			v128.store(target - 32, f64x2.add(c, v128.and(tail, v128.load(g2 + full))));
			v128.store(target - 48, f64x2.add(d, v128.and(tail, v128.load(g3 + full))));
			row -= 3;
		} else {
			let sum = v128.load(target);
			for (let offset: usize = 0; offset < full; offset += 16) {
				sum = f64x2.add(sum, v128.load(gradient + offset));
			}
			v128.store(target, f64x2.add(sum, v128.and(tail, v128.load(gradient + full))));
		}
	}
}

/** Whether the row and the three before it start at parameters whose sums lie side by side. */
function sumsFollow(table: usize, row: i32): bool {
	const target = entry(table, 2 * row);
	for (let i = 1; i < 4; i++) {
		if (entry(table, 2 * (row - i)) != target - ((<usize>i) << 4)) return false;
		if (entry(table, 2 * (row - i) + 1)) return false;
	}
	return true;
}

function kept(tail: v128, gradient: v128, input: v128): v128 {
	return v128.and(tail, f64x2.mul(gradient, input));
}

function weightGradients(
	instruction: usize,
	gradients: usize,
	sums: usize,
	stride: usize,
	bytes: usize,
	tail: v128
): void {
	const inputs = field(instruction, denseInputs);
	const rows = field(instruction, denseRows);
	const inputTable = entry(instruction, denseInputTable);
	const full = bytes - 16;
	const line = (<usize>inputs) << 4;
	let row = 0;
	for (; row + 4 <= rows; row += 4) {
		const g0 = gradients + <usize>row * stride;
		const g1 = g0 + stride;
		const g2 = g1 + stride;
		const g3 = g2 + stride;
		let target = sums + <usize>row * line;
		let input = 0;
		for (; input + 2 <= inputs; input += 2) {
			const x = entry(inputTable, input);
			const y = entry(inputTable, input + 1);
			const target1 = target + line;
			const target2 = target1 + line;
			const target3 = target2 + line;
			let a0 = v128.load(target);
			let a1 = v128.load(target, 16);
			let b0 = v128.load(target1);
			let b1 = v128.load(target1, 16);
			let c0 = v128.load(target2);
			let c1 = v128.load(target2, 16);
			let d0 = v128.load(target3);
			let d1 = v128.load(target3, 16);
			for (let offset: usize = 0; offset < full; offset += 16) {
				const x0 = v128.load(x + offset);
				const x1 = v128.load(y + offset);
				let g = v128.load(g0 + offset);
				a0 = term<f64>(a0, g, x0);
				a1 = term<f64>(a1, g, x1);
				g = v128.load(g1 + offset);
				b0 = term<f64>(b0, g, x0);
				b1 = term<f64>(b1, g, x1);
				g = v128.load(g2 + offset);
				c0 = term<f64>(c0, g, x0);
				c1 = term<f64>(c1, g, x1);
				g = v128.load(g3 + offset);
				d0 = term<f64>(d0, g, x0);
				d1 = term<f64>(d1, g, x1);
			}
			const x0 = v128.load(x + full);
			const x1 = v128.load(y + full);
			let g = v128.load(g0 + full);
			v128.store(target, f64x2.add(a0, kept(tail, g, x0)));
			v128.store(target, f64x2.add(a1, kept(tail, g, x1)), 16);
			g = v128.load(g1 + full);
			v128.store(target1, f64x2.add(b0, kept(tail, g, x0)));
			v128.store(target1, f64x2.add(b1, kept(tail, g, x1)), 16);
			g = v128.load(g2 + full);
			v128.store(target2, f64x2.add(c0, kept(tail, g, x0)));
			v128.store(target2, f64x2.add(c1, kept(tail, g, x1)), 16);
			g = v128.load(g3 + full);
			v128.store(target3, f64x2.add(d0, kept(tail, g, x0)));
			v128.store(target3, f64x2.add(d1, kept(tail, g, x1)), 16);
			target += 32;
		}
		for (; input < inputs; input++) {
			const x = entry(inputTable, input);
			fourSums(target, line, g0, g1, g2, g3, x, x, x, x, full, tail);
			target += 16;
		}
	}
	for (; row < rows; row++) {
		const g = gradients + <usize>row * stride;
		let target = sums + <usize>row * line;
		let input = 0;
		for (; input + 4 <= inputs; input += 4) {
			const x0 = entry(inputTable, input);
			const x1 = entry(inputTable, input + 1);
			const x2 = entry(inputTable, input + 2);
			const x3 = entry(inputTable, input + 3);
			fourSums(target, 16, g, g, g, g, x0, x1, x2, x3, full, tail);
			target += 64;
		}
		for (; input < inputs; input++) {
			const x = entry(inputTable, input);
			let sum = v128.load(target);
			for (let offset: usize = 0; offset < full; offset += 16) {
				sum = term<f64>(sum, v128.load(g + offset), v128.load(x + offset));
			}
			const rest = kept(tail, v128.load(g + full), v128.load(x + full));
			v128.store(target, f64x2.add(sum, rest));
			target += 16;
		}
	}
}

/** Adds the products of four pairs of columns to four sums that lie `line` bytes apart. */
function fourSums(
	target: usize,
	line: usize,
	g0: usize,
	g1: usize,
	g2: usize,
	g3: usize,
	x0: usize,
	x1: usize,
	x2: usize,
	x3: usize,
	full: usize,
	tail: v128
): void {
	const target1 = target + line;
	const target2 = target1 + line;
	const target3 = target2 + line;
	let a = v128.load(target);
	let b = v128.load(target1);
	let c = v128.load(target2);
	let d = v128.load(target3);
	for (let offset: usize = 0; offset < full; offset += 16) {
		a = term<f64>(a, v128.load(g0 + offset), v128.load(x0 + offset));
		b = term<f64>(b, v128.load(g1 + offset), v128.load(x1 + offset));
		c = term<f64>(c, v128.load(g2 + offset), v128.load(x2 + offset));
		d = term<f64>(d, v128.load(g3 + offset), v128.load(x3 + offset));
	}
	v128.store(target, f64x2.add(a, kept(tail, v128.load(g0 + full), v128.load(x0 + full))));
	v128.store(target1, f64x2.add(b, kept(tail, v128.load(g1 + full), v128.load(x1 + full))));
	v128.store(target2, f64x2.add(c, kept(tail, v128.load(g2 + full), v128.load(x2 + full))));
	v128.store(target3, f64x2.add(d, kept(tail, v128.load(g3 + full), v128.load(x3 + full))));
}

/** Adds to each input's gradient, from the last row to the first. */
function inputGradients(
	instruction: usize,
	gradients: usize,
	targets: usize,
	stride: usize,
	bytes: usize
): void {
	const inputs = field(instruction, denseInputs);
	const rows = field(instruction, denseRows);
	const weightTable = entry(instruction, denseWeightTable);
	const first = field(instruction, denseInputGradientsAreFirst);
	const lastGradient = gradients + <usize>(rows - 1) * stride;
	const lastWeights = weightTable + ((<usize>(rows - 1)) << 2);
	let input = 0;
	for (; input + 4 <= inputs; input += 4) {
		const t0 = entry(targets, input);
		const t1 = entry(targets, input + 1);
		const t2 = entry(targets, input + 2);
		const t3 = entry(targets, input + 3);
		const place = (<usize>input) << 3;
		for (let offset: usize = 0; offset < bytes; offset += 32) {
			let a0 = f64x2.splat(0);
			let a1 = a0;
			let b0 = a0;
			let b1 = a0;
			let c0 = a0;
			let c1 = a0;
			let d0 = a0;
			let d1 = a0;
			if (!first) {
				a0 = v128.load(t0 + offset);
				a1 = v128.load(t0 + offset, 16);
				b0 = v128.load(t1 + offset);
				b1 = v128.load(t1 + offset, 16);
				c0 = v128.load(t2 + offset);
				c1 = v128.load(t2 + offset, 16);
				d0 = v128.load(t3 + offset);
				d1 = v128.load(t3 + offset, 16);
			}
			let gradient = lastGradient + offset;
			for (let weights = lastWeights; weights >= weightTable; weights -= 4) {
				const weight = <usize>load<u32>(weights) + place;
				const g0 = v128.load(gradient);
				const g1 = v128.load(gradient, 16);
				let w = v128.load64_splat(weight);
				a0 = term<f64>(a0, w, g0);
				a1 = term<f64>(a1, w, g1);
				w = v128.load64_splat(weight, 8);
				b0 = term<f64>(b0, w, g0);
				b1 = term<f64>(b1, w, g1);
				w = v128.load64_splat(weight, 16);
				c0 = term<f64>(c0, w, g0);
				c1 = term<f64>(c1, w, g1);
				w = v128.load64_splat(weight, 24);
				d0 = term<f64>(d0, w, g0);
				d1 = term<f64>(d1, w, g1);
				gradient -= stride;
			}
			v128.store(t0 + offset, a0);
			v128.store(t0 + offset, a1, 16);
			v128.store(t1 + offset, b0);
			v128.store(t1 + offset, b1, 16);
			v128.store(t2 + offset, c0);
			v128.store(t2 + offset, c1, 16);
			v128.store(t3 + offset, d0);
			v128.store(t3 + offset, d1, 16);
		}
	}
	for (; input < inputs; input++) {
		const target = entry(targets, input);
		const place = (<usize>input) << 3;
		for (let offset: usize = 0; offset < bytes; offset += 32) {
			let a0 = first ? f64x2.splat(0) : v128.load(target + offset);
			let a1 = first ? f64x2.splat(0) : v128.load(target + offset, 16);
			let gradient = lastGradient + offset;
			for (let weights = lastWeights; weights >= weightTable; weights -= 4) {
				const w = v128.load64_splat(<usize>load<u32>(weights) + place);
				a0 = term<f64>(a0, w, v128.load(gradient));
				a1 = term<f64>(a1, w, v128.load(gradient, 16));
				gradient -= stride;
			}
			v128.store(target + offset, a0);
			v128.store(target + offset, a1, 16);
		}
	}
}
