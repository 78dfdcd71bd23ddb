import { cos, sin } from '../math/trigonometry';
import type { Random } from '../random/random';
import type { Target } from './point';

/** A place in the plane, not yet on the lattice. */
export interface Place {
	readonly x: number;
	readonly y: number;
}

/**
 * Draws one place of a class's shape, before any noise. Each call takes as many numbers from `random` as any other of the
 * same shape, and class.
 */
export type Shape = (target: Target, random: Random) => Place;

const moonRadius = 1.2;

/** Two interleaving half circles of radius 1.2, 3.6 wide and 1.8 high in all: scikit-learn's moons 1.2 times as large, centered. */
export const moons: Shape = (target, random) => {
	const angle = random.uniform(0, Math.PI);
	// The lower moon (B) is the upper one (A) turned half way around the origin.
	return {
		x: -target * moonRadius * (cos(angle) - 0.5),
		y: -target * moonRadius * (sin(angle) - 0.25)
	};
};

const discRadius = 1.2;
const ringRadii = { inner: 1.9, outer: 2.6 } as const;

/** A disc (B) inside a ring (A), both evenly filled. */
export const circle: Shape = (target, random) => {
	const radius = Math.sqrt(
		target === 1
			? random.uniform(0, discRadius * discRadius)
			: random.uniform(ringRadii.inner * ringRadii.inner, ringRadii.outer * ringRadii.outer)
	);
	const angle = random.uniform(0, 2 * Math.PI);
	return { x: radius * cos(angle), y: radius * sin(angle) };
};

const squareEdges = { inner: 0.15, outer: 2.6 } as const;

/**
 * Four squares: the signs of x and y differ in class B and agree in class A. A gap of 0.3 along both axes keeps the
 * classes apart where there is no noise, so that every network that can draw the cross can reach 100 %.
 */
export const xor: Shape = (target, random) => {
	const side = random.integer(2) === 0 ? -1 : 1;
	const x = random.uniform(squareEdges.inner, squareEdges.outer);
	const y = random.uniform(squareEdges.inner, squareEdges.outer);
	return { x: side * x, y: -target * side * y };
};

const cloud = { center: 1.3, deviation: 0.5 } as const;

/** Two round clouds with a standard deviation of 0.5 in x and in y: A around (-1.3, -1.3), B around (1.3, 1.3). */
export const gaussians: Shape = (target, random) => ({
	x: target * cloud.center + cloud.deviation * random.normal(),
	y: target * cloud.center + cloud.deviation * random.normal()
});

const spiralTurns = 1.75;
const spiralRadii = { inner: 0.2, outer: 2.6 } as const;

/** Two arms that wind 1.75 turns around the origin per 2.6 of radius, half a turn apart, evenly filled along their length. */
export const spiral: Shape = (target, random) => {
	// The length of an arm grows nearly with the square of its radius.
	const radius = Math.sqrt(
		random.uniform(spiralRadii.inner * spiralRadii.inner, spiralRadii.outer * spiralRadii.outer)
	);
	const angle = (2 * Math.PI * spiralTurns * radius) / spiralRadii.outer;
	return { x: target * radius * cos(angle), y: target * radius * sin(angle) };
};
