// The machine: runs programs that were laid out in its memory. It has no state of its own and allocates nothing.

import { denseBackward, denseForward } from './dense';
import { dotBackward, dotForward } from './dot';
import {
	applyA,
	applyAIsColumn,
	applyATarget,
	applyATargetIsColumn,
	applyB,
	applyBackwardWords,
	applyBIsColumn,
	applyBTarget,
	applyBTargetIsColumn,
	applyCode,
	applyColumns,
	applyForwardWords,
	applyGradient,
	applyKind,
	applyOut,
	broadcastColumn,
	broadcastKind,
	broadcastNumber,
	broadcastWords,
	denseBackwardWords,
	denseForwardWords,
	denseKind,
	dotBackwardWords,
	dotForwardWords,
	dotKind,
	programBackward,
	programBackwardEnd,
	programBlock,
	programCopies,
	programCopyTable,
	programForward,
	programForwardEnd,
	programGradientBytes,
	programGradients,
	programInputs,
	programInputTable,
	programOutputs,
	programOutputTable,
	programRoots,
	programRootTable,
	programStride,
	programSumBytes,
	programSums,
	replaceKind,
	trainingCounts,
	trainingFoundScalars,
	trainingGradient,
	trainingIndexes,
	trainingKeptBytes,
	trainingLoss,
	trainingNext,
	trainingNextScalars,
	trainingParameterCount,
	trainingParameters,
	trainingPenalty,
	trainingRate,
	trainingRates,
	trainingSample,
	trainingScalarBytes,
	trainingScalars,
	trainingShare,
	trainingShared,
	trainingSharedRate,
	trainingSharedScalars,
	trainingStarts,
	trainingUpdate,
	trainingUseOffsets,
	trainingUses
} from './fields';
import { apply, applyBackward, replaceGradient } from './operations';

/** The first address that the machine does not use itself. */
export function firstAddress(): usize {
	return __heap_base;
}

function word(row: usize, place: i32): usize {
	return <usize>load<u32>(row + ((<usize>place) << 2));
}

function forward<T>(program: usize, bytes: usize): void {
	const stride = word(program, programStride);
	const end = word(program, programForwardEnd);
	let row = word(program, programForward);
	while (row < end) {
		const kind = word(row, 0);
		if (kind == denseKind) {
			denseForward<T>(row, stride, bytes);
			row += denseForwardWords << 2;
		} else if (kind == applyKind) {
			const aIsColumn = word(row, applyAIsColumn);
			const bIsColumn = word(row, applyBIsColumn);
			let a = word(row, applyA);
			let b = word(row, applyB);
			let out = word(row, applyOut);
			for (let column = word(row, applyColumns); column > 0; column--) {
				apply<T>(<i32>word(row, applyCode), a, aIsColumn, b, bIsColumn, out, bytes);
				a += aIsColumn * stride;
				b += bIsColumn * stride;
				out += stride;
			}
			row += applyForwardWords << 2;
		} else if (kind == dotKind) {
			dotForward<T>(row, bytes);
			row += dotForwardWords << 2;
		} else {
			const number = v128.load_splat<T>(word(row, broadcastNumber));
			const column = word(row, broadcastColumn);
			for (let offset: usize = 0; offset < bytes; offset += 16) v128.store(column + offset, number);
			row += broadcastWords << 2;
		}
	}
}

function backward(program: usize, bytes: usize, tail: v128): void {
	const stride = word(program, programStride);
	const end = word(program, programBackwardEnd);
	let row = word(program, programBackward);
	while (row < end) {
		const kind = word(row, 0);
		if (kind == denseKind) {
			denseBackward(row, stride, bytes, tail);
			row += denseBackwardWords << 2;
		} else if (kind == applyKind) {
			applyBackward<f64>(
				<i32>word(row, applyCode),
				word(row, applyA),
				word(row, applyAIsColumn),
				word(row, applyB),
				word(row, applyBIsColumn),
				word(row, applyOut),
				word(row, applyGradient),
				word(row, applyATarget),
				word(row, applyATargetIsColumn),
				word(row, applyBTarget),
				word(row, applyBTargetIsColumn),
				bytes,
				tail
			);
			row += applyBackwardWords << 2;
		} else if (kind == replaceKind) {
			let a = word(row, applyA);
			let out = word(row, applyOut);
			let gradient = word(row, applyGradient);
			for (let column = word(row, applyColumns); column > 0; column--) {
				replaceGradient<f64>(<i32>word(row, applyCode), a, word(row, applyB), out, gradient, bytes);
				a += stride;
				out += stride;
				gradient += stride;
			}
			row += applyBackwardWords << 2;
		} else if (kind == dotKind) {
			dotBackward(row, bytes, tail);
			row += dotBackwardWords << 2;
		} else {
			const column = word(row, broadcastColumn);
			const target = word(row, broadcastNumber);
			let sum = v128.load(target);
			for (let offset: usize = 0; offset < bytes - 16; offset += 16)
				sum = f64x2.add(sum, v128.load(column + offset));
			v128.store(target, f64x2.add(sum, v128.and(tail, v128.load(column + bytes - 16))));
			row += broadcastWords << 2;
		}
	}
}

/** Takes the samples of a block, by their indexes, into the columns of the sample leaves. */
function gather(program: usize, indexes: usize, count: usize): void {
	const inputs = word(program, programInputs);
	const table = word(program, programInputTable);
	for (let input: usize = 0; input < inputs; input++) {
		const data = <usize>load<u32>(table + (input << 3));
		const column = <usize>load<u32>(table + (input << 3), 4);
		for (let i: usize = 0; i < count; i++) {
			store<f64>(
				column + (i << 3),
				load<f64>(data + ((<usize>load<u32>(indexes + (i << 2))) << 3))
			);
		}
	}
}

/** All lanes, or the first alone. */
function tailOf(count: usize): v128 {
	return count & 1 ? i64x2(-1, 0) : i64x2.splat(-1);
}

function backwardBlock(program: usize, count: usize): void {
	const bytes = ((count + 1) >> 1) << 4;
	const tail = tailOf(count);
	memory.fill(word(program, programGradients), 0, word(program, programGradientBytes));
	const roots = word(program, programRoots);
	const table = word(program, programRootTable);
	for (let root: usize = 0; root < roots; root++) {
		const entry = table + root * 12;
		const column = <usize>load<u32>(entry);
		const gradient = <usize>load<u32>(entry, 4);
		const target = <usize>load<u32>(entry, 8);
		let sum = v128.load(target);
		for (let offset: usize = 0; offset < bytes; offset += 16) {
			const loss = v128.load(column + offset);
			sum = f64x2.add(sum, offset + 16 < bytes ? loss : v128.and(tail, loss));
			if (gradient) {
				const old = v128.load(gradient + offset);
				v128.store(gradient + offset, f64x2.add(old, f64x2.splat(1)));
			}
		}
		v128.store(target, sum);
	}
	backward(program, bytes, tail);
}

function bothSums(sums: v128): f64 {
	return f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
}

/** The loss and the gradient of one batch; the gradient is left in its array. */
function differentiateBatch(training: usize, step: usize): f64 {
	const sample = word(training, trainingSample);
	const count = <usize>load<u32>(word(training, trainingCounts) + (step << 2));
	const start = <usize>load<u32>(word(training, trainingStarts) + (step << 2));
	const indexes = word(training, trainingIndexes) + (start << 2);
	const block = word(sample, programBlock);
	const share = word(training, trainingShare);
	if (share) store<f64>(share, 1.0 / <f64>count);
	copyWeights(sample);
	memory.fill(word(sample, programSums), 0, word(sample, programSumBytes));
	for (let done: usize = 0; done < count; done += block) {
		const rest = count - done;
		const now = rest < block ? rest : block;
		gather(sample, indexes + (done << 2), now);
		forward<f64>(sample, ((now + 1) >> 1) << 4);
		backwardBlock(sample, now);
	}
	let loss = 0.0;
	const roots = word(sample, programRoots);
	for (let root: usize = 0; root < roots; root++) {
		loss += bothSums(v128.load(<usize>load<u32>(word(sample, programRootTable) + root * 12, 8)));
	}
	const penalty = word(training, trainingPenalty);
	if (penalty) {
		memory.fill(word(penalty, programSums), 0, word(penalty, programSumBytes));
		loss += penaltyValue(penalty);
		backwardBlock(penalty, 1);
	}
	reduce(training);
	return loss;
}

function penaltyValue(penalty: usize): f64 {
	copyWeights(penalty);
	forward<f64>(penalty, 16);
	return load<f64>(<usize>load<u32>(word(penalty, programRootTable)));
}

/** The penalty at the present parameters; there has to be one. */
export function penalize(training: usize): f64 {
	return penaltyValue(word(training, trainingPenalty));
}

function copyWeights(program: usize): void {
	const copies = word(program, programCopies);
	let entry = word(program, programCopyTable);
	for (let copy: usize = 0; copy < copies; copy++) {
		store<f64>(<usize>load<u32>(entry, 4), load<f64>(<usize>load<u32>(entry)));
		entry += 8;
	}
}

/** The gradient of each parameter from the sums of its uses. */
function reduce(training: usize): void {
	const count = word(training, trainingParameterCount);
	const gradient = word(training, trainingGradient);
	const offsets = word(training, trainingUseOffsets);
	const uses = word(training, trainingUses);
	let use = uses + <usize>(load<u32>(offsets) << 2);
	for (let parameter: usize = 0; parameter < count; parameter++) {
		const end = uses + <usize>(load<u32>(offsets + (parameter << 2), 4) << 2);
		let sum = 0.0;
		for (; use < end; use += 4) sum += bothSums(v128.load(<usize>load<u32>(use)));
		store<f64>(gradient + (parameter << 3), sum);
	}
}

/** The gradient of the first step's batch, in its array; the loss where it is left. */
export function differentiate(training: usize): void {
	store<f64>(word(training, trainingLoss), differentiateBatch(training, 0));
}

/** The same as {@link update} for gradient descent, all in one: the parameters after a step; false, and nothing is changed, if one of them would not be finite. */
function descend(training: usize, rate: f64): bool {
	const bytes = word(training, trainingParameterCount) << 3;
	const parameters = word(training, trainingParameters);
	const next = word(training, trainingNext);
	const gradient = word(training, trainingGradient);
	const rates = f64x2.splat(rate);
	let broken = f64x2.splat(0);
	// The arrays are padded to whole vectors of zeros.
	for (let place: usize = 0; place < bytes; place += 16) {
		const change = f64x2.mul(rates, v128.load(gradient + place));
		const moved = f64x2.sub(v128.load(parameters + place), change);
		v128.store(next + place, moved);
		// 0 times a number is 0 unless the number is not finite.
		broken = f64x2.add(broken, f64x2.mul(moved, f64x2.splat(0)));
	}
	if (f64x2.extract_lane(broken, 0) + f64x2.extract_lane(broken, 1) != 0) return false;
	memory.copy(parameters, next, bytes);
	return true;
}

/** The scalars and results that all updates of a step share, as settings of the update. */
function share(training: usize, program: usize, rate: f64): void {
	const scalarBytes = word(training, trainingScalarBytes);
	store<f64>(word(training, trainingSharedRate), rate);
	memory.copy(word(training, trainingSharedScalars), word(training, trainingScalars), scalarBytes);
	copyWeights(program);
	evaluateSamples<f64>(program, 0, 1);
	memory.copy(
		word(training, trainingNextScalars),
		word(training, trainingFoundScalars),
		scalarBytes
	);
}

/** Parameters and state after a step of the optimizer; false, and nothing is changed, if a number would not be finite. */
function update(training: usize, program: usize, rate: f64): bool {
	const shared = word(training, trainingShared);
	const next = word(training, trainingNext);
	const bytes = word(training, trainingKeptBytes);
	if (shared) share(training, shared, rate);
	store<f64>(word(training, trainingRate), rate);
	evaluateSamples<f64>(program, 0, word(training, trainingParameterCount));
	let broken = f64x2.splat(0);
	for (let place: usize = 0; place < bytes; place += 16) {
		// 0 times a number is 0 unless the number is not finite.
		broken = f64x2.add(broken, f64x2.mul(v128.load(next + place), f64x2.splat(0)));
	}
	if (f64x2.extract_lane(broken, 0) + f64x2.extract_lane(broken, 1) != 0) return false;
	memory.copy(word(training, trainingParameters), next, bytes);
	return true;
}

/**
 * Makes so many steps. Returns how many; fewer mean that a number of the next was no longer finite: the loss that is left,
 * or else a parameter or a number of the state of those in `trainingNext`.
 */
export function train(training: usize, steps: usize): usize {
	const rates = word(training, trainingRates);
	const left = word(training, trainingLoss);
	const program = word(training, trainingUpdate);
	for (let step: usize = 0; step < steps; step++) {
		const loss = differentiateBatch(training, step);
		store<f64>(left, loss);
		if (loss - loss != 0) return step;
		const rate = load<f64>(rates + (step << 3));
		const moved = program ? update(training, program, rate) : descend(training, rate);
		if (!moved) return step;
	}
	return steps;
}

/** Takes samples that lie side by side into the columns, computes, and leaves the outputs in their results. */
function evaluateSamples<T>(program: usize, start: usize, end: usize): void {
	const block = word(program, programBlock);
	const inputs = word(program, programInputs);
	const inputTable = word(program, programInputTable);
	const outputs = word(program, programOutputs);
	const outputTable = word(program, programOutputTable);
	for (let done = start; done < end; done += block) {
		const rest = end - done;
		const bytes = (rest < block ? rest : block) * sizeof<T>();
		for (let input: usize = 0; input < inputs; input++) {
			const entry = inputTable + (input << 3);
			memory.copy(<usize>load<u32>(entry, 4), <usize>load<u32>(entry) + done * sizeof<T>(), bytes);
		}
		forward<T>(program, (bytes + 15) & ~15);
		for (let output: usize = 0; output < outputs; output++) {
			const entry = outputTable + (output << 3);
			memory.copy(
				<usize>load<u32>(entry, 4) + (done - start) * sizeof<T>(),
				<usize>load<u32>(entry),
				bytes
			);
		}
	}
}

/** {@link evaluateSamples} in double precision, with the training's parameters. */
export function evaluate(training: usize, start: usize, end: usize): void {
	const sample = word(training, trainingSample);
	copyWeights(sample);
	evaluateSamples<f64>(sample, start, end);
}

/** {@link evaluateSamples} in single precision, of a program of its own. */
export function picture(program: usize, count: usize): void {
	evaluateSamples<f32>(program, 0, count);
}

/** Applies one operation to numbers side by side: for tests. */
export function applyDouble(code: i32, a: usize, b: usize, out: usize, bytes: usize): void {
	apply<f64>(code, a, 1, b, 1, out, bytes);
}

/** {@link applyDouble} in single precision. */
export function applySingle(code: i32, a: usize, b: usize, out: usize, bytes: usize): void {
	apply<f32>(code, a, 1, b, 1, out, bytes);
}
