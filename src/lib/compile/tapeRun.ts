import { ops } from '../engine/ops';
import type { Tape } from './tape';

/** The two operations that nearly all of a network consists of are done in place, without a call through the table. */
const shortcuts = { none: 0, add: 1, mul: 2 } as const;

/** One tape with its numbers: runs forward and backward over one sample at a time. */
export class TapeRun {
	readonly tape: Tape;
	/** The number of each node. */
	readonly values: Float64Array;
	readonly #gradients: Float64Array;
	/** The even and the odd sum of each use of a parameter. */
	readonly #sums: Float64Array;
	/** Each operation's code, operands and exponent, apart from the leaves. */
	readonly #operations: Int32Array;
	readonly #shortcuts: Uint8Array;
	readonly #forwards: ((a: number, b: number) => number)[] = [];
	readonly #slopesA: ((a: number, b: number, out: number) => number)[] = [];
	readonly #slopesB: ((a: number, b: number, out: number) => number)[] = [];
	readonly #first: Int32Array;
	readonly #second: Int32Array;
	readonly #exponents: Float64Array;
	/** Where each operand's gradient goes: a node's place, -1 - a use's place, or `nowhere`. */
	readonly #firstTarget: Int32Array;
	readonly #secondTarget: Int32Array;
	readonly #leaves: Record<'sample' | 'setting' | 'parameter', { place: number; index: number }[]>;

	constructor(tape: Tape) {
		const { nodes, active } = tape;
		const count = nodes.length;
		this.tape = tape;
		this.values = new Float64Array(count);
		this.#gradients = new Float64Array(count);
		this.#sums = new Float64Array(2 * tape.uses.length);
		this.#operations = Int32Array.from(nodes.keys()).filter(
			(place) => nodes[place]!.kind === 'operation'
		);
		this.#shortcuts = new Uint8Array(count);
		this.#first = new Int32Array(count);
		this.#second = new Int32Array(count);
		this.#exponents = new Float64Array(count);
		this.#firstTarget = new Int32Array(count).fill(nowhere);
		this.#secondTarget = new Int32Array(count).fill(nowhere);
		this.#leaves = { sample: [], setting: [], parameter: [] };
		for (const [place, node] of nodes.entries()) {
			if (node.kind === 'constant') this.values[place] = node.value;
			else if (node.kind !== 'operation')
				this.#leaves[node.kind].push({ place, index: node.index });
			else {
				const { op, first, second, exponent } = node;
				if (op === ops.add) this.#shortcuts[place] = shortcuts.add;
				if (op === ops.mul) this.#shortcuts[place] = shortcuts.mul;
				this.#forwards[place] = op.forward;
				this.#slopesA[place] = op.slopeA;
				this.#slopesB[place] = op.slopeB;
				this.#first[place] = first;
				this.#second[place] = second;
				this.#exponents[place] = exponent;
				if (!active[place]) continue;
				if (active[first]) this.#firstTarget[place] = first;
				if (second >= 0 && active[second]) this.#secondTarget[place] = second;
			}
		}
		for (const [use, { node, operand }] of tape.uses.entries()) {
			(operand === 0 ? this.#firstTarget : this.#secondTarget)[node] = -1 - use;
		}
	}

	setParameters(values: ArrayLike<number>): void {
		for (const { place, index } of this.#leaves.parameter) this.values[place] = values[index]!;
	}

	setSettings(values: ArrayLike<number>): void {
		for (const { place, index } of this.#leaves.setting) this.values[place] = values[index]!;
	}

	setSample(columns: readonly ArrayLike<number>[], sample: number): void {
		for (const { place, index } of this.#leaves.sample) {
			this.values[place] = columns[index]![sample]!;
		}
	}

	/** Computes every node from the leaves. */
	forward(): void {
		const { values } = this;
		const operations = this.#operations;
		const kinds = this.#shortcuts;
		const firsts = this.#first;
		const seconds = this.#second;
		for (const place of operations) {
			const kind = kinds[place]!;
			const a = values[firsts[place]!]!;
			const second = seconds[place]!;
			if (kind === shortcuts.add) values[place] = a + values[second]!;
			else if (kind === shortcuts.mul) values[place] = a * values[second]!;
			else {
				const b = second < 0 ? this.#exponents[place]! : values[second]!;
				values[place] = this.#forwards[place]!(a, b);
			}
		}
	}

	/** Forgets the sums over samples. */
	clear(): void {
		this.#sums.fill(0);
	}

	/** Adds this sample's gradients to the sums; `parity` is its position in the batch modulo 2. */
	backward(parity: 0 | 1): void {
		const { values } = this;
		const operations = this.#operations;
		const gradients = this.#gradients;
		const kinds = this.#shortcuts;
		gradients.fill(0);
		for (const root of this.tape.roots) gradients[root]! += 1;
		for (let i = operations.length - 1; i >= 0; i--) {
			const place = operations[i]!;
			const firstTarget = this.#firstTarget[place]!;
			const secondTarget = this.#secondTarget[place]!;
			if (firstTarget === nowhere && secondTarget === nowhere) continue;
			const kind = kinds[place]!;
			const gradient = gradients[place]!;
			if (kind === shortcuts.add) {
				if (firstTarget !== nowhere) this.#add(firstTarget, parity, gradient);
				if (secondTarget !== nowhere) this.#add(secondTarget, parity, gradient);
				continue;
			}
			const second = this.#second[place]!;
			const a = values[this.#first[place]!]!;
			const b = second < 0 ? this.#exponents[place]! : values[second]!;
			if (kind === shortcuts.mul) {
				if (firstTarget !== nowhere) this.#add(firstTarget, parity, b * gradient);
				if (secondTarget !== nowhere) this.#add(secondTarget, parity, a * gradient);
				continue;
			}
			const out = values[place]!;
			if (firstTarget !== nowhere)
				this.#add(firstTarget, parity, this.#slopesA[place]!(a, b, out) * gradient);
			if (secondTarget !== nowhere)
				this.#add(secondTarget, parity, this.#slopesB[place]!(a, b, out) * gradient);
		}
	}

	/** Adds to `gradient`, parameter by parameter, the even plus the odd sum of each use. */
	reduce(gradient: Float64Array): void {
		const sums = this.#sums;
		for (const [use, { parameter }] of this.tape.uses.entries()) {
			gradient[parameter]! += sums[2 * use]! + sums[2 * use + 1]!;
		}
	}

	#add(target: number, parity: 0 | 1, contribution: number): void {
		if (target >= 0) this.#gradients[target]! += contribution;
		else this.#sums[2 * (-1 - target) + parity]! += contribution;
	}
}

const nowhere = 0x7fffffff;
