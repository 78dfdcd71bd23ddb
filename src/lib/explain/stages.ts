import { localDerivative, type Numbers, type ValueGraph } from '../engine/valueGraph';
import type { EagerOptimizer } from '../optim/eager';
import type { MicroStep, TermWrite, Write } from './microSteps';
import type { Procedure } from './procedure';

/**
 * Micro-steps of one kind, by their index from 0. Each keeps what it wrote over, in a log with a fixed place for every write, so
 * that it can be taken back to the bit.
 */
export interface Stage {
	readonly length: number;
	/** The nodes that it is about, in order; all of them belong to the one step that clears the leaves. */
	readonly places: Int32Array;
	/** Make a step; those before it were made. */
	make(index: number): void;
	/** Take the newest step back. */
	unmake(index: number): void;
	/** What the newest step did. */
	describe(index: number): MicroStep;
}

/** What all stages work on. */
export interface Material {
	readonly graph: ValueGraph;
	readonly numbers: Numbers;
	readonly procedure: Procedure;
}

/** The places of the operations, operands first. */
function operationsOf({ nodes, first }: ValueGraph): Int32Array {
	return Int32Array.from(nodes.keys()).filter((place) => first[place]! >= 0);
}

/** Writes at places known in advance, one for each step. */
function write(
	column: Float64Array,
	places: Int32Array,
	next: (place: number, index: number) => number
): Omit<Stage, 'describe'> & { described(index: number): Write } {
	const log = new Float64Array(places.length);
	return {
		length: places.length,
		places,
		make(index) {
			const place = places[index]!;
			log[index] = column[place]!;
			column[place] = next(place, index);
		},
		unmake(index) {
			column[places[index]!] = log[index]!;
		},
		described(index) {
			const place = places[index]!;
			return { place, before: log[index]!, after: column[place]! };
		}
	};
}

/** The operations compute their data, one after the other. */
export function forwardStage({ graph, numbers: { data, grad } }: Material): Stage {
	const { nodes, first, second } = graph;
	const places = operationsOf(graph);
	const values = write(data, places, (place) => {
		const { op, exponent } = nodes[place]!;
		const b = second[place]! < 0 ? (exponent ?? 0) : data[second[place]!]!;
		return op!.forward(data[first[place]!]!, b);
	});
	// A result is a new node in each pass, and nothing has reached it yet.
	const gradients = write(grad, places, () => 0);
	return {
		length: places.length,
		places,
		make(index) {
			values.make(index);
			gradients.make(index);
		},
		unmake(index) {
			values.unmake(index);
			gradients.unmake(index);
		},
		describe(index) {
			const place = places[index]!;
			const operands = [first[place]!, second[place]!].filter((operand) => operand >= 0);
			return { kind: 'forward', operands, ...values.described(index) };
		}
	};
}

/** A single step, which clears the gradients of all leaves. */
export function zeroStage({ graph, numbers: { grad }, procedure }: Material): Stage {
	const { first, nodes } = graph;
	const leaves = Int32Array.from(nodes.keys()).filter((place) => first[place]! < 0);
	const writes = write(grad, procedure.zeroGrad ? leaves : new Int32Array(0), () => 0);
	const indexes = Array.from({ length: writes.length }, (_, index) => index);
	return {
		length: 1,
		places: writes.places,
		make() {
			for (const index of indexes) writes.make(index);
		},
		unmake() {
			for (const index of indexes) writes.unmake(index);
		},
		describe: () => ({ kind: 'zero', writes: indexes.map((index) => writes.described(index)) })
	};
}

/** A single step, in which the root gets its gradient. */
export function seedStage({ graph, numbers: { grad }, procedure }: Material): Stage {
	const root = Int32Array.of(graph.nodes.length - 1);
	const writes = write(grad, root, (place) => procedure.arrive(grad[place]!, 1));
	return { ...writes, describe: (index) => ({ kind: 'seed', ...writes.described(index) }) };
}

/** The operations pass their gradients on, one after the other. */
export function backwardStage({ graph, numbers: { data, grad }, procedure }: Material): Stage {
	const { nodes, first, second } = graph;
	const operations = Array.from(operationsOf(graph), (place) => nodes[place]!);
	const places = Int32Array.from(procedure.order(operations), (node) => graph.places.get(node)!);
	const operandOf = (place: number, operand: 0 | 1) => (operand === 0 ? first : second)[place]!;
	/** What the gradients of the first and of the second operand were, and the gradient passed on. */
	const log = new Float64Array(3 * places.length);
	const add = (index: number, operand: 0 | 1) => {
		const reader = places[index]!;
		const place = operandOf(reader, operand);
		if (place < 0) return;
		log[3 * index + operand] = grad[place]!;
		const term = localDerivative(graph, data, { reader, operand }) * log[3 * index + 2]!;
		grad[place] = procedure.arrive(grad[place]!, term);
	};
	const remove = (index: number, operand: 0 | 1) => {
		const place = operandOf(places[index]!, operand);
		if (place >= 0) grad[place] = log[3 * index + operand]!;
	};
	const described = (index: number, operand: 0 | 1): TermWrite[] => {
		const reader = places[index]!;
		const place = operandOf(reader, operand);
		if (place < 0) return [];
		const local = localDerivative(graph, data, { reader, operand });
		const incoming = log[3 * index + 2]!;
		const term = local * incoming;
		const before = log[3 * index + operand]!;
		return [
			{ place, operand, local, incoming, term, before, after: procedure.arrive(before, term) }
		];
	};
	return {
		length: places.length,
		places,
		make(index) {
			log[3 * index + 2] = grad[places[index]!]!;
			add(index, 0);
			add(index, 1);
		},
		unmake(index) {
			remove(index, 1);
			remove(index, 0);
		},
		describe: (index) => ({
			kind: 'backward',
			place: places[index]!,
			terms: [...described(index, 0), ...described(index, 1)]
		})
	};
}

/** The optimizer moves the parameters, one after the other; what it remembers stays as it was before the step. */
export function updateStage(
	{ graph, numbers: { data, grad } }: Material,
	parameters: Int32Array,
	optimizer: EagerOptimizer,
	learningRate: number
): Stage {
	const writes = write(data, parameters, (place, index) =>
		optimizer.next(index, data[place]!, grad[place]!)
	);
	return {
		...writes,
		make(index) {
			// All gradients are complete when the first parameter moves.
			if (index === 0) {
				const gradients = Array.from(parameters, (place) => grad[place]!);
				optimizer.begin(gradients, learningRate);
			}
			writes.make(index);
		},
		describe(index) {
			const described = writes.described(index);
			const { place, before } = described;
			const { label } = graph.nodes[place]!;
			const update = optimizer.graph(index, label, before, grad[place]!);
			return { kind: 'update', update, help: optimizer.optimizer.help, ...described };
		}
	};
}
