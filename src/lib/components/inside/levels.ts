import type { Forward } from '$lib/explain/activations';
import type { Inside, Level } from '$lib/state/inside.svelte';
import type { Lab } from '$lib/state/lab.svelte';
import type { Component } from 'svelte';

/** The network's numbers for the sample. */
export interface Shown {
	readonly parameters: Float64Array;
	readonly forward: Forward;
}

/** What every level is given. */
export interface LevelProps {
	lab: Lab;
	inside: Inside;
	/** The newest parameters that fit the network, at most ten times a second, and the numbers they make of the sample. */
	shown: Shown | null;
	/** Whether there is a tab for a level. */
	has: (level: Level) => boolean;
}

/** A level's tab and its panel: a component, or for a heavy one the way to fetch it. */
export interface LevelTab {
	readonly level: Level;
	readonly label: string;
	readonly component?: Component<LevelProps>;
	readonly load?: () => Promise<{ default: Component<LevelProps> }>;
}
