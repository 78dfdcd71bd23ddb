import type { Point } from './point';

/** The exact start of the published run of micrograd's demo notebook: its moons and its network, 2-16-16-1 with relu. */
export interface Notebook {
	/** 100 points in the notebook's order, not on the lattice; all of rank 0, so they train at every share. */
	readonly points: readonly Point[];
	/** The 337 initial parameters in micrograd's order, for `MLP.setParameters`. */
	readonly parameters: readonly number[];
}

/** Fetches the notebook's tables, which no other run needs, at the first call. Rejects when they cannot be loaded. */
export async function loadNotebook(): Promise<Notebook> {
	const { default: tables } = await import('./notebook.json');
	return {
		points: tables.points.map(({ x, y, target }) => ({
			x,
			y,
			target: target < 0 ? -1 : 1,
			rank: 0
		})),
		parameters: tables.parameters
	};
}
