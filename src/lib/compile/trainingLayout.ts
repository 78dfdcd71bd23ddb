import { Arena } from './arena';
import { stateColumns, type TrainingTapes } from './executor';
import { layOut, type ProgramLayout } from './layout';
import { lift } from './lift';
import * as fields from './machine/fields';
import type { Tape } from './tape';
import { layOutUpdate, type KeptLayout, type UpdateLayout } from './updateLayout';

/** No plan may need more memory. */
export const memoryLimit = 512 * 1024 * 1024;

/** A training laid out in memory; what depends on the number of samples lies behind `end`. */
export interface TrainingLayout {
	readonly sample: ProgramLayout;
	readonly penalty: ProgramLayout | null;
	readonly picture: ProgramLayout | null;
	/** Null for gradient descent. */
	readonly update: UpdateLayout | null;
	readonly head: number;
	readonly kept: KeptLayout;
	readonly pictureParameters: number;
	readonly gradient: number;
	readonly loss: number;
	readonly end: number;
	readonly words: readonly { readonly address: number; readonly row: readonly number[] }[];
}

/** @throws RangeError when it would need too much memory */
export function layOutTraining(tapes: TrainingTapes, start: number): TrainingLayout {
	const { sample, penalty, picture } = tapes;
	const count = sample.parameterCount;
	const arena = new Arena(start, memoryLimit);
	const kept = placeKept(tapes, arena);
	const { parameters, next } = kept;
	// Steps work on whole vectors.
	const gradient = arena.take(8 * count + 8);
	const pictureParameters = arena.take(4 * count);
	const loss = arena.take(8);
	const programs = {
		sample: layOut(lift(sample), arena, parameters, 8),
		penalty: penalty && layOut(lift(penalty), arena, parameters, 8, 1),
		picture: picture ? layOut(lift(picture), arena, pictureParameters, 4) : null
	};
	const update = layOutUpdate(tapes.update, arena, kept, gradient, count);
	const { offsets, uses } = usesByParameter(count, [
		{ tape: sample, layout: programs.sample },
		...(penalty ? [{ tape: penalty, layout: programs.penalty! }] : [])
	]);
	const words = [
		programs.sample,
		programs.penalty,
		programs.picture,
		update,
		...(update?.programs ?? [])
	].flatMap((program) => program?.words ?? []);
	const table = (row: readonly number[]) => {
		const address = arena.take(4 * row.length);
		words.push({ address, row });
		return address;
	};
	const head: number[] = Array.from({ length: fields.trainingWords }, () => 0);
	head[fields.trainingSample] = programs.sample.head;
	head[fields.trainingPenalty] = programs.penalty?.head ?? 0;
	head[fields.trainingParameterCount] = count;
	head[fields.trainingParameters] = parameters;
	head[fields.trainingNext] = next;
	head[fields.trainingGradient] = gradient;
	head[fields.trainingUseOffsets] = table(offsets);
	head[fields.trainingUses] = table(uses);
	head[fields.trainingShare] = programs.sample.settings[0] ?? 0;
	head[fields.trainingLoss] = loss;
	for (const [field, word] of update?.head ?? []) head[field] = word;
	const address = table(head);
	return {
		...programs,
		update,
		head: address,
		kept,
		pictureParameters,
		gradient,
		loss,
		end: arena.take(0),
		words
	};
}

/** Parameters and state, now and after a step, each column in whole cache lines. */
function placeKept({ sample, update }: TrainingTapes, arena: Arena): KeptLayout {
	const column = roundUp(8 * sample.parameterCount);
	const columns = Array.from({ length: stateColumns(update) }, (_, i) => column * (i + 1));
	const scalars = column * (columns.length + 1);
	const bytes = scalars + roundUp(8 * update.scalarCount);
	return { parameters: arena.take(bytes), next: arena.take(bytes), columns, scalars, bytes };
}

/** Up to a whole number of cache lines. */
export const roundUp = (bytes: number) => Math.floor((bytes + 63) / 64) * 64;

/** The sums of the uses of each parameter, one parameter after the other, each tape's in its own order. */
function usesByParameter(
	count: number,
	programs: readonly { tape: Tape; layout: ProgramLayout }[]
): { offsets: number[]; uses: number[] } {
	const byParameter: number[][] = Array.from({ length: count }, () => []);
	for (const { tape, layout } of programs) {
		for (const [use, { parameter }] of tape.uses.entries()) {
			byParameter[parameter]!.push(layout.uses[use]!);
		}
	}
	const offsets = [0];
	for (const list of byParameter) offsets.push(offsets.at(-1)! + list.length);
	return { offsets, uses: byParameter.flat() };
}
