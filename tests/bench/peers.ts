import type { Case, Contender } from './cases';

/** TensorFlow.js with one of its backends: the same loss, penalty and plain gradient descent. */
export async function tensorflowContender(
	problem: Case,
	initial: Float64Array,
	backend: 'cpu' | 'wasm',
	wasmFolder: string
): Promise<Contender> {
	const tf = await import('@tensorflow/tfjs');
	if (backend === 'wasm') {
		const { setWasmPaths, setThreadsCount } = await import('@tensorflow/tfjs-backend-wasm');
		setWasmPaths(wasmFolder);
		setThreadsCount(1);
	}
	if (!(await tf.setBackend(backend))) throw new Error(`no backend ${backend}`);
	await tf.ready();
	const { sizes, xs, ys, targets, batchSize } = problem;
	const layers: {
		weights: ReturnType<typeof tf.variable>;
		bias: ReturnType<typeof tf.variable>;
	}[] = [];
	let offset = 0;
	for (let layer = 1; layer < sizes.length; layer++) {
		const [inputs, outputs] = [sizes[layer - 1]!, sizes[layer]!];
		const weights = new Float32Array(inputs * outputs);
		const bias = new Float32Array(outputs);
		for (let i = 0; i < outputs; i++) {
			for (let j = 0; j < inputs; j++) weights[j * outputs + i] = initial[offset++]!;
			bias[i] = initial[offset++]!;
		}
		layers.push({
			weights: tf.variable(tf.tensor2d(weights, [inputs, outputs])),
			bias: tf.variable(tf.tensor1d(bias))
		});
	}
	const batches: { x: ReturnType<typeof tf.tensor2d>; t: ReturnType<typeof tf.tensor2d> }[] = [];
	for (let start = 0; start < xs.length; start += batchSize) {
		const count = Math.min(batchSize, xs.length - start);
		const x = Float32Array.from(
			{ length: 2 * count },
			(_, i) => (i % 2 ? ys : xs)[start + (i >> 1)]!
		);
		batches.push({
			x: tf.tensor2d(x, [count, 2]),
			t: tf.tensor2d(Float32Array.from(targets.subarray(start, start + count)), [count, 1])
		});
	}
	const optimizer = tf.train.sgd(problem.learningRate);
	let step = 0;
	const cost = () => {
		const { x, t } = batches[step % batches.length]!;
		let h: ReturnType<typeof tf.tensor> = x;
		for (const [i, { weights, bias }] of layers.entries()) {
			h = tf.add(tf.matMul(h as typeof x, weights as unknown as typeof x), bias);
			if (i < layers.length - 1) h = problem.activation === 'tanh' ? tf.tanh(h) : tf.relu(h);
		}
		let loss = tf.mean(tf.relu(tf.sub(1, tf.mul(t, h))));
		for (const { weights, bias } of layers) {
			for (const p of [weights, bias])
				loss = tf.add(loss, tf.mul(problem.l2, tf.sum(tf.square(p))));
		}
		return loss.asScalar();
	};
	return {
		run(steps) {
			void tf.setBackend(backend);
			let last: ReturnType<typeof cost> | null = null;
			for (let i = 0; i < steps; i++, step++) {
				last?.dispose();
				last = optimizer.minimize(cost, true);
			}
			// The numbers have to be there.
			last?.dataSync();
			last?.dispose();
		},
		loss: () => tf.tidy(() => cost().dataSync()[0]!)
	};
}

/** brain.js: updates after every sample, with squared error and no penalty; a step is a pass over a batch. */
export async function brainContender(problem: Case): Promise<Contender> {
	// The package's own entry brings a GPU library along that does not run here.
	const module = await import('brain.js/dist/neural-network.js');
	const NeuralNetwork = module.default.default ?? module.default;
	const { sizes, xs, ys, targets, batchSize } = problem;
	const network = new NeuralNetwork({
		inputSize: 2,
		outputSize: 1,
		hiddenLayers: sizes.slice(1, -1),
		activation: problem.activation,
		learningRate: problem.learningRate
	});
	const data = Array.from(xs, (x, i) => ({
		input: [x, ys[i]!],
		output: [targets[i]! > 0 ? 1 : 0]
	}));
	network.train(data, { iterations: 1, errorThresh: 1e-9 });
	const prepared = data.map(({ input, output }) => ({
		input: Float32Array.from(input),
		output: Float32Array.from(output)
	}));
	let next = 0;
	return {
		run(steps) {
			for (let step = 0; step < steps; step++) {
				for (let i = 0; i < batchSize; i++) {
					const { input, output } = prepared[next++ % prepared.length]!;
					network.trainPattern({ input, output });
				}
			}
		}
	};
}
