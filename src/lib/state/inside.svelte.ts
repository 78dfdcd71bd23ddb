import { trains, type Point, type Target } from '$lib/data/point';
import { Value } from '$lib/engine/value';
import { losses } from '$lib/nn/losses';
import type { NeuronId } from '$lib/nn/places';
import type { Lab } from './lab.svelte';

/** The sample that one looks at: a place of the plane, and the class that the loss takes it for. */
export interface Probe {
	readonly x: number;
	readonly y: number;
	readonly target: Target;
}

/** What the page "Look inside" can show, from the outside in. */
export const levels = ['network', 'neuron', 'graph', 'backprop', 'plan'] as const;

/** The name of a level. */
export type Level = (typeof levels)[number];

/** How much a graph shows: one neuron, or the whole loss of the sample. */
export type Scope = 'neuron' | 'loss';

const nowhere: Probe = { x: 0, y: 0, target: 1 };

type Studied = Pick<Lab, 'sizes' | 'points' | 'trainShare' | 'experiment' | 'outputAt'>;

/** What is looked at, and how: view state, no part of the experiment. */
export class Inside {
	readonly #lab: Studied;
	#placed = $state.raw<Probe | null>(null);
	#settled = $state.raw<Probe | null>(null);
	#level = $state<Level>('network');
	#chosen = $state.raw<NeuronId>({ layer: 1, neuron: 0 });
	#scope = $state<Scope>('loss');
	#unfolded = $state.raw<readonly string[]>([]);
	/** Whether the playground's plot has the Inspect tool in hand. */
	inspecting = $state(false);

	constructor(lab: Studied) {
		this.#lab = lab;
	}

	/** The sample: where it was put last, else where it settled, else the first training point, else the center as class B. */
	get probe(): Probe {
		return this.#placed ?? this.#unplaced;
	}

	set probe({ x, y, target }: Probe) {
		this.#placed = { x, y, target };
	}

	/**
	 * Looked at for the first time: unless the probe was put somewhere, it settles where there is most to see,
	 * on the training point with the largest loss now. There it stays while training goes on.
	 */
	settle(): void {
		if (!this.#placed && this.#unplaced !== this.#settled) this.#settled = this.#hardest();
	}

	/** Puts the probe on a point, or on a bare place: there its class stays what it was. */
	inspect({ x, y }: { x: number; y: number }, point: Point | null): void {
		this.probe = { x, y, target: point?.target ?? this.probe.target };
	}

	/** The point that stands exactly where the probe is, and is of its class; null for a bare place. */
	get point(): Point | null {
		return this.#point;
	}

	/** What the sample is to the run: a training or a test point, or null for a bare place. */
	get membership(): 'training' | 'test' | null {
		if (!this.#point) return null;
		return trains(this.#point, this.#lab.trainShare) ? 'training' : 'test';
	}

	get level(): Level {
		return this.#level;
	}

	set level(level: Level) {
		this.#level = level;
	}

	/** The neuron that is looked at, in layer 1 or later: inputs have no formula. Where the layers have changed since it was chosen, the nearest that exists. */
	get neuron(): NeuronId {
		return this.#neuron;
	}

	set neuron({ layer, neuron }: NeuronId) {
		this.#chosen = { layer, neuron };
	}

	get scope(): Scope {
		return this.#scope;
	}

	set scope(scope: Scope) {
		this.#scope = scope;
	}

	/** The names of the groups of a graph that stand open. */
	get unfolded(): readonly string[] {
		return this.#unfolded;
	}

	set unfolded(names: readonly string[]) {
		this.#unfolded = names;
	}

	/** Opens a group of the graph, or closes it. */
	toggle(group: string): void {
		const others = this.#unfolded.filter((name) => name !== group);
		const open = others.length < this.#unfolded.length;
		this.#unfolded = open ? others : [...others, group];
	}

	/** Where it settled counts as long as that point trains. */
	#unplaced = $derived.by((): Probe => {
		const settled = this.#settled;
		const training = this.#training;
		if (settled && training.some((point) => isAt(point, settled))) return settled;
		return training[0] ?? nowhere;
	});

	#training = $derived.by((): readonly Point[] => {
		const { points, trainShare } = this.#lab;
		return points.filter((point) => trains(point, trainShare));
	});

	/** The training point with the largest loss now, the first of equals; null where nothing trains, or while there is no network to ask. */
	#hardest(): Probe | null {
		const loss = losses[this.#lab.experiment.loss];
		let hardest: Point | null = null;
		let largest = -Infinity;
		for (const point of this.#training) {
			const output = this.#lab.outputAt(point.x, point.y);
			if (output === null) return null;
			const { data } = loss(new Value(output), point.target);
			if (data > largest) [hardest, largest] = [point, data];
		}
		return hardest;
	}

	#point = $derived.by((): Point | null => {
		const { probe } = this;
		return this.#lab.points.find((point) => isAt(point, probe)) ?? null;
	});

	#neuron = $derived.by((): NeuronId => {
		const { sizes } = this.#lab;
		const layer = within(this.#chosen.layer, 1, sizes.length - 1);
		return { layer, neuron: within(this.#chosen.neuron, 0, sizes[layer]! - 1) };
	});
}

function isAt(point: Point, { x, y, target }: Probe): boolean {
	return point.x === x && point.y === y && point.target === target;
}

function within(value: number, least: number, most: number): number {
	return Math.max(least, Math.min(most, value));
}
