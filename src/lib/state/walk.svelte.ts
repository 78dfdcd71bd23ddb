import type { Numbers } from '$lib/engine/valueGraph';
import type { MicroStep, Phase } from '$lib/explain/microSteps';
import { phases } from '$lib/explain/microSteps';
import type { ModelGraph } from '$lib/explain/sampleGraph';
import { Stepper, type Section, type Turns } from '$lib/explain/stepper';
import type { Workbench } from '$lib/explain/workbench';
import { browserBeat, type Beat } from './beat';
import type { Bench } from './bench.svelte';
import type { Inside } from './inside.svelte';

/** Micro-steps a second that one can choose. */
export const speeds = [0.5, 1, 2, 4, 8, 15, 30, 60, 250, 1000] as const;

/** How a walk got to where it is. */
export type Move = 'next' | 'back' | 'jump';

/** What is stepped through: one of these for each start. */
interface Scene {
	readonly workbench: Workbench;
	readonly graph: ModelGraph;
	readonly numbers: Numbers;
}

/** A walk through one training step of the bench's copy, a node at a time, in both directions of time. */
export class Walk {
	/** Micro-steps a second while it plays. */
	speed = $state<number>(4);
	readonly #bench: Bench;
	readonly #inside: Pick<Inside, 'probe' | 'neuron' | 'scope' | 'unfolded'>;
	readonly #beat: Beat;
	/** Raised by each move. */
	#moves = $state(0);
	#move = $state<Move>('jump');
	#playing = $state(false);
	#ticket = 0;
	/** A scene to go on from, with the numbers that a walk through it ended with. */
	#ended = $state.raw<{ scene: Scene; numbers: Numbers } | null>(null);

	constructor(
		bench: Bench,
		inside: Pick<Inside, 'probe' | 'neuron' | 'scope' | 'unfolded'>,
		beat: Beat = browserBeat
	) {
		this.#bench = bench;
		this.#inside = inside;
		this.#beat = beat;
	}

	/** The graph that is walked through; null while the bench has nothing. */
	get graph(): ModelGraph | null {
		return this.#graph;
	}

	/** The label of the neuron in scope. */
	get neuronLabel(): string {
		return this.#neuron?.label ?? '';
	}

	/** The numbers at the present position: a new object after each move, the same columns. */
	get numbers(): Numbers | null {
		return this.#numbers;
	}

	/** Micro-steps made. */
	get position(): number {
		void this.#moves;
		return this.#stepper?.position ?? 0;
	}

	/** Micro-steps in all. */
	get length(): number {
		return this.#stepper?.length ?? 0;
	}

	get sections(): Readonly<Record<Phase, Section>> | null {
		return this.#stepper?.sections ?? null;
	}

	/** The phase of the last micro-step made; at the start, of the first. */
	get phase(): Phase {
		const { sections, position } = this;
		const reached = (phase: Phase) => sections !== null && position > sections[phase].start;
		return phases.findLast((phase) => reached(phase) && sections![phase].length > 0) ?? 'forward';
	}

	/** When each node has its step, by positions. */
	get turns(): Turns | null {
		return this.#stepper?.turns ?? null;
	}

	/** What the last micro-step did; null at the start. */
	get step(): MicroStep | null {
		return this.#step;
	}

	/** How the present position was reached. */
	get move(): Move {
		return this.#move;
	}

	get playing(): boolean {
		return this.#playing;
	}

	/**
	 * Whether the last micro-step was one inside the folded penalty. Its hundreds of steps, all alike, are made in one, both ways; the
	 * scrubber can still stop at each.
	 */
	get sealed(): boolean {
		return this.#isSealed(this.position - 1);
	}

	/** Go a micro-step on; one that plays is paused. */
	next(): void {
		this.pause();
		this.#to(this.#past(this.position + 1, 1), 'next');
	}

	/** Go on to the last of the micro-steps that follow each other on the same drawn node, the one of the next step. */
	over(drawnOf: (place: number) => number): void {
		const stepper = this.#stepper;
		if (!stepper?.next()) return;
		this.pause();
		const drawn = () => {
			const step = stepper.describe();
			return step && 'place' in step ? drawnOf(step.place) : -1;
		};
		const here = drawn();
		while (stepper.next() && drawn() === here);
		if (drawn() !== here) stepper.back();
		this.#move = 'next';
		this.#moves++;
	}

	/** Take a micro-step back; one that plays is paused. */
	back(): void {
		this.pause();
		this.#to(this.#past(this.position - 1, -1), 'back');
	}

	goTo(position: number): void {
		this.pause();
		this.#to(position, 'jump');
	}

	/** Go on by itself to the end; from the end, from the start on. */
	play(): void {
		if (this.#playing || this.length === 0) return;
		if (this.position === this.length) this.#to(0, 'jump');
		this.#playing = true;
		void this.#run(++this.#ticket);
	}

	pause(): void {
		this.#playing = false;
		this.#ticket++;
	}

	/**
	 * The next round: for the whole loss, copy and twin make the training step that was walked through; a neuron goes on from
	 * the gradients that it has.
	 */
	async again(): Promise<void> {
		this.pause();
		const stepper = this.#stepper;
		const scene = this.#scene;
		if (!stepper || !scene) return;
		if (this.#inside.scope === 'loss') {
			await this.#bench.train(1, 'sample');
			return;
		}
		stepper.goTo(stepper.length);
		const { data, grad } = stepper.numbers;
		const leaves = scene.numbers.data;
		const fresh = data.map((value, place) =>
			scene.graph.first[place]! < 0 ? value : leaves[place]!
		);
		this.#ended = { scene, numbers: { data: fresh, grad: grad.slice() } };
		this.#move = 'jump';
		this.#moves++;
	}

	async #run(ticket: number): Promise<void> {
		let last = this.#beat.now();
		let owed = 1;
		while (ticket === this.#ticket) {
			const steps = Math.floor(owed);
			const goal = this.#past(this.position + steps, 1);
			if (steps > 0) this.#to(goal, steps === 1 ? 'next' : 'jump');
			if (this.position === this.length) {
				this.pause();
				return;
			}
			await this.#beat.frame();
			const now = this.#beat.now();
			// What a busy or a hidden page has missed is not made up for at once.
			owed += Math.min((now - last) / 1000, 0.25) * this.speed - steps;
			last = now;
		}
	}

	#to(position: number, move: Move): void {
		const stepper = this.#stepper;
		if (!stepper) return;
		const within = Math.max(0, Math.min(stepper.length, Math.round(position)));
		if (within === stepper.position) return;
		stepper.goTo(within);
		this.#move = move;
		this.#moves++;
	}

	/** From a position in the middle of sealed steps on to their end, or back to their start. */
	#past(position: number, way: 1 | -1): number {
		while (this.#isSealed(position - 1) && this.#isSealed(position)) position += way;
		return position;
	}

	#isSealed(step: number): boolean {
		const place = step < 0 ? -1 : (this.#stepper?.placeAt(step) ?? -1);
		return this.#penalty !== null && place >= 0 && this.#penalty.has(this.graph!.nodes[place]!);
	}

	/** The nodes of the penalty while it is folded. */
	#penalty = $derived.by(() => {
		const group = this.#bench.workbench?.copy.sampleGraph.penaltyGroup();
		return group && !this.#inside.unfolded.includes(group.name) ? group.members : null;
	});

	/** Primitive values, so that what equals is the same. */
	#layer = $derived.by(() => this.#inside.neuron.layer);
	#place = $derived.by(() => this.#inside.neuron.neuron);
	#x = $derived.by(() => this.#inside.probe.x);
	#y = $derived.by(() => this.#inside.probe.y);
	#target = $derived.by(() => this.#inside.probe.target);

	#neuron = $derived.by(() => {
		const layers = this.#bench.workbench?.copy.sampleGraph.neurons;
		return layers?.[this.#layer - 1]?.[this.#place] ?? null;
	});

	#graph = $derived.by(() => {
		const workbench = this.#bench.workbench;
		if (!workbench) return null;
		const { sampleGraph } = workbench.copy;
		if (this.#inside.scope === 'loss' || !this.#neuron) return sampleGraph.graph;
		return sampleGraph.neuronGraph(this.#layer - 1, this.#place);
	});

	#scene = $derived.by((): Scene | null => {
		void this.#bench.changes;
		const { workbench } = this.#bench;
		const graph = this.#graph;
		if (!workbench || !graph) return null;
		const sample = { x: this.#x, y: this.#y, target: this.#target };
		return { workbench, graph, numbers: workbench.copy.startNumbers(sample, graph) };
	});

	#stepper = $derived.by(() => {
		const scene = this.#scene;
		if (!scene) return null;
		const { workbench, graph, numbers } = scene;
		const { procedure, sampleGraph, optimizer } = workbench.copy;
		const start = this.#ended?.scene === scene ? this.#ended.numbers : numbers;
		const places = sampleGraph.network.parameters().map((node) => graph.places.get(node) ?? -1);
		// What a neuron's output should be is not known, so its parameters have no reason to move.
		const parameters = graph === sampleGraph.graph ? places.filter((place) => place >= 0) : [];
		const { learningRate } = workbench.setup;
		return new Stepper(graph, start, {
			procedure,
			parameters: Int32Array.from(parameters),
			optimizer,
			learningRate
		});
	});

	#numbers = $derived.by(() => {
		void this.#moves;
		return this.#stepper && { ...this.#stepper.numbers };
	});

	#step = $derived.by(() => {
		void this.#moves;
		return this.#stepper?.describe() ?? null;
	});
}
