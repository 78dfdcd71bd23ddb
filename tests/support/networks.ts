import fc from 'fast-check';
import { activations, type ActivationName } from '../../src/lib/nn/activations';
import { losses, type LossName } from '../../src/lib/nn/losses';
import { MLP } from '../../src/lib/nn/mlp';
import { Random } from '../../src/lib/random/random';
import { stepQueue, type StepQueue } from '../../src/lib/compile/executor';

const keys = <Name extends string>(table: Record<Name, unknown>) => Object.keys(table) as Name[];

/** A network with samples, and everything that a step of it needs. */
export const arbitraryNetwork = fc
	.record({
		hidden: fc.array(fc.integer({ min: 1, max: 11 }), { maxLength: 3 }),
		activation: fc.constantFrom(...keys<ActivationName>(activations)),
		loss: fc.constantFrom(...keys<LossName>(losses)),
		l2: fc.constantFrom(0, 1e-4, 0.1),
		count: fc.integer({ min: 1, max: 150 }),
		batchSize: fc.integer({ min: 1, max: 150 }),
		seed: fc.nat({ max: 1_000_000 })
	})
	.map(({ hidden, activation, loss, l2, count, batchSize, seed }) => {
		const random = new Random(seed, 'weights');
		const network = new MLP([2, ...hidden, 1], activation, () => random.uniform(-1, 1));
		network.setParameters(network.getParameters().map(() => random.uniform(-1, 1)));
		const draw = (pick: () => number) => Float64Array.from({ length: count }, pick);
		const columns = [
			draw(() => random.uniform(-3, 3)),
			draw(() => random.uniform(-3, 3)),
			draw(() => (random.uniform() < 0.5 ? -1 : 1))
		];
		const batch = Uint32Array.from({ length: Math.min(batchSize, count) }, () =>
			random.integer(count)
		);
		return { network, loss, l2, columns, batch };
	});

/** So many steps with the same batch. */
export function repeated(batch: Uint32Array, steps: number, rate: number): StepQueue {
	const queue = stepQueue(steps);
	queue.length = steps;
	queue.rates.fill(rate);
	queue.counts.fill(batch.length);
	queue.indexes = batch;
	return queue;
}
