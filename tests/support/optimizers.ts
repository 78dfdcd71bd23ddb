import { Value } from '../../src/lib/engine/value';
import type { Optimizer } from '../../src/lib/optim/optimizer';

/**
 * What no row of the table has yet: a norm over all gradients, a count of steps, and a state that is handed on as it is.
 * Gradient descent along the direction of the gradient alone, slower and slower, with some of the former gradient.
 */
export const normalized: Optimizer<'blend', 'former', 'count', 'norm'> = {
	label: 'Normalized',
	help: 'For tests.',
	settings: { blend: 'β' },
	state: ['former'],
	shared: {
		scalars: ['count'],
		results: ['norm'],
		compute(gradients, { count }) {
			let squares = new Value(0);
			for (const gradient of gradients) squares = squares.add(gradient.mul(gradient));
			return { count: count.add(1), norm: squares.add(1e-12).pow(0.5) };
		}
	},
	update(parameter, gradient, { former }, { learningRate, blend, count, norm }) {
		const direction = former.mul(blend).add(gradient).div(norm);
		const change = learningRate.mul(direction).div(count);
		return { parameter: parameter.sub(change), state: { former: gradient } };
	}
};
