import { Value, type Operand } from '../engine/value';

/**
 * The L2 penalty `strength` * sum(p * p) over all `parameters`, biases included, as the micrograd notebook has it. The
 * sum starts at 0 and adds in parameter order. Without parameters it is 0.
 */
export function l2(parameters: readonly Value[], strength: Operand): Value {
	let sum = new Value(0);
	for (const p of parameters) sum = sum.add(p.mul(p));
	return sum.mul(strength);
}
