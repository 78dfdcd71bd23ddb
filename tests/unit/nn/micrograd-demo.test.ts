import { describe, expect, it } from 'vitest';
import { Value } from '../../../src/lib/engine/value';
import { losses } from '../../../src/lib/nn/losses';
import { MLP } from '../../../src/lib/nn/mlp';
import { l2 } from '../../../src/lib/nn/regularization';
import { rateAt } from '../../../src/lib/optim/schedule';
import { EagerOptimizer } from '../../../src/lib/optim/eager';
import { optimizers } from '../../../src/lib/optim/optimizers';
import demo from '../../fixtures/micrograd-demo.json';

interface Sample {
	readonly inputs: readonly number[];
	readonly target: -1 | 1;
}

const samples: readonly Sample[] = demo.points.map((row) => ({
	inputs: row.slice(0, 2),
	target: row[2] === 1 ? 1 : -1
}));

/** One update of the notebook; returns loss and accuracy before it. One graph for each sample, so leaves add up. */
function step(network: MLP, learningRate: number): { loss: number; accuracy: number } {
	network.zeroGrad();
	let dataLoss = 0;
	let right = 0;
	for (const { inputs, target } of samples) {
		const output = network.forward(inputs.map((input) => new Value(input)))[0]!;
		const loss = losses['max-margin'](output, target).mul(1 / samples.length);
		loss.backward();
		dataLoss += loss.data;
		if (output.data > 0 === target > 0) right++;
	}
	const penalty = l2(network.parameters(), 1e-4);
	penalty.backward();
	const parameters = network.parameters();
	new EagerOptimizer(optimizers.sgd, parameters.length).update(parameters, learningRate);
	return { loss: dataLoss + penalty.data, accuracy: right / samples.length };
}

describe("micrograd's published demo run", () => {
	const network = new MLP([2, 16, 16, 1], 'relu', () => 0);
	network.setParameters(demo.parameters);
	const log = demo.log.map((_, k) => step(network, rateAt(1, { kind: 'linear', steps: 100 }, k)));

	it('has the published losses before each of the 100 updates, to 1e-9 relative', () => {
		expect(log).toHaveLength(100);
		for (const [k, { loss }] of log.entries()) {
			const published = demo.log[k]![0]!;
			expect(Math.abs(loss - published) / published, `loss ${loss} at step ${k}`).toBeLessThan(
				1e-9
			);
		}
	});

	it('has the published accuracies', () => {
		expect(log.map(({ accuracy }) => accuracy)).toEqual(demo.log.map((row) => row[1]));
	});

	it('ends at the published parameters, to 1e-6', () => {
		const parameters = network.getParameters();
		expect(parameters).toHaveLength(337);
		for (const [index, published] of demo.final.entries()) {
			const difference = Math.abs(parameters[index]! - published);
			expect(difference, `parameter ${index}`).toBeLessThan(1e-6);
		}
	});
});
