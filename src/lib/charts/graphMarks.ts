/** How a node stands in a story told on its graph; a number is one of eight colors that tell parts apart. */
export type Tone = 'done' | 'current' | 'waiting' | 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** What is marked on a node. */
export interface GraphMark {
	readonly tone: Tone;
	/** A small text on the node, such as its number in an order. */
	readonly badge?: string;
}

/** Something that travels along the drawn edges between two adjacent nodes, named by their places in the graph. */
export interface Flow {
	readonly from: number;
	readonly to: number;
	readonly label?: string;
}
