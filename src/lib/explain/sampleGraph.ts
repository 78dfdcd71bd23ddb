import { recompute, topologicalOrder } from '../engine/order';
import type { Group } from '../engine/picture';
import type { Value } from '../engine/value';
import { valueGraph, type ValueGraph } from '../engine/valueGraph';
import type { ActivationName } from '../nn/activations';
import type { LossName } from '../nn/losses';
import { MLP } from '../nn/mlp';
import type { Role } from '../nn/roles';
import { sampleProgram, type NeuronNodes, type SampleProgram } from '../nn/sampleProgram';

/** What decides the shape of a sample's graph. */
export interface Architecture {
	/** Neurons per layer, the inputs first and the output last. */
	readonly sizes: readonly number[];
	/** Of the hidden layers; null for none. */
	readonly activation: ActivationName | null;
	readonly loss: LossName;
	/** Whether the L2 penalty is part of the loss. */
	readonly penalized: boolean;
}

/** A sample: a place of the plane and the output that is wanted there. */
export interface Sample {
	readonly x: number;
	readonly y: number;
	readonly target: -1 | 1;
}

/** The nodes of one neuron, and what belongs to them alone. */
export interface ShownNeuron extends NeuronNodes {
	/** "h1.3": layer 1, neuron 3; "output" for the last. */
	readonly label: string;
	/** All that the neuron consists of: parameters, products, sums, result; not its inputs. */
	readonly members: ReadonlySet<Value>;
}

/** A graph whose nodes are known by their roles. */
export interface ModelGraph extends ValueGraph {
	/** Of each node that has one. */
	readonly roles: ReadonlyMap<Value, Role>;
}

/** The loss of one sample as the run computes it: the trainer's own program, with its numbers. */
export class SampleGraph {
	readonly program: SampleProgram;
	/** The whole graph; its root is the loss. */
	readonly graph: ModelGraph;
	/** By layer (0 is the first hidden one) and neuron; the last layer holds the output. */
	readonly neurons: readonly (readonly ShownNeuron[])[];
	/** The L2 penalty; null where it is no part of the loss. */
	readonly penalty: Value | null;
	readonly loss: Value;

	constructor({ sizes, activation, loss, penalized }: Architecture) {
		this.program = sampleProgram(new MLP(sizes, activation, () => 0), loss);
		const { dataLoss, penalty, neurons, roles } = this.program;
		this.neurons = neurons.map((layer) =>
			layer.map((nodes) => {
				const members = new Set(topologicalOrder(nodes.result, nodes.inputs));
				return { ...nodes, label: nodes.result.label, members };
			})
		);
		this.penalty = penalized ? penalty : null;
		this.loss = penalized ? dataLoss.add(penalty) : dataLoss;
		this.loss.label = 'loss';
		const nodes = topologicalOrder(this.loss);
		this.graph = {
			...valueGraph(nodes),
			roles: new Map([...roles, [this.loss, { kind: 'loss' }]])
		};
	}

	get network(): MLP {
		return this.program.network;
	}

	get inputs(): readonly Value[] {
		return this.program.inputs;
	}

	get target(): Value {
		return this.program.target;
	}

	/** How strong the L2 penalty is. */
	get strength(): Value {
		return this.program.strength;
	}

	get output(): Value {
		return this.program.output;
	}

	/** What the loss is without the penalty. */
	get dataLoss(): Value {
		return this.program.dataLoss;
	}

	/** Puts a sample into the leaves; what is computed from them stays as it was. */
	place({ x, y, target }: Sample): void {
		const [first, second] = this.inputs;
		first!.data = x;
		second!.data = y;
		this.target.data = target;
	}

	/**
	 * Computes all data and all gradients of the loss anew, the gradients from zero.
	 * @param parameters - in the order of `MLP.parameters()`
	 * @param strength - of the L2 penalty
	 * @throws RangeError when the parameters do not fit the network
	 */
	show(sample: Sample, parameters: ArrayLike<number>, strength: number): void {
		this.network.setParameters(parameters);
		this.place(sample);
		this.strength.data = strength;
		const { nodes } = this.graph;
		recompute(nodes);
		for (const node of nodes) node.grad = 0;
		this.loss.backward();
	}

	/** The part of the graph that is one neuron: its inputs are leaves of it, its result is the root. */
	neuronGraph(layer: number, neuron: number): ModelGraph {
		const { inputs, result } = this.neurons[layer]![neuron]!;
		const nodes = [...inputs, ...topologicalOrder(result, inputs)];
		return { ...valueGraph(nodes), roles: this.graph.roles };
	}

	/** The hidden and output neurons, and the penalty, as groups for a picture of the whole graph. */
	groups(): Group[] {
		const last = this.neurons.length - 1;
		const groups: Group[] = this.neurons.flatMap((neurons, layer) =>
			neurons.map(({ members, result }, neuron) => ({
				name: layer === last ? 'Output' : `Layer ${layer + 1}, neuron ${neuron + 1}`,
				members,
				result
			}))
		);
		const penalty = this.penaltyGroup();
		return penalty ? [...groups, penalty] : groups;
	}

	/** The penalty as a group; null where there is none. */
	penaltyGroup(): Group | null {
		const { penalty } = this;
		if (!penalty) return null;
		const members = new Set(topologicalOrder(penalty, this.program.parameters));
		return { name: 'L2', members, result: penalty, silent: true };
	}
}
