import { Value } from '../engine/value';
import { losses, type LossName } from './losses';
import type { MLP } from './mlp';
import { l2 } from './regularization';
import { labelOf, type Role } from './roles';

/** The nodes of one neuron. */
export interface NeuronNodes {
	readonly inputs: readonly Value[];
	readonly weights: readonly Value[];
	readonly bias: Value;
	/** The weighted sum. */
	readonly sum: Value;
	/** The sum after the activation; the sum itself where there is none. */
	readonly result: Value;
}

/**
 * The loss of one sample, written once in `Value`s, with the role of each node that has one. The trainer traces it, Look
 * inside shows it, the plan and the heatmaps are made from it.
 */
export interface SampleProgram {
	readonly network: MLP;
	/** In the order of the network's own. */
	readonly parameters: readonly Value[];
	/** One leaf for each input of the network. */
	readonly inputs: readonly Value[];
	/** The leaf that holds the wanted output. */
	readonly target: Value;
	/** The leaf that holds the strength of the L2 penalty. */
	readonly strength: Value;
	/** By layer (0 is the first hidden one) and neuron; the last layer holds the output. */
	readonly neurons: readonly (readonly NeuronNodes[])[];
	readonly output: Value;
	/** What the sample costs, without the penalty. */
	readonly dataLoss: Value;
	/** The L2 penalty on all parameters. */
	readonly penalty: Value;
	/** What each node is to the loss; steps on the way and constants have no role. */
	readonly roles: ReadonlyMap<Value, Role>;
}

/** Builds the loss of one sample for a network, and labels its nodes by their roles. */
export function sampleProgram(network: MLP, loss: LossName): SampleProgram {
	const roles = new Map<Value, Role>();
	const named = (value: Value, role: Role): Value => {
		roles.set(value, role);
		value.label = labelOf(role);
		return value;
	};
	const inputs = Array.from({ length: network.sizes[0]! }, (_, input) =>
		named(new Value(0), { kind: 'input', input })
	);
	const target = named(new Value(1), { kind: 'target' });
	const strength = named(new Value(0), { kind: 'strength' });
	const neurons: NeuronNodes[][] = [];
	let values: readonly Value[] = inputs;
	for (const [layer, { neurons: members }] of network.layers.entries()) {
		const reads = values;
		const last = layer === network.layers.length - 1;
		const nodes = members.map((member, neuron): NeuronNodes => {
			const { weights, bias } = member;
			const result = member.forward(reads);
			const sum = member.activation === null ? result : result.first!;
			for (const [input, weight] of weights.entries())
				named(weight, { kind: 'weight', layer, neuron, input });
			named(bias, { kind: 'bias', layer, neuron });
			named(sum, { kind: 'sum', layer, neuron });
			named(result, last ? { kind: 'output' } : { kind: 'hidden', layer, neuron });
			return { inputs: reads, weights, bias, sum, result };
		});
		neurons.push(nodes);
		values = nodes.map(({ result }) => result);
	}
	const output = values[0]!;
	const parameters = network.parameters();
	const dataLoss = named(losses[loss](output, target), { kind: 'data loss' });
	const penalty = named(l2(parameters, strength), { kind: 'penalty' });
	return {
		network,
		parameters,
		inputs,
		target,
		strength,
		neurons,
		output,
		dataLoss,
		penalty,
		roles
	};
}
