import { numbersOf, type Numbers } from '$lib/engine/valueGraph';
import { SampleGraph, type Architecture } from '$lib/explain/sampleGraph';
import { parameterCount } from '$lib/nn/places';
import type { Inside } from './inside.svelte';
import type { Lab } from './lab.svelte';

/** The graph of the loss of the sample that one looks at, with the numbers of the run. */
export class LiveSample {
	readonly #lab: Pick<Lab, 'sizes' | 'experiment' | 'live' | 'snapshot'>;
	readonly #inside: Pick<Inside, 'probe'>;

	constructor(
		lab: Pick<Lab, 'sizes' | 'experiment' | 'live' | 'snapshot'>,
		inside: Pick<Inside, 'probe'>
	) {
		this.#lab = lab;
		this.#inside = inside;
	}

	/** Another one whenever the shape of the graph changes, and only then. */
	get sample(): SampleGraph {
		return this.#sample;
	}

	/** Of every node of the graph, at the parameters shown: a new object whenever one of them may have changed. */
	get numbers(): Numbers {
		return this.#numbers;
	}

	/** Another object whenever the numbers may be others. It computes none of them: for who asks for them later. */
	get cause(): object {
		return this.#cause;
	}

	/** As text, so that equal ones are the same. */
	#shape = $derived.by(() => {
		const { sizes, experiment, live } = this.#lab;
		const { activation, loss } = experiment;
		return JSON.stringify({ sizes, activation, loss, penalized: live.l2 > 0 });
	});

	#sample = $derived.by(() => new SampleGraph(JSON.parse(this.#shape) as Architecture));

	#cause = $derived.by(() => {
		const { snapshot, live } = this.#lab;
		return [snapshot, live, this.#inside.probe, this.#sample];
	});

	#numbers = $derived.by(() => {
		const sample = this.#sample;
		const { snapshot, live } = this.#lab;
		const count = parameterCount(sample.network.sizes);
		// While another network is being built, the snapshot is still of the one before.
		const known = snapshot?.parameters.length === count ? snapshot.parameters : null;
		sample.show(this.#inside.probe, known ?? new Float64Array(count), live.l2);
		return numbersOf(sample.graph);
	});
}
