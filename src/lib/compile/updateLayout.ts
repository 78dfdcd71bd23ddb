import type { Arena } from './arena';
import type { UpdateTapes } from './executor';
import { layOut, type ProgramLayout } from './layout';
import { isDescent, lift } from './lift';
import * as fields from './machine/fields';

/** Where lies what an optimizer keeps from step to step: the parameters, then the columns and the scalars of its state. */
export interface KeptLayout {
	/** Of the parameters as they are, and as they will be if the step counts. */
	readonly parameters: number;
	readonly next: number;
	/** Where the columns and the scalars are, from either. */
	readonly columns: readonly number[];
	readonly scalars: number;
	readonly bytes: number;
}

/** An optimizer's programs. */
export interface UpdateLayout {
	readonly programs: readonly ProgramLayout[];
	/** The tables of what the programs read and write. */
	readonly words: ProgramLayout['words'];
	/** What the head of a training says of them: places and words. */
	readonly head: readonly (readonly [field: number, word: number])[];
}

const numberBytes = 8;

/**
 * Lays out an optimizer's programs; null for gradient descent, which the machine has in one piece.
 * @param gradient - the address of the gradient
 * @throws RangeError when the arena's limit does not allow it
 */
export function layOutUpdate(
	tapes: UpdateTapes,
	arena: Arena,
	{ parameters, next, columns, scalars, bytes }: KeptLayout,
	gradient: number,
	parameterCount: number
): UpdateLayout | null {
	if (isDescent(tapes)) return null;
	const chosen = 1 + tapes.hyperparameterCount;
	// The samples of this program are the parameters.
	const parameter = layOut(lift(tapes.parameter), arena, 0, numberBytes, parameterCount);
	const shared = tapes.shared && layOut(lift(tapes.shared), arena, gradient, numberBytes, 1);
	const found = parameter.settings.slice(chosen);
	const data = [parameters, gradient, ...columns.map((offset) => parameters + offset)];
	const results = [next, ...columns.map((offset) => next + offset)];
	const outputTable = ({ outputTable, outputs }: ProgramLayout, targets: readonly number[]) => ({
		address: outputTable,
		row: outputs.flatMap((column, i) => [column, targets[i]!])
	});
	return {
		programs: shared ? [parameter, shared] : [parameter],
		words: [
			{
				address: parameter.inputTable,
				row: parameter.inputs.flatMap(({ index, column }) => [data[index]!, column])
			},
			outputTable(parameter, results),
			...(shared ? [outputTable(shared, found)] : [])
		],
		head: [
			[fields.trainingUpdate, parameter.head],
			[fields.trainingShared, shared?.head ?? 0],
			[fields.trainingKeptBytes, bytes],
			[fields.trainingRate, parameter.settings[0]!],
			[fields.trainingSharedRate, shared?.settings[0] ?? 0],
			[fields.trainingScalars, parameters + scalars],
			[fields.trainingSharedScalars, shared?.settings[chosen] ?? 0],
			[fields.trainingFoundScalars, found[0] ?? 0],
			[fields.trainingNextScalars, next + scalars],
			[fields.trainingScalarBytes, numberBytes * tapes.scalarCount]
		]
	};
}
