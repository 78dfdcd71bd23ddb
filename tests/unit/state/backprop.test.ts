import { defaultExperiment } from '$lib/experiment/defaults';
import { initialSettings } from '$lib/experiment/live';
import type { Experiment } from '$lib/experiment/schema';
import type { Scope } from '$lib/state/inside.svelte';
import { Bench, type BenchRun } from '$lib/state/bench.svelte';
import { Walk } from '$lib/state/walk.svelte';
import { Trainer } from '$lib/training/trainer';
import { beforeEach, describe, expect, it } from 'vitest';
import { expectSameBits } from '../../support/bits';

/** A run that shows this experiment after so many steps. */
function runAfter(experiment: Experiment, steps: number) {
	const trainer = new Trainer(experiment, null, null);
	if (steps > 0) trainer.advance(steps, () => false);
	const snapshot = trainer.snapshot(null);
	const live = initialSettings(experiment, null);
	return {
		experiment,
		live,
		sizes: [2, ...experiment.hiddenLayers, 1],
		points: live.points,
		trainShare: 80,
		snapshot,
		resume: { checkpoint: snapshot, history: {} as BenchRun['resume']['history'] }
	} satisfies BenchRun;
}

/** Time that passes when it is told to: every look at the clock takes `cost`, and a frame 20 milliseconds. */
function slowBeat(cost: number) {
	let time = 0;
	return {
		rests: 0,
		frames: 0,
		now: () => (time += cost),
		async rest() {
			this.rests++;
		},
		async frame() {
			this.frames++;
			time += 20;
		}
	};
}

const experiment: Experiment = { ...defaultExperiment, hiddenLayers: [3, 2], l2: 0.01 };

let run: ReturnType<typeof runAfter>;
let inside: {
	probe: { x: number; y: number; target: -1 | 1 };
	neuron: { layer: number; neuron: number };
	scope: Scope;
	unfolded: readonly string[];
};
let beat: ReturnType<typeof slowBeat>;
let bench: Bench;
let walk: Walk;

beforeEach(() => {
	run = runAfter(experiment, 3);
	inside = {
		probe: { x: 0.5, y: -1, target: -1 },
		neuron: { layer: 1, neuron: 2 },
		scope: 'loss',
		unfolded: []
	};
	beat = slowBeat(0.1);
	bench = new Bench(run, inside, beat);
	walk = new Walk(bench, inside, beat);
});

describe('the bench', () => {
	it('begins with what the run shows, and measures it', async () => {
		expect(bench.origin).toBe(3);
		expectSameBits(bench.workbench!.copy.parameters, run.snapshot.parameters);
		await bench.measure();
		expect(bench.history).toHaveLength(1);
		expect(bench.history[0]!.copy.accuracy).toBe(run.snapshot.accuracy);
		expect(bench.history[0]!.copy.loss).toBeCloseTo(run.snapshot.trainLoss!, 12);
		await bench.measure();
		expect(bench.history).toHaveLength(1);
	});

	it('trains as the run does, and leaves the run as it is', async () => {
		const before = run.snapshot.parameters.slice();
		await bench.train(4);
		const later = runAfter(experiment, 7).snapshot;
		expect(bench.history).toHaveLength(5);
		for (const [index, value] of later.parameters.entries()) {
			expect(bench.workbench!.copy.parameters[index]).toBeCloseTo(value, 12);
		}
		expectSameBits(run.snapshot.parameters, before);
	});

	it('works in slices, says how far it is, and can be stopped in the middle of a step', async () => {
		beat = slowBeat(3);
		bench = new Bench(run, inside, beat);
		const parameters = bench.workbench!.copy.parameters;
		const training = bench.train(1);
		expect(bench.progress).toBeGreaterThan(0);
		expect(bench.progress).toBeLessThan(0.2);
		bench.cancel();
		expect(bench.progress).toBeNull();
		await training;
		expectSameBits(bench.workbench!.copy.parameters, parameters);
		expect(bench.report).toBeNull();
		await bench.train(1);
		expect(beat.rests).toBeGreaterThan(50);
		expect(bench.report!.copy.data).toBe('batch');
	});

	it('does not begin a second training while one goes on', async () => {
		beat = slowBeat(3);
		bench = new Bench(run, inside, beat);
		const first = bench.train(1);
		await bench.train(1);
		await first;
		expect(bench.history).toHaveLength(2);
	});

	it('starts copy and twin again from the same weights with every mistake', async () => {
		await bench.train(2);
		bench.toggle('no-zero-grad');
		expect(bench.history).toEqual([]);
		expectSameBits(bench.workbench!.copy.parameters, run.snapshot.parameters);
		await bench.train(2);
		const { copy, twin } = bench.history[2]!;
		expect(copy.loss).not.toBe(twin.loss);
		bench.toggle('wrong-order');
		bench.toggle('no-zero-grad');
		expect(bench.mistakes).toEqual(['wrong-order']);
		bench.undoMistakes();
		expect(bench.mistakes).toEqual([]);
		await bench.train(1);
		expect(bench.report!.copy.after).toEqual(bench.report!.twin.after);
	});

	it('goes on with the mistakes from the present weights of the run when asked to', () => {
		bench.toggle('zero-weights');
		expect(bench.origin).toBe(3);
		const next = runAfter(experiment, 9);
		run.snapshot = next.snapshot;
		run.resume = next.resume;
		expect(bench.origin).toBe(3);
		bench.start();
		expect(bench.origin).toBe(9);
		expect(bench.mistakes).toEqual(['zero-weights']);
		expectSameBits(bench.workbench!.twin.parameters, next.snapshot.parameters);
	});

	it('has nothing while the run shows another network than its own', () => {
		run.sizes = [2, 4, 1];
		expect(bench.workbench).toBeNull();
		expect([walk.graph, walk.numbers, walk.step, walk.length]).toEqual([null, null, null, 0]);
		walk.next();
		walk.play();
		expect(walk.playing).toBe(false);
	});

	it('trains with the sample that is looked at', async () => {
		bench.data = 'sample';
		await bench.train(1);
		expect(bench.report!.copy.data).toEqual(inside.probe);
	});
});

describe('a walk', () => {
	it('makes the steps of the folded penalty in one, both ways, and each of them when it is open', () => {
		const visit = (go: () => void, end: number) => {
			const seen = [walk.position];
			while (walk.position !== end) {
				go();
				seen.push(walk.position);
			}
			return seen;
		};
		const penalty = bench.workbench!.copy.sampleGraph.penaltyGroup()!.members;
		const operations = [...penalty].filter(({ op }) => op !== null).length;
		const there = visit(() => walk.next(), walk.length);
		expect(there).toHaveLength(walk.length + 1 - 2 * (operations - 1));
		expect(visit(() => walk.back(), 0)).toEqual(there.toReversed());
		inside.unfolded = ['L2'];
		walk = new Walk(bench, inside, beat);
		expect(visit(() => walk.next(), walk.length)).toHaveLength(walk.length + 1);
	});

	it('goes on and back by one, and to any place', () => {
		expect([walk.position, walk.phase, walk.step]).toEqual([0, 'forward', null]);
		walk.next();
		expect([walk.position, walk.step?.kind, walk.move]).toEqual([1, 'forward', 'next']);
		const { numbers } = walk;
		walk.back();
		expect([walk.position, walk.step, walk.move]).toEqual([0, null, 'back']);
		expect(walk.numbers).not.toBe(numbers);
		walk.back();
		expect(walk.position).toBe(0);
		walk.goTo(1e9);
		expect([walk.position, walk.phase, walk.step?.kind]).toEqual([walk.length, 'update', 'update']);
		const { zero, backward } = walk.sections!;
		walk.goTo(zero.start + 1);
		expect(walk.phase).toBe('zero');
		walk.goTo(backward.start + 1);
		expect([walk.phase, walk.step?.kind]).toEqual(['backward', 'seed']);
	});

	it('ends where a training step with the sample ends, and another round makes that step', async () => {
		walk.goTo(walk.length);
		const { graph, numbers } = walk;
		const { network } = bench.workbench!.copy.sampleGraph;
		const stepped = network.parameters().map((node) => numbers!.data[graph!.places.get(node)!]!);
		await walk.again();
		expectSameBits(bench.workbench!.copy.parameters, stepped);
		expect(bench.report!.copy.data).toEqual(inside.probe);
		expect(walk.position).toBe(0);
		expect(walk.graph).toBe(graph);
	});

	it('goes through a neuron from 1 at its output, without an update', () => {
		inside.scope = 'neuron';
		expect(walk.neuronLabel).toBe('h1.3');
		expect(walk.sections!.update.length).toBe(0);
		walk.goTo(walk.length);
		expect(walk.numbers!.grad.at(-1)).toBe(1);
		const { result } = bench.workbench!.copy.sampleGraph.neurons[0]![2]!;
		expect(walk.graph!.nodes.at(-1)).toBe(result);
		expect(walk.numbers!.data.at(-1)).toBe(result.data);
	});

	it('has twice the gradients after a second round without zero grad', async () => {
		inside.scope = 'neuron';
		bench.toggle('no-zero-grad');
		walk.goTo(walk.length);
		const once = walk.numbers!.grad.slice();
		for (const times of [2, 3]) {
			await walk.again();
			expect(walk.position).toBe(0);
			walk.goTo(walk.length);
			for (const [place, value] of once.entries()) {
				const leaf = walk.graph!.first[place]! < 0;
				expect(walk.numbers!.grad[place]).toBeCloseTo(leaf ? times * value : value, 12);
			}
		}
	});

	it('plays at its speed to the end, and begins anew from there', async () => {
		inside.unfolded = ['L2'];
		walk.speed = 250;
		walk.play();
		expect([walk.playing, walk.position]).toEqual([true, 1]);
		while (walk.playing) await Promise.resolve();
		expect(walk.position).toBe(walk.length);
		const perFrame = walk.length / beat.frames;
		expect(perFrame).toBeGreaterThan(4);
		expect(perFrame).toBeLessThan(6);
		walk.play();
		expect(walk.position).toBe(1);
		walk.next();
		expect([walk.playing, walk.position]).toEqual([false, 2]);
	});

	it('steps over what is drawn as one node', () => {
		const { graph } = walk;
		const { members, result } = bench.workbench!.copy.sampleGraph.neurons[0]![0]!;
		const folded = graph!.places.get(result)!;
		const drawnOf = (place: number) => (members.has(graph!.nodes[place]!) ? folded : place);
		walk.over(drawnOf);
		expect(walk.step).toMatchObject({ kind: 'forward', place: folded });
		walk.over(drawnOf);
		expect(members.has(graph!.nodes[(walk.step as { place: number }).place]!)).toBe(false);
		walk.goTo(walk.length);
		walk.over(drawnOf);
		expect(walk.position).toBe(walk.length);
	});
});
