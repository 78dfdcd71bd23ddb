import { picture, type Group } from '$lib/engine/picture';
import type { ValueGraph } from '$lib/engine/valueGraph';

/** Up to here a graph can be read at first sight without folding, in drawn nodes. */
const smallGraph = 250;

/**
 * Which groups of a graph stand open. Small graphs begin open, the penalty always closed; what a person changed about that
 * is a list of names, which goes from graph to graph.
 */
export class Folding {
	readonly groups: readonly Group[];
	readonly #small: boolean;

	constructor(graph: ValueGraph, groups: readonly Group[]) {
		this.groups = groups;
		const silent = groups.filter((group) => group.silent);
		const hidden = silent.reduce((sum, { members }) => sum + members.size, 0);
		// A large graph need not be pictured to know that it is.
		this.#small =
			graph.nodes.length - hidden <= smallGraph &&
			picture(graph, silent).nodes.length <= smallGraph;
	}

	/** @param changed - the names of those that a person opened or closed */
	isOpen(group: Group, changed: readonly string[]): boolean {
		return changed.includes(group.name) !== this.#beginsOpen(group);
	}

	/** What has to be changed to have all open but the penalty. */
	get allOpen(): string[] {
		return this.groups
			.filter((group) => !group.silent !== this.#beginsOpen(group))
			.map(({ name }) => name);
	}

	/** What has to be changed to have all closed. */
	get allClosed(): string[] {
		return this.groups.filter((group) => this.#beginsOpen(group)).map(({ name }) => name);
	}

	#beginsOpen({ silent }: Group): boolean {
		return this.#small && !silent;
	}
}
