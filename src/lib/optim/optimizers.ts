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

/** What may update the parameters. */
export const optimizers = { sgd } as const satisfies Record<string, AnyOptimizer>;

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
