import type { Random } from '../random/random';

/** Draws one starting weight of a neuron with `fanIn` inputs; asked weight by weight in parameter order. */
export type WeightInitializer = (fanIn: number) => number;

/**
 * Weights uniform in [-1, 1) / sqrt(fanIn), so that a weighted sum keeps about the same spread whatever the layer's width
 * (LeCun et al., "Efficient BackProp", 1998, section 4.6, asks for a spread proportional to 1 / sqrt(fanIn)).
 */
export function scaledUniform(random: Random): WeightInitializer {
	return (fanIn) => random.uniform(-1, 1) / Math.sqrt(fanIn);
}
