import { breadthFirst, correct, type Procedure } from './procedure';

/** Something that goes wrong when one writes backpropagation or trains with it for the first time. */
export interface Mistake {
	readonly label: string;
	/** What it breaks, in a sentence. */
	readonly sentence: string;
	/** The parts of the procedure that it does in its own way. */
	readonly change: Partial<Procedure>;
}

/** How many times too high a learning rate is, and how high at least. */
const tooHigh = { times: 100, least: 10 } as const;

/** Mistakes to try. Any number of them can be made together: they change different parts. */
export const mistakes = {
	'no-zero-grad': {
		label: 'No zero grad',
		sentence:
			'Gradients of earlier steps stay and new ones are added to them: each update goes along a sum of old directions, further and further. For some steps that can even help, until it overshoots.',
		change: { zeroGrad: false }
	},
	overwrite: {
		label: '= in place of +=',
		sentence:
			'A value that is used more than once keeps the last term only. Its gradient should be the sum over all its uses.',
		change: { arrive: (_held, term) => term }
	},
	'wrong-order': {
		label: 'Wrong order',
		sentence:
			'Breadth-first from the loss, without a topological sort: a node passes its gradient on before all of it has arrived, so the gradients below it are wrong. With fewer than two hidden layers it may go unnoticed.',
		change: { order: breadthFirst }
	},
	'zero-weights': {
		label: 'All-zero weights',
		sentence:
			'All neurons of a layer begin alike. Hidden outputs are 0 and so are the weights behind them: no gradient reaches a weight, and only the output’s bias learns.',
		change: { start: (parameters) => new Float64Array(parameters.length) }
	},
	linear: {
		label: 'No non-linearity',
		sentence:
			'Without an activation, layers of weighted sums are one weighted sum: however deep, the decision boundary is a straight line.',
		change: { activation: () => null }
	},
	'high-rate': {
		label: 'Learning rate far too high',
		sentence: `At ${tooHigh.times} times the learning rate (at least ${tooHigh.least}), an update jumps over the valley that the gradient points into: the loss leaps instead of falling.`,
		change: {
			learningRate: (chosen) => Math.max(tooHigh.least, tooHigh.times * chosen)
		}
	}
} as const satisfies Record<string, Mistake>;

export type MistakeName = keyof typeof mistakes;

/** The procedure in which these mistakes are made, and no other. */
export function procedureWith(names: Iterable<MistakeName>): Procedure {
	let procedure = correct;
	for (const name of names) procedure = { ...procedure, ...mistakes[name].change };
	return procedure;
}
