import { recompute, topologicalOrder } from '../engine/order';
import type { Group } from '../engine/picture';
import { Value } from '../engine/value';
import { valueGraph, type ValueGraph } from '../engine/valueGraph';
import type { ActivationName } from '../nn/activations';
import { losses, type LossName } from '../nn/losses';
import { MLP } from '../nn/mlp';
import { l2 } from '../nn/regularization';

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

/** The nodes of one neuron. */
export interface NeuronNodes {
	/** "h1.3": layer 1, neuron 3; "output" for the last. */
	readonly label: string;
	readonly inputs: readonly Value[];
	readonly weights: readonly Value[];
	readonly bias: Value;
	/** The weighted sum. */
	readonly sum: Value;
	/** The sum after the activation; the sum itself where there is none. */
	readonly result: Value;
	/** All that the neuron consists of: parameters, products, sums, result; not its inputs. */
	readonly members: ReadonlySet<Value>;
}

/**
 * The loss of one sample as the run computes it, built from the model's own `Value`s and labeled for reading: inputs x1 and
 * x2, the output h1.3 of layer 1's neuron 3, its sum z1.3, its bias b1.3 and its weight w1.3.2 for the second input.
 */
export class SampleGraph {
	readonly network: MLP;
	/** The whole graph; its root is the loss. */
	readonly graph: ValueGraph;
	readonly inputs: readonly [Value, Value];
	readonly target: Value;
	/** By layer (0 is the first hidden one) and neuron; the last layer holds the output. */
	readonly neurons: readonly (readonly NeuronNodes[])[];
	readonly output: Value;
	/** What the loss is without the penalty. */
	readonly dataLoss: Value;
	/** The L2 penalty; null where there is none. */
	readonly penalty: Value | null;
	readonly loss: Value;
	/** How strong the L2 penalty is. */
	readonly strength = new Value(0, 'strength');
	readonly #parameters: readonly Value[];

	constructor({ sizes, activation, loss, penalized }: Architecture) {
		this.network = new MLP(sizes, activation, () => 0);
		this.#parameters = this.network.parameters();
		this.inputs = [new Value(0, 'x1'), new Value(0, 'x2')];
		this.target = new Value(1, 'target');
		const layers: NeuronNodes[][] = [];
		let values: readonly Value[] = this.inputs;
		for (const [index, { neurons }] of this.network.layers.entries()) {
			const inputs = values;
			const last = index === sizes.length - 2;
			const nodes = neurons.map((neuron, place) => {
				const name = `${index + 1}.${place + 1}`;
				const { weights, bias } = neuron;
				for (const [input, weight] of weights.entries()) weight.label = `w${name}.${input + 1}`;
				bias.label = `b${name}`;
				const result = neuron.forward(inputs);
				const sum = neuron.activation === null ? result : result.first!;
				sum.label = `z${name}`;
				result.label = last ? 'output' : `h${name}`;
				const members = new Set(topologicalOrder(result, inputs));
				return { label: result.label, inputs, weights, bias, sum, result, members };
			});
			layers.push(nodes);
			values = nodes.map(({ result }) => result);
		}
		this.neurons = layers;
		this.output = values[0]!;
		this.dataLoss = losses[loss](this.output, this.target);
		this.penalty = penalized ? l2(this.#parameters, this.strength) : null;
		this.loss = this.penalty ? this.dataLoss.add(this.penalty) : this.dataLoss;
		if (this.penalty) {
			this.dataLoss.label = 'data loss';
			this.penalty.label = 'L2';
		}
		this.loss.label = 'loss';
		this.graph = valueGraph(topologicalOrder(this.loss));
	}

	/**
	 * Computes all data and all gradients of the loss anew, the gradients from zero.
	 * @param parameters - in the order of `MLP.parameters()`
	 * @param strength - of the L2 penalty
	 * @throws RangeError when the parameters do not fit the network
	 */
	show({ x, y, target }: Sample, parameters: ArrayLike<number>, strength: number): void {
		this.network.setParameters(parameters);
		this.inputs[0].data = x;
		this.inputs[1].data = y;
		this.target.data = target;
		this.strength.data = strength;
		const { nodes } = this.graph;
		recompute(nodes);
		for (const node of nodes) node.grad = 0;
		this.loss.backward();
	}

	/** The part of the graph that is one neuron: its inputs are leaves of it, its result is the root. */
	neuronGraph(layer: number, neuron: number): ValueGraph {
		const { inputs, result } = this.neurons[layer]![neuron]!;
		return valueGraph([...inputs, ...topologicalOrder(result, inputs)]);
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
		const members = new Set(topologicalOrder(penalty, this.#parameters));
		return { name: 'L2', members, result: penalty, silent: true };
	}
}
