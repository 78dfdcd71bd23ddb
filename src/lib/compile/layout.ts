import type { Arena } from './arena';
import * as fields from './machine/fields';
import type { DenseStep, Plan, PlanStep } from './plan';
import { codeOf, type OperationNode } from './tape';

/** Bytes of columns that stay in the near caches while a block runs through all steps; measured, flat around here. */
const cacheBytes = 128 * 1024;
const largestBlock = 128;
const lineBytes = 64;
const pairBytes = 16;

/** Where a program's numbers lie, and its words, ready to be written into memory. */
export interface ProgramLayout {
	/** The address of the program's head, a row of 32-bit words. */
	readonly head: number;
	/** Rows of words and their addresses. */
	readonly words: readonly { readonly address: number; readonly row: readonly number[] }[];
	/** Constants, by address. */
	readonly constants: readonly { readonly address: number; readonly value: number }[];
	/** The address of each setting. */
	readonly settings: readonly number[];
	/** Weights that do not lie side by side, and where they are wanted: to be copied before a run. */
	readonly copies: readonly { readonly from: number; readonly to: number }[];
	/** The address of both sums of each use of a parameter, in the tape's order of uses. */
	readonly uses: readonly number[];
	/** The columns of the sample leaves that the tape has, with their indexes, and where their table is. */
	readonly inputs: readonly { readonly index: number; readonly column: number }[];
	readonly inputTable: number;
	/** The column of each output, and where their table is. */
	readonly outputs: readonly number[];
	readonly outputTable: number;
	/** Samples in a block. */
	readonly block: number;
}

/**
 * Lays out one program.
 * @param arena - where memory is taken from
 * @param parameters - the address of the parameters, in the program's own precision
 * @param size - bytes of a number: 8, or 4 for a program without a backward pass
 * @param samples - how many samples there are at most, if that is known to be few
 * @throws RangeError when the arena's limit does not allow it
 */
export function layOut(
	plan: Plan,
	arena: Arena,
	parameters: number,
	size: 4 | 8,
	samples = Infinity
): ProgramLayout {
	return new Writer(plan, arena, parameters, size, samples).write();
}

class Writer {
	readonly #plan: Plan;
	readonly #arena: Arena;
	readonly #parameters: number;
	readonly #size: 4 | 8;
	readonly #settings: number;
	readonly #constants = new Map<number, number>();
	readonly #constantValues: { address: number; value: number }[] = [];
	readonly #words: { address: number; row: readonly number[] }[] = [];
	readonly #copies: { from: number; to: number }[] = [];
	/** The address of the column of each node, and of its gradient; 0 if there is none. */
	readonly #columns: Int32Array;
	readonly #gradients: Int32Array;
	/** The address of both sums of each use. */
	readonly #uses: number[];
	readonly #useOf: Map<number, number>;
	readonly #first: ReturnType<typeof findWriters>;
	readonly #stride: number;
	readonly #sink: number;
	readonly #sums: number;
	#sumEnd: number;

	constructor(plan: Plan, arena: Arena, parameters: number, size: 4 | 8, samples: number) {
		const { tape } = plan;
		this.#plan = plan;
		this.#arena = arena;
		this.#parameters = parameters;
		this.#size = size;
		this.#settings = arena.take(size * tape.settingCount);
		this.#columns = new Int32Array(tape.nodes.length);
		this.#gradients = new Int32Array(tape.nodes.length);
		this.#useOf = new Map(tape.uses.map(({ node, operand }, use) => [2 * node + operand, use]));
		this.#uses = tape.uses.map(() => 0);
		this.#first = findWriters(plan);
		this.#stride = strideFor(plan, size, samples);
		this.#sink = arena.take(size === 8 ? this.#stride : 0);
		this.#sums = arena.take(this.#sumBytes());
		this.#sumEnd = this.#sums;
	}

	write(): ProgramLayout {
		const { tape, steps } = this.#plan;
		const inputs: { index: number; column: number }[] = [];
		for (const [place, node] of tape.nodes.entries()) {
			if (node.kind !== 'sample') continue;
			this.#columns[place] = this.#column();
			inputs.push({ index: node.index, column: this.#columns[place] });
		}
		const broadcasts = steps.map((step) => this.#placeValues(step));
		// The gradients that are added to lie side by side, to be cleared at once; the others are simply written.
		const { written, writers } = this.#first;
		const isWritten = (step: PlanStep) =>
			step.kind === 'vector'
				? written.has(step.node)
				: step.rows.every(({ result }) => written.has(result));
		const broadcastGradients = new Map<PlanStep, number[]>();
		const place = (whetherWritten: boolean) => {
			for (const step of steps) {
				if (isWritten(step) === whetherWritten) this.#placeGradients(step);
				if (step.kind === 'dense' && writers.has(step) === whetherWritten)
					broadcastGradients.set(step, this.#placeBroadcastGradients(step));
			}
		};
		const gradients = this.#arena.take(0);
		place(false);
		const gradientBytes = this.#arena.end - gradients;
		place(true);

		const forward: number[] = [];
		const backward: number[] = [];
		const weights = new Map<DenseStep, number>();
		for (const [i, step] of steps.entries()) {
			if (step.kind === 'vector') this.#applyForward(step.node, forward);
			else weights.set(step, this.#denseForward(step, broadcasts[i]!, forward));
		}
		for (let i = steps.length - 1; i >= 0; i--) {
			const step = steps[i]!;
			if (step.kind === 'vector') this.#applyBackward(step.node, backward);
			else {
				this.#denseBackward(
					step,
					broadcasts[i]!,
					broadcastGradients.get(step)!,
					weights.get(step)!,
					backward
				);
			}
		}
		const forwardAddress = this.#table(forward);
		const backwardAddress = this.#table(backward);
		const rootSums = this.#takeSums(tape.roots.length);
		const rootTable = this.#table(
			tape.roots.flatMap((place, i) => [
				this.#columns[place]!,
				this.#gradients[place]!,
				rootSums + pairBytes * i
			])
		);
		const inputTable = this.#arena.take(8 * inputs.length);
		const outputTable = this.#arena.take(8 * tape.outputs.length);
		const block = this.#stride / this.#size;
		const head: number[] = [];
		head[fields.programStride] = this.#stride;
		head[fields.programBlock] = block;
		head[fields.programForward] = forwardAddress;
		head[fields.programForwardEnd] = forwardAddress + 4 * forward.length;
		head[fields.programBackward] = backwardAddress;
		head[fields.programBackwardEnd] = backwardAddress + 4 * backward.length;
		head[fields.programInputs] = inputs.length;
		head[fields.programInputTable] = inputTable;
		head[fields.programGradients] = gradients;
		head[fields.programGradientBytes] = gradientBytes;
		head[fields.programSums] = this.#sums;
		head[fields.programSumBytes] = this.#sumEnd - this.#sums;
		head[fields.programRoots] = tape.roots.length;
		head[fields.programRootTable] = rootTable;
		head[fields.programOutputs] = tape.outputs.length;
		head[fields.programOutputTable] = outputTable;
		head[fields.programCopies] = this.#copies.length;
		head[fields.programCopyTable] = this.#table(this.#copies.flatMap(({ from, to }) => [from, to]));
		return {
			head: this.#table(head),
			words: this.#words,
			constants: this.#constantValues,
			settings: Array.from(
				{ length: tape.settingCount },
				(_, index) => this.#settings + this.#size * index
			),
			copies: this.#copies,
			uses: this.#uses,
			inputs,
			inputTable,
			outputs: tape.outputs.map((place) => this.#columns[place]!),
			outputTable,
			block
		};
	}

	#sumBytes(): number {
		const { tape, steps } = this.#plan;
		let pairs = tape.uses.length + tape.roots.length;
		for (const step of steps) {
			if (step.kind === 'dense') pairs += 2 * step.rows.length * step.inputs.length;
		}
		return pairBytes * pairs;
	}

	#column(count = 1): number {
		return this.#arena.take(count * this.#stride);
	}

	#takeSums(count: number): number {
		const address = this.#sumEnd;
		this.#sumEnd += pairBytes * count;
		return address;
	}

	#table(row: readonly number[]): number {
		const address = this.#arena.take(4 * row.length);
		this.#words.push({ address, row });
		return address;
	}

	#operation(place: number): OperationNode {
		return this.#plan.tape.nodes[place] as OperationNode;
	}

	#constant(value: number): number {
		// Zeros of both signs are two constants.
		const key = value === 0 && 1 / value < 0 ? -Infinity - 1 : value;
		const known = Object.is(value, -0) ? undefined : this.#constants.get(key);
		if (known !== undefined) return known;
		const address = this.#arena.take(this.#size);
		if (!Object.is(value, -0)) this.#constants.set(key, address);
		this.#constantValues.push({ address, value });
		return address;
	}

	/** The address of a leaf that is the same for all samples; 0 for any other node. */
	#number(place: number): number {
		const node = this.#plan.tape.nodes[place]!;
		if (node.kind === 'parameter') return this.#parameters + this.#size * node.index;
		if (node.kind === 'setting') return this.#settings + this.#size * node.index;
		return node.kind === 'constant' ? this.#constant(node.value) : 0;
	}

	/** An operand as the machine wants it: an address, and whether it is a column. */
	#operand(place: number): [number, 0 | 1] {
		const number = this.#number(place);
		return number === 0 ? [this.#columns[place]!, 1] : [number, 0];
	}

	/** Where the gradient of an operand goes: an address or 0, and whether it is a column. */
	#target(node: number, operand: 0 | 1): [number, 0 | 1] {
		const { first, second } = this.#operation(node);
		const place = operand === 0 ? first : second;
		if (place < 0 || !this.#plan.tape.active[place]) return [0, 0];
		const use = this.#useOf.get(2 * node + operand);
		if (use === undefined) return [this.#gradients[place]!, 1];
		if (this.#uses[use] === 0) this.#uses[use] = this.#takeSums(1);
		return [this.#uses[use]!, 0];
	}

	/** Gives a step's results their columns; the columns of those inputs that are the same for all samples are returned. */
	#placeValues(step: PlanStep): number[] {
		if (step.kind === 'vector') {
			this.#columns[step.node] = this.#column();
			return [];
		}
		const { inputs, rows, activation } = step;
		const sums = this.#column(rows.length);
		const results = activation ? this.#column(rows.length) : sums;
		for (const [i, { sums: chain, result }] of rows.entries()) {
			this.#columns[chain.at(-1)!] = sums + i * this.#stride;
			this.#columns[result] = results + i * this.#stride;
		}
		const dot = this.#isDot(step);
		return inputs.map((place) => (dot || this.#number(place) === 0 ? 0 : this.#column()));
	}

	/** The same for gradients: those of a sum and of its activation share a column. */
	#placeGradients(step: PlanStep): void {
		const { active } = this.#plan.tape;
		if (step.kind === 'vector') {
			if (active[step.node]) this.#gradients[step.node] = this.#column();
			return;
		}
		const { rows } = step;
		if (!active[rows[0]!.result]) return;
		const gradients = this.#column(rows.length);
		for (const [i, { result }] of rows.entries()) {
			this.#gradients[result] = gradients + i * this.#stride;
		}
	}

	#placeBroadcastGradients(step: DenseStep): number[] {
		const { active } = this.#plan.tape;
		const wanted = active[step.rows[0]!.result] && !this.#isDot(step);
		return step.inputs.map((place) =>
			wanted && active[place] && this.#number(place) !== 0 ? this.#column() : 0
		);
	}

	#applyForward(place: number, words: number[]): void {
		const node = this.#operation(place);
		const [b, bIsColumn] = this.#second(node);
		const [a, aIsColumn] = this.#operand(node.first);
		const out = this.#columns[place]!;
		words.push(fields.applyKind, codeOf(node.op), 1, a, aIsColumn, b, bIsColumn, out);
	}

	#second({ second, exponent }: OperationNode): [number, 0 | 1] {
		return second < 0 ? [this.#constant(exponent), 0] : this.#operand(second);
	}

	#applyBackward(place: number, words: number[]): void {
		if (!this.#plan.tape.active[place]) return;
		const node = this.#operation(place);
		const [b, bIsColumn] = this.#second(node);
		const [a, aIsColumn] = this.#operand(node.first);
		const [aTarget, aTargetIsColumn] = this.#target(place, 0);
		const [bTarget, bTargetIsColumn] = this.#target(place, 1);
		words.push(fields.applyKind, codeOf(node.op), 1, a, aIsColumn, b, bIsColumn);
		words.push(this.#columns[place]!, this.#gradients[place]!);
		words.push(aTarget, aTargetIsColumn, bTarget, bTargetIsColumn);
	}

	/** Returns the table of the rows' weights. */
	#denseForward(step: DenseStep, broadcasts: readonly number[], words: number[]): number {
		const { inputs, rows, activation, exponent } = step;
		const sums = this.#columns[rows[0]!.sums.at(-1)!]!;
		let weightTable = 0;
		if (this.#isDot(step)) {
			const { weights, start } = rows[0]!;
			words.push(fields.dotKind, inputs.length, this.#weights(weights), this.#weights(inputs));
			words.push(...this.#operand(start), sums);
		} else {
			for (const [i, place] of inputs.entries()) {
				if (broadcasts[i] === 0) continue;
				words.push(fields.broadcastKind, this.#number(place), broadcasts[i]!);
			}
			weightTable = this.#table(rows.map(({ weights }) => this.#weights(weights)));
			const starts = this.#table(rows.flatMap(({ start }) => this.#operand(start)));
			words.push(fields.denseKind, inputs.length, rows.length);
			words.push(this.#inputTable(step, broadcasts), weightTable, starts, sums);
		}
		if (!activation) return weightTable;
		const results = this.#columns[rows[0]!.result]!;
		const b = this.#constant(exponent);
		words.push(fields.applyKind, codeOf(activation), rows.length, sums, 1, b, 0, results);
		return weightTable;
	}

	#inputTable({ inputs }: DenseStep, broadcasts: readonly number[]): number {
		return this.#table(
			inputs.map((place, i) => (broadcasts[i] === 0 ? this.#columns[place]! : broadcasts[i]!))
		);
	}

	/** Where a row's weights lie side by side, by a copy if need be. */
	#weights(weights: readonly number[]): number {
		const addresses = weights.map((place) => this.#number(place));
		const first = addresses[0]!;
		if (addresses.every((address, i) => address === first + this.#size * i)) return first;
		const copy = this.#arena.take(this.#size * weights.length);
		for (const [i, from] of addresses.entries()) {
			this.#copies.push({ from, to: copy + this.#size * i });
		}
		return copy;
	}

	#denseBackward(
		step: DenseStep,
		broadcasts: readonly number[],
		broadcastGradients: readonly number[],
		weightTable: number,
		words: number[]
	): void {
		const { inputs, rows, activation, exponent } = step;
		const { active } = this.#plan.tape;
		if (!active[rows[0]!.result]) return;
		const gradients = this.#gradients[rows[0]!.result]!;
		if (activation) {
			const sums = this.#columns[rows[0]!.sums.at(-1)!]!;
			const results = this.#columns[rows[0]!.result]!;
			words.push(fields.replaceKind, codeOf(activation), rows.length, sums, 1);
			words.push(this.#constant(exponent), 0, results, gradients, 0, 0, 0, 0);
		}
		if (this.#isDot(step)) return this.#dotBackward(step, gradients, words);
		const weightSums = this.#weightSums(step);
		const starts = rows.flatMap(({ start, sums }) => {
			const node = this.#operation(sums[0]!);
			return this.#target(sums[0]!, node.first === start ? 0 : 1);
		});
		const wanted = inputs.some((place) => active[place]);
		const targets = inputs.map((place, i) =>
			!active[place] ? this.#sink : broadcastGradients[i] || this.#gradients[place]!
		);
		words.push(fields.denseKind, inputs.length, rows.length, this.#inputTable(step, broadcasts));
		words.push(weightTable, this.#table(starts), gradients, weightSums);
		words.push(wanted ? this.#table(targets) : 0, this.#first.writers.has(step) ? 1 : 0);
		for (const i of inputs.keys()) {
			if (!broadcastGradients[i]) continue;
			const product = rows[0]!.products[i]!;
			const weightFirst = this.#operation(product).first === rows[0]!.weights[i];
			const [sum] = this.#target(product, weightFirst ? 1 : 0);
			words.push(fields.broadcastKind, sum, broadcastGradients[i]!);
		}
	}

	/** A single sum in which nothing differs from sample to sample. */
	#isDot({ inputs, rows }: DenseStep): boolean {
		return rows.length === 1 && inputs.every((place) => this.#number(place) !== 0);
	}

	#dotBackward(step: DenseStep, gradients: number, words: number[]): void {
		const { inputs, rows } = step;
		const { start, sums, weights, products } = rows[0]!;
		const weightSums = this.#weightSums(step);
		const inputSums = inputs.some((place) => this.#plan.tape.active[place])
			? this.#takeSums(inputs.length)
			: 0;
		for (const [i, product] of products.entries()) {
			const operand = this.#operation(product).first === weights[i] ? 1 : 0;
			const use = this.#useOf.get(2 * product + operand);
			if (use !== undefined) this.#uses[use] = inputSums + pairBytes * i;
		}
		const target = this.#target(sums[0]!, this.#operation(sums[0]!).first === start ? 0 : 1);
		words.push(fields.dotKind, inputs.length, this.#weights(weights), this.#weights(inputs));
		words.push(...target, gradients, weightSums, inputSums);
	}

	/** The sums of all weights, row by row; 0 if none of them is learned. */
	#weightSums({ rows, inputs }: DenseStep): number {
		const { active } = this.#plan.tape;
		if (!rows.some(({ weights }) => weights.some((place) => active[place]))) return 0;
		const address = this.#takeSums(rows.length * inputs.length);
		for (const [row, { weights, products }] of rows.entries()) {
			for (const [i, product] of products.entries()) {
				const operand = this.#operation(product).first === weights[i] ? 0 : 1;
				const use = this.#useOf.get(2 * product + operand);
				if (use !== undefined) {
					this.#uses[use] = address + pairBytes * (row * inputs.length + i);
				}
			}
		}
		return address;
	}
}

/**
 * The dense steps before which, going backward, nothing was added to the gradients of their inputs, so that they can write
 * those instead of adding to them; and the nodes whose gradients are written so.
 */
function findWriters({ tape, steps }: Plan): { writers: Set<DenseStep>; written: Set<number> } {
	const begun = new Set(tape.roots);
	const writers = new Set<DenseStep>();
	const written = new Set<number>();
	for (const step of steps.toReversed()) {
		if (!tape.active[step.kind === 'vector' ? step.node : step.rows[0]!.result]) continue;
		if (step.kind === 'vector') {
			const { first, second } = tape.nodes[step.node] as OperationNode;
			begun.add(first).add(second);
			continue;
		}
		for (const { start } of step.rows) begun.add(start);
		const places = step.inputs.filter(
			(place) => tape.active[place] && tape.nodes[place]!.kind === 'operation'
		);
		if (places.every((place) => !begun.has(place))) {
			writers.add(step);
			for (const place of places) written.add(place);
		}
		for (const place of places) begun.add(place);
	}
	return { writers, written };
}

/** Bytes between columns: a block of samples that fits the cache, in whole cache lines. */
function strideFor({ tape, steps }: Plan, size: 4 | 8, samples: number): number {
	let columns = tape.sampleCount;
	for (const step of steps) {
		const count = step.kind === 'vector' ? 1 : step.rows.length * (step.activation ? 2 : 1);
		const place = step.kind === 'vector' ? step.node : step.rows[0]!.result;
		columns += count;
		if (tape.active[place]) columns += step.kind === 'vector' ? 1 : step.rows.length;
	}
	const fitting = Math.floor(cacheBytes / columns / lineBytes) * lineBytes;
	const wanted = Math.min(
		fitting,
		largestBlock * size,
		Math.floor((samples * size + 63) / 64) * 64
	);
	return Math.max(lineBytes, wanted);
}
