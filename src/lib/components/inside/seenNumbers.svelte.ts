import { Redraw } from '$lib/charts/redraw';
import type { Numbers } from '$lib/engine/valueGraph';
import type { LiveSample } from '$lib/state/liveSample.svelte';
import { untrack } from 'svelte';

/** Milliseconds between two looks at the run: every second frame, usually. */
const interval = 24;

/** The numbers of a live sample as a view takes them in, not more often than it is worth. To be made while a component is. */
export class SeenNumbers {
	readonly #live: LiveSample;
	#seen = $state.raw<{
		readonly of: LiveSample['sample'];
		readonly cause: object;
		readonly numbers: Numbers;
	} | null>(null);

	constructor(live: LiveSample) {
		this.#live = live;
		const refresh = new Redraw(interval);
		$effect(() => {
			void live.cause;
			refresh.request(() => {
				this.#seen = { of: live.sample, cause: live.cause, numbers: live.numbers };
			});
		});
		$effect(() => () => refresh.cancel());
	}

	/** Of every node of the whole graph. */
	get numbers(): Numbers {
		return this.#numbers;
	}

	/** False while newer numbers are there to be taken in. */
	get current(): boolean {
		return this.#seen?.cause === this.#live.cause;
	}

	/** Those of another graph are not made to wait. */
	#numbers = $derived.by(() => {
		const { sample } = this.#live;
		return this.#seen?.of === sample ? this.#seen.numbers : untrack(() => this.#live.numbers);
	});
}
