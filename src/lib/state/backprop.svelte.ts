import { Bench } from './bench.svelte';
import type { Inside } from './inside.svelte';
import type { Lab } from './lab.svelte';
import { Walk } from './walk.svelte';

/** What the level "Backprop" works with. */
export interface Backprop {
	readonly bench: Bench;
	readonly walk: Walk;
}

const kept = new WeakMap<Inside, Backprop>();

/** Made when it is first asked for, and the same from then on: leaving the page loses nothing of what the copy has learned. */
export function backpropOf(lab: Lab, inside: Inside): Backprop {
	let backprop = kept.get(inside);
	if (backprop) return backprop;
	// What is derived in a component ends with it.
	$effect.root(() => {
		const bench = new Bench(lab, inside);
		backprop = { bench, walk: new Walk(bench, inside) };
	});
	kept.set(inside, backprop!);
	return backprop!;
}
