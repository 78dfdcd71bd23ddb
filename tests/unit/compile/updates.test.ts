import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Executor } from '$lib/compile/executor';
import { Interpreter } from '$lib/compile/interpreter';
import { isDescent } from '$lib/compile/lift';
import { traceUpdate } from '$lib/compile/traceUpdate';
import { WasmExecutor } from '$lib/compile/wasmExecutor';
import { Value } from '$lib/engine/value';
import { EagerOptimizer } from '$lib/optim/eager';
import { stateLength, type AnyOptimizer } from '$lib/optim/optimizer';
import { optimizers } from '$lib/optim/optimizers';
import { Random } from '$lib/random/random';
import { sampleProgram } from '$lib/nn/sampleProgram';
import { trainingTapes } from '$lib/training/model';
import { expectSameBits } from '../../support/bits';
import { newMachine } from '../../support/machine';
import { arbitraryNetwork, repeated } from '../../support/networks';
import { arbitraryOptimizer, normalized } from '../../support/optimizers';

const machine = newMachine();
const sparse: typeof normalized = {
	...normalized,
	shared: {
		...normalized.shared!,
		compute: (gradients, scalars, settings) =>
			normalized.shared!.compute(
				gradients.filter((_, i) => i % 2 === 0),
				scalars,
				settings
			)
	}
};
const rows: readonly (readonly [string, AnyOptimizer])[] = [
	...Object.entries(optimizers),
	['normalized', normalized],
	['normalized by every second gradient, which do not lie side by side', sparse]
];

type Network = typeof arbitraryNetwork extends fc.Arbitrary<infer Drawn> ? Drawn : never;

/** Holds some steps of both executors to eager `Value`s: parameters and state, or what fails. */
function compare(
	optimizer: AnyOptimizer,
	{ network, loss, l2, columns, batch }: Network,
	seed: number
): number {
	const random = new Random(seed, 'weights');
	const count = network.getParameters().length;
	const hyperparameters = Object.fromEntries(
		Object.keys(optimizer.settings).map((name) => [name, random.uniform()])
	);
	const state = Float64Array.from({ length: stateLength(optimizer, count) }, () =>
		random.uniform(-1, 1)
	);
	const tapes = trainingTapes(sampleProgram(network, loss), optimizer);
	const executors: readonly Executor[] = [new Interpreter(tapes), new WasmExecutor(machine, tapes)];
	for (const executor of executors) {
		executor.setParameters(network.getParameters());
		executor.setSamples(columns);
		executor.setPenaltySettings([l2]);
		executor.setHyperparameters(Object.values(hyperparameters));
		executor.setState(state);
	}
	const eager = new EagerOptimizer(optimizer, count, hyperparameters, state);
	const parameters = Array.from(network.getParameters(), (value) => new Value(value));
	let made = 0;
	for (const rate of [0.05, 0.1, 0.02, 0.3]) {
		const queue = repeated(batch, 1, rate);
		const [{ loss: value, gradient }] = executors.map((executor) =>
			executor.differentiate(queue)
		) as [ReturnType<Executor['differentiate']>];
		const former = { parameters: executors[0]!.getParameters(), state: executors[0]!.getState() };
		for (const [i, parameter] of parameters.entries()) parameter.grad = gradient[i]!;
		eager.update(parameters, rate);
		const wanted = parameters.map(({ data }) => data);
		const whole = [value, ...wanted, ...eager.state].every(Number.isFinite);
		for (const executor of executors) {
			const { failure, steps } = executor.train(queue);
			expect([failure === null, steps]).toEqual([whole, whole ? 1 : 0]);
			if (failure && failure.what !== 'loss') {
				const finite = wanted.every(Number.isFinite);
				expect(failure.what).toBe(finite ? 'state' : 'parameters');
				expectSameBits(
					[failure.value],
					[(finite ? [...eager.state] : wanted).find((number) => !Number.isFinite(number))!]
				);
			}
			expectSameBits(executor.getParameters(), whole ? wanted : former.parameters);
			expectSameBits(executor.getState(), whole ? eager.state : former.state);
		}
		if (!whole) break;
		made++;
	}
	return made;
}

describe.each(rows)('the optimizer %s', (_, optimizer) => {
	it('has the bits of eager Values in the interpreter and in the machine', () => {
		const property = fc.property(arbitraryNetwork, fc.nat(), (network, seed) => {
			compare(optimizer, network, seed);
		});
		fc.assert(property, { numRuns: 300 });
	}, 120_000);
});

describe('any optimizer', () => {
	it('has the bits of eager Values in the interpreter and in the machine', () => {
		let steps = 0;
		const property = fc.property(
			arbitraryOptimizer,
			arbitraryNetwork,
			fc.nat(),
			(optimizer, network, seed) => {
				steps += compare(optimizer, network, seed);
			}
		);
		fc.assert(property, { numRuns: Number(process.env['RUNS'] ?? 1000) });
		expect(steps).toBeGreaterThan(500);
	}, 120_000);
});

describe('gradient descent', () => {
	it('is found in the row of SGD, whichever way its product is written, and in no other', () => {
		const { sgd } = optimizers;
		const swapped: AnyOptimizer = {
			...sgd,
			update: (parameter, gradient, _, { learningRate }) => ({
				parameter: parameter.sub(gradient.mul(learningRate!)),
				state: {}
			})
		};
		const climbing: AnyOptimizer = {
			...sgd,
			update: (parameter, gradient, _, { learningRate }) => ({
				parameter: learningRate!.mul(gradient).sub(parameter),
				state: {}
			})
		};
		const found = [sgd, swapped, climbing, normalized].map((optimizer) =>
			isDescent(traceUpdate(optimizer, 3))
		);
		expect(found).toEqual([true, true, false, false]);
	});
});
