import type { TrainingTapes } from '../compile/executor';
import { trace } from '../compile/trace';
import { traceUpdate } from '../compile/traceUpdate';
import { Value } from '../engine/value';
import { losses, type LossName } from '../nn/losses';
import type { MLP } from '../nn/mlp';
import { l2 } from '../nn/regularization';
import type { AnyOptimizer } from '../optim/optimizer';
import { optimizers } from '../optim/optimizers';

/** The outputs of the sample's graph, in order. */
export const sampleOutputs = { output: 0, loss: 1 } as const;

/**
 * What a run computes, traced once: the loss of one sample (sample leaves x, y and target; scaled by its share 1/n of the
 * batch, so that the parts add up to the mean), the L2 penalty (setting: its strength), and for pictures the network alone
 * (sample leaves x and y; the output first, then every hidden neuron, layer by layer), and the optimizer's update.
 */
export function trainingTapes(
	network: MLP,
	loss: LossName,
	optimizer: AnyOptimizer = optimizers.sgd
): TrainingTapes {
	const parameters = network.parameters();
	const [x, y, target] = [new Value(0, 'x'), new Value(0, 'y'), new Value(1, 'target')];
	const share = new Value(1, 'share');
	const strength = new Value(0, 'strength');
	const output = network.forward([x, y])[0]!;
	const sampleLoss = losses[loss](output, target);
	return {
		sample: trace({
			samples: [x, y, target],
			settings: [share],
			parameters,
			roots: [sampleLoss.mul(share)],
			outputs: [output, sampleLoss]
		}),
		penalty: trace({ settings: [strength], parameters, roots: [l2(parameters, strength)] }),
		picture: pictureTape(network),
		update: traceUpdate(optimizer, parameters.length)
	};
}

function pictureTape(network: MLP) {
	const inputs = [new Value(0), new Value(0)];
	const hidden: Value[] = [];
	let values: readonly Value[] = inputs;
	for (const layer of network.layers) {
		values = layer.forward(values);
		hidden.push(...values);
	}
	const output = hidden.pop()!;
	return trace({
		samples: inputs,
		parameters: network.parameters(),
		outputs: [output, ...hidden]
	});
}
