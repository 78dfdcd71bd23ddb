import type { AnyOptimizer, Optimizer } from './optimizer';

/** Stochastic gradient descent without momentum. */
const sgd: Optimizer = {
	label: 'SGD',
	help: 'The gradient points uphill; the minus sign goes downhill, and the learning rate η says how far.',
	settings: {},
	state: [],
	update: (parameter, gradient, _state, { learningRate }) => ({
		parameter: parameter.sub(learningRate.mul(gradient)),
		state: {}
	})
};

/**
 * Gradient descent with a velocity (Polyak, "Some methods of speeding up the convergence of iteration methods", 1964), in
 * the form that PyTorch has: the learning rate scales the whole velocity.
 */
const momentum: Optimizer<'momentum', 'velocity'> = {
	label: 'Momentum',
	help: 'Each parameter has a velocity that fades by the factor μ and takes in the gradient: pushes in one direction add up, and those to and fro cancel out.',
	settings: { momentum: 'μ' },
	state: ['velocity'],
	update(parameter, gradient, { velocity }, { learningRate, momentum }) {
		const next = momentum.mul(velocity).add(gradient);
		return { parameter: parameter.sub(learningRate.mul(next)), state: { velocity: next } };
	}
};

/** What may update the parameters. */
export const optimizers = { sgd, momentum } as const satisfies Record<string, AnyOptimizer>;

export type OptimizerName = keyof typeof optimizers;

/** An optimizer and its hyperparameters, the learning rate apart. */
export type OptimizerChoice = {
	[Name in OptimizerName]: {
		readonly name: Name;
		readonly settings: Readonly<Record<keyof (typeof optimizers)[Name]['settings'], number>>;
	};
}[OptimizerName];

/** What trains where nothing else was chosen. */
export const plainDescent: OptimizerChoice = { name: 'sgd', settings: {} };

/** What an optimizer remembers of the steps that it made. */
export interface OptimizerState {
	readonly name: OptimizerName;
	/** As `stateLength` has it. */
	readonly numbers: Float64Array;
}
