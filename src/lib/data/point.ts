/** The two classes as the network's targets: -1 is class A, +1 is class B. */
export type Target = -1 | 1;

/**
 * One example of the plane. `x` and `y` lie in the domain and, but for the notebook's own table, on the lattice.
 * `rank`, given when the point is made and never changed, is an integer from 0 to 19: the point trains while
 * `rank * 5` is below the training share in percent, so no other point decides its part.
 */
export interface Point {
	readonly x: number;
	readonly y: number;
	readonly target: Target;
	readonly rank: number;
}

/** How many ranks there are: the training share moves in steps of one rank. */
export const rankCount = 20;

/** Whether the point is a training point at a training share in percent (0 to 100); otherwise it is a test point. */
export function trains(point: Point, trainShare: number): boolean {
	return point.rank * 100 < trainShare * rankCount;
}
