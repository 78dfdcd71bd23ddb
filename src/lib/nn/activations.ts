import { ops } from '../engine/ops';
import type { Value } from '../engine/value';

/** A hidden neuron's nonlinearity, for `Value`s and for plain numbers; both give the same bits. */
export interface Activation {
	forward(value: Value): Value;
	predict(value: number): number;
}

/** What a hidden layer may apply to its weighted sums. */
export const activations = {
	tanh: { forward: (value) => value.tanh(), predict: ops.tanh.forward },
	relu: { forward: (value) => value.relu(), predict: ops.relu.forward }
} as const satisfies Record<string, Activation>;

/** The name of an activation, as the experiment writes it. */
export type ActivationName = keyof typeof activations;
