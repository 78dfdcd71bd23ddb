// One weighted sum of numbers that are the same for all samples, such as the squares of a penalty.

import {
	dotCount,
	dotInputs,
	dotInputSums,
	dotOut,
	dotStart,
	dotStartIsColumn,
	dotWeights,
	dotWeightSums
} from './fields';

function word(row: usize, place: i32): usize {
	return <usize>load<u32>(row + ((<usize>place) << 2));
}

/** The sum, for `bytes` bytes of its column. */
export function dotForward<T>(row: usize, bytes: usize): void {
	const weights = word(row, dotWeights);
	const inputs = word(row, dotInputs);
	const start = word(row, dotStart);
	const isColumn = word(row, dotStartIsColumn);
	const out = word(row, dotOut);
	const size = word(row, dotCount) * sizeof<T>();
	for (let offset: usize = 0; offset < bytes; offset += 16) {
		let sum = isColumn ? v128.load(start + offset) : v128.load_splat<T>(start);
		for (let place: usize = 0; place < size; place += sizeof<T>()) {
			const w = v128.load_splat<T>(weights + place);
			sum = v128.add<T>(sum, v128.mul<T>(w, v128.load_splat<T>(inputs + place)));
		}
		v128.store(out + offset, sum);
	}
}

/** What the gradient gives to the start, the weights and the inputs; of the last lanes those in `tail`. */
export function dotBackward(row: usize, bytes: usize, tail: v128): void {
	const gradient = word(row, dotOut);
	const start = word(row, dotStart);
	const step: usize = word(row, dotStartIsColumn) ? 1 : 0;
	const count = word(row, dotCount);
	for (let offset: usize = 0; offset < bytes; offset += 16) {
		const all = offset + 16 < bytes;
		const g = v128.load(gradient + offset);
		if (start) {
			const place = start + offset * step;
			v128.store(place, f64x2.add(v128.load(place), all ? g : v128.and(tail, g)));
		}
		const mask = all ? i64x2.splat(-1) : tail;
		products(word(row, dotWeightSums), word(row, dotInputs), count, g, mask);
		products(word(row, dotInputSums), word(row, dotWeights), count, g, mask);
	}
}

/** Adds the gradient times each factor to its sums. */
function products(sums: usize, factors: usize, count: usize, g: v128, mask: v128): void {
	if (!sums) return;
	for (let i: usize = 0; i < count; i++) {
		const sum = sums + (i << 4);
		const part = f64x2.mul(g, v128.load64_splat(factors + (i << 3)));
		v128.store(sum, f64x2.add(v128.load(sum), v128.and(mask, part)));
	}
}
