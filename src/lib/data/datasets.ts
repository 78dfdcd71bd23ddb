import type { Random } from '../random/random';
import { domain, snap } from './lattice';
import { rankCount, type Point, type Target } from './point';
import { circle, gaussians, moons, spiral, xor, type Shape } from './shapes';
import { splitRank } from './split';

/** A family of points that can be drawn in any number. */
export interface DatasetKind {
	/** What the page calls it. */
	readonly title: string;
	/**
	 * So many `samples`, the classes taking turns from A on, all inside the domain and on the lattice. `noise` is the standard
	 * deviation, in the domain's units, of a normal displacement of x and of y; it means the same for every dataset. With the
	 * same `random` fewer samples are the first of more, and another noise moves each point along its own line.
	 * @throws RangeError when `samples` is not an integer from 0 on or `noise` is negative or not finite.
	 */
	generate(samples: number, noise: number, random: Random): Point[];
}

/** All generated datasets by the name that the experiment writes. */
export const datasets = {
	moons: { title: 'Moons', generate: scatter(moons) },
	circle: { title: 'Circle', generate: scatter(circle) },
	xor: { title: 'XOR', generate: scatter(xor) },
	gaussians: { title: 'Two Gaussians', generate: scatter(gaussians) },
	spiral: { title: 'Spiral', generate: scatter(spiral) }
} as const satisfies Record<string, DatasetKind>;

/** The name of a generated dataset. */
export type DatasetName = keyof typeof datasets;

function scatter(shape: Shape): DatasetKind['generate'] {
	return (samples, noise, random) => {
		if (!Number.isInteger(samples) || samples < 0) {
			throw new RangeError(`There is no dataset of ${samples} samples`);
		}
		if (!(noise >= 0 && noise < Infinity)) {
			throw new RangeError(`Noise is a standard deviation, which ${noise} is not`);
		}
		// Half a turn apart, so that where one class has a training point too few, the other has one more.
		const offset = random.integer(rankCount);
		const offsets = { [-1]: offset, [1]: offset + rankCount / 2 };
		return Array.from({ length: samples }, (_, index) => {
			const target: Target = index % 2 === 0 ? -1 : 1;
			const place = shape(target, random);
			const x = snap(fold(place.x + noise * random.normal()));
			const y = snap(fold(place.y + noise * random.normal()));
			return { x, y, target, rank: splitRank(Math.floor(index / 2), offsets[target]) };
		});
	};
}

/**
 * Mirrors a coordinate that left the domain back into it. Clamping would pile points up along the edge, and drawing again
 * would give all later points other random numbers whenever the noise changes.
 */
function fold(value: number): number {
	if (value > domain.max) return 2 * domain.max - value;
	if (value < domain.min) return 2 * domain.min - value;
	return value;
}
