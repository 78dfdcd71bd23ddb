import { recompute, topologicalOrder } from '../engine/order';
import { Value } from '../engine/value';
import { losses } from '../nn/losses';
import type { MLP } from '../nn/mlp';
import type { BenchSetup, Measure, StepData } from './bench';

/** Finds losses and accuracies of a network by its plain predictions; gradients are left as they are. */
export class Meter {
	readonly #network: MLP;
	readonly #samples: BenchSetup['samples'];
	readonly #penalty: readonly Value[];
	readonly #output = new Value(0);
	readonly #target = new Value(1);
	/** The loss of any output for any target. */
	readonly #loss: readonly Value[];

	/** @param penalty - the operations that compute the L2 penalty from the network's parameters; none where there is none */
	constructor(network: MLP, { loss, samples }: BenchSetup, penalty: readonly Value[]) {
		this.#network = network;
		this.#samples = samples;
		this.#penalty = penalty;
		this.#loss = topologicalOrder(losses[loss](this.#output, this.#target));
	}

	/** Loss and accuracy on all training points, in pieces of one sample. */
	*measure(): Generator<void, Measure> {
		const count = this.#samples.length;
		if (count === 0) return { loss: null, accuracy: null };
		let sum = 0;
		let right = 0;
		for (const { x, y, target } of this.#samples) {
			const output = this.#network.predict([x, y])[0]!;
			if (output > 0 === target > 0) right++;
			sum += this.#lossAt(output, target);
			yield;
		}
		return { loss: sum * (1 / count) + this.#penaltyNow(), accuracy: right / count };
	}

	/** What a step with this data minimizes; NaN without any points. */
	*loss(data: StepData): Generator<void, number> {
		if (data === 'batch') return (yield* this.measure()).loss ?? NaN;
		const output = this.#network.predict([data.x, data.y])[0]!;
		return this.#lossAt(output, data.target) + this.#penaltyNow();
	}

	#lossAt(output: number, target: number): number {
		this.#output.data = output;
		this.#target.data = target;
		recompute(this.#loss);
		return this.#loss.at(-1)!.data;
	}

	#penaltyNow(): number {
		recompute(this.#penalty);
		return this.#penalty.at(-1)?.data ?? 0;
	}
}
