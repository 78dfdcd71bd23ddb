import { recompute, topologicalOrder } from '../engine/order';
import type { Value } from '../engine/value';
import { numbersOf, type Numbers, type ValueGraph } from '../engine/valueGraph';
import { EagerOptimizer } from '../optim/eager';
import { optimizers, plainDescent } from '../optim/optimizers';
import type { BenchSetup, Measure, StepData, StepReport } from './bench';
import { Meter } from './meter';
import { correct, type Procedure } from './procedure';
import { SampleGraph, type Sample } from './sampleGraph';

/** The operations below a root, and the ways backward. */
interface Part {
	/** Operands first, the root last. */
	readonly operations: readonly Value[];
	/** In the procedure's order. */
	readonly order: readonly Value[];
	/** In the right one. */
	readonly rightOrder: readonly Value[];
}

/** All that a training step changes. */
export interface TraineeNumbers {
	readonly parameters: Float64Array;
	/** What the parameters hold: those of the last step. */
	readonly gradients: Float64Array;
	readonly optimizerState: Float64Array;
}

type Arrive = Procedure['arrive'];

/** Each operation of an order passes its gradient on to its operands. */
function passOn(order: readonly Value[], arrive: Arrive): void {
	for (const { op, first, second, exponent, data, grad } of order) {
		const a = first!.data;
		const b = second === null ? (exponent ?? 0) : second.data;
		first!.grad = arrive(first!.grad, op!.slopeA(a, b, data) * grad);
		if (second !== null) second.grad = arrive(second.grad, op!.slopeB(a, b, data) * grad);
	}
}

/** A network of its own that trains eagerly, with `Value`s, one step after the other, right or by a mistaken procedure. */
export class Trainee {
	readonly sampleGraph: SampleGraph;
	readonly procedure: Procedure;
	readonly #setup: BenchSetup;
	readonly #parameters: readonly Value[];
	readonly #optimizer: EagerOptimizer;
	readonly #whole: Part;
	readonly #data: Part;
	readonly #penalty: Part | null;
	readonly #meter: Meter;

	constructor(setup: BenchSetup, procedure: Procedure) {
		const { sizes, loss, l2, optimizer = plainDescent, optimizerState } = setup;
		const activation = procedure.activation(setup.activation);
		this.sampleGraph = new SampleGraph({ sizes, activation, loss, penalized: l2 > 0 });
		this.procedure = procedure;
		this.#setup = setup;
		this.#parameters = this.sampleGraph.network.parameters();
		this.#optimizer = new EagerOptimizer(
			optimizers[optimizer.name],
			this.#parameters.length,
			optimizer.settings,
			optimizerState
		);
		const anywhere = { x: 0, y: 0, target: 1 } as const;
		this.sampleGraph.show(anywhere, procedure.start(setup.parameters), l2);
		for (const parameter of this.#parameters) parameter.grad = 0;
		const { dataLoss, penalty } = this.sampleGraph;
		this.#whole = this.#part(this.sampleGraph.loss);
		this.#data = penalty ? this.#part(dataLoss) : this.#whole;
		this.#penalty = penalty && this.#part(penalty);
		this.#meter = new Meter(this.sampleGraph.network, setup, this.#penalty?.operations ?? []);
	}

	/** The learning rate in use. */
	get learningRate(): number {
		return this.procedure.learningRate(this.#setup.learningRate);
	}

	get parameters(): Float64Array {
		return this.sampleGraph.network.getParameters();
	}

	/** The gradients that the parameters hold: those of the last step. */
	get gradients(): Float64Array {
		return Float64Array.from(this.#parameters, ({ grad }) => grad);
	}

	/** What updates the parameters, with what it remembers: a copy. */
	get optimizer(): EagerOptimizer {
		return this.#optimizer.copy();
	}

	get numbers(): TraineeNumbers {
		const { parameters, gradients } = this;
		return { parameters, gradients, optimizerState: this.#optimizer.state };
	}

	/** Whether the gradients are found in another way than the right one. */
	get #astray(): boolean {
		const { zeroGrad, arrive, order } = this.procedure;
		return !zeroGrad || arrive !== correct.arrive || order !== correct.order;
	}

	/** Take former numbers back. */
	restore({ parameters, gradients, optimizerState }: TraineeNumbers): void {
		this.#optimizer.state = optimizerState;
		for (const [index, parameter] of this.#parameters.entries()) {
			parameter.data = parameters[index]!;
			parameter.grad = gradients[index]!;
		}
	}

	/**
	 * What the graph of the sample, or a part of it, holds before its forward pass: its leaves have data, the parameters what
	 * gradients they kept, and all else is 0.
	 */
	startNumbers(sample: Sample, graph: ValueGraph = this.sampleGraph.graph): Numbers {
		this.sampleGraph.place(sample);
		recompute(this.#whole.operations);
		const numbers = numbersOf(graph);
		const kept = new Set(this.#parameters);
		for (const [place, node] of graph.nodes.entries()) {
			if (graph.first[place]! >= 0) numbers.data[place] = 0;
			if (!kept.has(node)) numbers.grad[place] = 0;
		}
		return numbers;
	}

	/** Find how well the network does on all training points, in pieces of one sample. */
	measure(): Generator<void, Measure> {
		return this.#meter.measure();
	}

	/** Make one training step, in pieces of one sample; each piece ends with a yield. */
	*train(data: StepData): Generator<void, StepReport> {
		const before = this.parameters;
		const lossBefore = yield* this.#meter.loss(data);
		const trueGrad = this.#astray ? new Float64Array(before.length) : null;
		if (this.procedure.zeroGrad) this.sampleGraph.network.zeroGrad();
		if (data === 'batch') {
			const { samples } = this.#setup;
			for (const sample of samples) {
				this.sampleGraph.place(sample);
				this.#pass(this.#data, 1 / samples.length, trueGrad);
				yield;
			}
			if (this.#penalty) this.#pass(this.#penalty, 1, trueGrad);
		} else {
			this.sampleGraph.place(data);
			this.#pass(this.#whole, 1, trueGrad);
		}
		yield;
		const { learningRate, gradients: grad } = this;
		this.#optimizer.update(this.#parameters, learningRate);
		const lossAfter = yield* this.#meter.loss(data);
		const after = this.parameters;
		return {
			data,
			learningRate,
			before,
			after,
			grad,
			trueGrad: trueGrad ?? grad,
			lossBefore,
			lossAfter
		};
	}

	#part(root: Value): Part {
		const operations = topologicalOrder(root).filter(({ op }) => op !== null);
		const order = this.procedure.order(operations);
		return { operations, order, rightOrder: correct.order(operations) };
	}

	/** Forward and backward through a part; the true gradients are added up beside, if they are asked for. */
	#pass(part: Part, seed: number, trueGrad: Float64Array | null): void {
		recompute(part.operations);
		if (trueGrad) {
			this.#swapGradients(trueGrad);
			this.#backward(part, part.rightOrder, seed, correct.arrive);
			this.#swapGradients(trueGrad);
		}
		this.#backward(part, part.order, seed, this.procedure.arrive);
	}

	#backward({ operations }: Part, order: readonly Value[], seed: number, arrive: Arrive): void {
		for (const operation of operations) operation.grad = 0;
		const root = operations.at(-1)!;
		root.grad = arrive(root.grad, seed);
		passOn(order, arrive);
	}

	#swapGradients(others: Float64Array): void {
		for (const [index, parameter] of this.#parameters.entries()) {
			const { grad } = parameter;
			parameter.grad = others[index]!;
			others[index] = grad;
		}
	}
}
