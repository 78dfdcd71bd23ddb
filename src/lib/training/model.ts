import type { TrainingTapes } from '../compile/executor';
import { trace, type Graph } from '../compile/trace';
import { traceUpdate } from '../compile/traceUpdate';
import { Value } from '../engine/value';
import type { SampleProgram } from '../nn/sampleProgram';
import type { AnyOptimizer } from '../optim/optimizer';
import { optimizers } from '../optim/optimizers';

/** The outputs of the sample's graph, in order. */
export const sampleOutputs = { output: 0, loss: 1 } as const;

/** The graphs that a run runs beside the update, with what their leaves stand for. */
export interface TrainingGraphs {
	readonly sample: Graph;
	readonly penalty: Graph;
	readonly picture: Graph;
}

/**
 * What a run computes: the loss of one sample (sample leaves: the inputs and the target; scaled by its share 1/n of the
 * batch, so that the parts add up to the mean), the L2 penalty (setting: its strength), and for pictures the network alone
 * (sample leaves: the inputs; the output first, then every hidden neuron, layer by layer).
 */
export function trainingGraphs(program: SampleProgram): TrainingGraphs {
	const { inputs, target, strength, parameters, neurons, output, dataLoss, penalty } = program;
	const share = new Value(1, 'share');
	const hidden = neurons.slice(0, -1).flatMap((layer) => layer.map(({ result }) => result));
	return {
		sample: {
			samples: [...inputs, target],
			settings: [share],
			parameters,
			roots: [dataLoss.mul(share)],
			outputs: [output, dataLoss]
		},
		penalty: { settings: [strength], parameters, roots: [penalty] },
		picture: { samples: inputs, parameters, outputs: [output, ...hidden] }
	};
}

/** The graphs of a run and the optimizer's update, traced. */
export function trainingTapes(
	program: SampleProgram,
	optimizer: AnyOptimizer = optimizers.sgd
): TrainingTapes {
	const { sample, penalty, picture } = trainingGraphs(program);
	return {
		sample: trace(sample),
		penalty: trace(penalty),
		picture: trace(picture),
		update: traceUpdate(optimizer, program.parameters.length)
	};
}
