import type { Numbers, ValueGraph } from '../engine/valueGraph';
import { EagerOptimizer } from '../optim/eager';
import { optimizers } from '../optim/optimizers';
import type { MicroStep, Phase } from './microSteps';
import { correct, type Procedure } from './procedure';
import {
	backwardStage,
	forwardStage,
	seedStage,
	updateStage,
	zeroStage,
	type Stage
} from './stages';

/** What a stepper may be told beside its graph. */
export interface StepperOptions {
	/** How the steps are made; {@link correct} if left out. */
	readonly procedure?: Procedure;
	/** The places of the parameters that are updated: all that the optimizer has, in order; none if left out. */
	readonly parameters?: Int32Array;
	/** What updates them, which is not changed; plain gradient descent if left out. */
	readonly optimizer?: EagerOptimizer;
	/** As chosen; the procedure may use another. */
	readonly learningRate?: number;
}

/** A part of the steps, by positions: its first step leads from `start` to `start + 1`. */
export interface Section {
	readonly start: number;
	readonly length: number;
}

/** Positions by the places of the nodes. */
export type Turns = Readonly<Record<'forward' | 'backward' | 'update', Int32Array>>;

/**
 * One training step of a graph, a node at a time: forward, zero grad, backward, update. It works on numbers of its own, never on the
 * `Value`s, and can be at any position between none (0) and all of its micro-steps (`length`). Going back puts the numbers that were
 * written over in place again; nothing is computed backwards.
 */
export class Stepper {
	readonly graph: ValueGraph;
	/** The numbers at the present position; changed in place. */
	readonly numbers: Numbers;
	/** How many micro-steps there are. */
	readonly length: number;
	/** Where the phases are; the first step of `backward` is the seed. */
	readonly sections: Readonly<Record<Phase, Section>>;
	/** For each node the position at which its own step of a phase is made; -1 where it has none. */
	readonly turns: Turns;
	readonly #stages: readonly Stage[];
	/** The position at which each stage begins, and the end. */
	readonly #starts: readonly number[];
	#position = 0;

	/** @param start - the numbers to begin with; they are copied */
	constructor(graph: ValueGraph, start: Numbers, options: StepperOptions = {}) {
		const { procedure = correct, parameters = new Int32Array(0), learningRate = 0 } = options;
		const optimizer =
			options.optimizer?.copy() ?? new EagerOptimizer(optimizers.sgd, parameters.length);
		this.graph = graph;
		this.numbers = { data: start.data.slice(), grad: start.grad.slice() };
		const material = { graph, numbers: this.numbers, procedure };
		this.#stages = [
			forwardStage(material),
			zeroStage(material),
			seedStage(material),
			backwardStage(material),
			updateStage(material, parameters, optimizer, procedure.learningRate(learningRate))
		];
		const starts = [0];
		for (const { length } of this.#stages) starts.push(starts.at(-1)! + length);
		this.#starts = starts;
		this.length = starts[5]!;
		const section = (from: number, to: number): Section => {
			const start = starts[from]!;
			return { start, length: starts[to]! - start };
		};
		const turn = (stage: number): Int32Array => {
			const positions = new Int32Array(graph.nodes.length).fill(-1);
			for (const [index, place] of this.#stages[stage]!.places.entries()) {
				positions[place] = starts[stage]! + index + 1;
			}
			return positions;
		};
		this.turns = { forward: turn(0), backward: turn(3), update: turn(4) };
		this.sections = {
			forward: section(0, 1),
			zero: section(1, 2),
			backward: section(2, 4),
			update: section(4, 5)
		};
	}

	/** How many micro-steps were made. */
	get position(): number {
		return this.#position;
	}

	/** Make the next micro-step; false at the end. */
	next(): boolean {
		if (this.#position === this.length) return false;
		const [stage, index] = this.#stepAt(this.#position);
		stage.make(index);
		this.#position++;
		return true;
	}

	/** Take the last micro-step back; false at the start. */
	back(): boolean {
		if (this.#position === 0) return false;
		this.#position--;
		const [stage, index] = this.#stepAt(this.#position);
		stage.unmake(index);
		return true;
	}

	/**
	 * Make or take back as many micro-steps as are needed.
	 * @throws RangeError when there is no such position
	 */
	goTo(position: number): void {
		if (!Number.isInteger(position) || position < 0 || position > this.length) {
			throw new RangeError(`There is no position ${position} of ${this.length}`);
		}
		while (this.#position < position) this.next();
		while (this.#position > position) this.back();
	}

	/** The place of the node whose own step leads on from a position; -1 where all leaves have one, and at the end. */
	placeAt(position: number): number {
		if (position >= this.length) return -1;
		const [{ length, places }, index] = this.#stepAt(position);
		return length === places.length ? places[index]! : -1;
	}

	/** What the last micro-step did; null at the start. */
	describe(): MicroStep | null {
		if (this.#position === 0) return null;
		const [stage, index] = this.#stepAt(this.#position - 1);
		return stage.describe(index);
	}

	#stepAt(step: number): [Stage, number] {
		let place = 0;
		while (step >= this.#starts[place + 1]!) place++;
		return [this.#stages[place]!, step - this.#starts[place]!];
	}
}
