import type { Group } from '../engine/picture';
import { readingsOf, type ValueGraph } from '../engine/valueGraph';
import type { MicroStep, Phase } from '../explain/microSteps';
import type { Section, Turns } from '../explain/stepper';
import type { Flow, GraphMark, Tone } from './graphMarks';
import { cardNumber } from './graphText';

/** What is drawn as one node, and when it has its turns: the first and the last of its members'. */
interface Drawn {
	readonly place: number;
	readonly leaf: boolean;
	readonly first: Record<keyof Turns, number>;
	readonly last: Record<keyof Turns, number>;
}

const turnKeys = ['forward', 'backward', 'update'] as const;

/** Where a walk is. */
export interface Moment {
	readonly position: number;
	readonly phase: Phase;
	readonly step: MicroStep | null;
	readonly sections: Readonly<Record<Phase, Section>>;
}

/** How a walk through a training step shows on a picture of its graph, in which some nodes are folded into one. */
export class WalkPicture {
	readonly #drawn = new Map<number, Drawn>();
	/** By place: the place of the node that is drawn for it. */
	readonly #owners: Int32Array;

	constructor(graph: ValueGraph, turns: Turns, folded: readonly Group[]) {
		this.#owners = Int32Array.from(graph.nodes.keys());
		for (const { members, result } of folded) {
			const place = graph.places.get(result);
			if (place === undefined) continue;
			for (const member of members) this.#owners[graph.places.get(member)!] = place;
		}
		for (const [place, owner] of this.#owners.entries()) {
			const drawn = this.#drawn.get(owner) ?? this.#begin(graph, owner);
			for (const key of turnKeys) {
				const turn = this.#turnOf(graph, turns, key, place);
				if (turn < 0) continue;
				drawn.last[key] = Math.max(drawn.last[key], turn);
				if (graph.first[place]! < 0 && key === 'backward') continue;
				drawn.first[key] = drawn.first[key] < 0 ? turn : Math.min(drawn.first[key], turn);
			}
		}
	}

	/** The place of the drawn node that a place belongs to. */
	ownerOf(place: number): number {
		return this.#owners[place]!;
	}

	/** The mark of every drawn node, with its number in the order of the phase if that is asked for. */
	marks(moment: Moment, numbered: boolean): Map<number, GraphMark> {
		const { step, sections, phase } = moment;
		const current = step && 'place' in step ? this.ownerOf(step.place) : -1;
		const key = phase === 'zero' ? 'backward' : phase;
		// The first step backward is the seed, which has no node of its own.
		const start = sections[key].start + (key === 'backward' ? 1 : 0);
		const marks = new Map<number, GraphMark>();
		for (const [place, drawn] of this.#drawn) {
			const tone = place === current ? 'current' : this.#toneOf(drawn, moment);
			const [first, last] = [drawn.first[key] - start, drawn.last[key] - start];
			const numbers = first === last ? String(first) : `${first}–${last}`;
			marks.set(place, numbered && first > 0 ? { tone, badge: numbers } : { tone });
		}
		return marks;
	}

	/** What travels in a step: operands to where they are used, or the terms to where they are added. */
	flows(step: MicroStep | null): Flow[] {
		const between = (from: number, to: number, label: string): Flow[] => {
			const [start, end] = [this.ownerOf(from), this.ownerOf(to)];
			return start === end ? [] : [{ from: start, to: end, label }];
		};
		if (step?.kind === 'forward') {
			return step.operands.flatMap((operand) => between(operand, step.place, ''));
		}
		if (step?.kind !== 'backward') return [];
		return step.terms.flatMap(({ place, term }) =>
			between(step.place, place, `${term < 0 ? '' : '+'}${cardNumber(term)}`)
		);
	}

	#toneOf({ leaf, last }: Drawn, { position, phase }: Moment): Tone {
		if (phase === 'zero') return leaf ? 'current' : 'done';
		return last[phase] <= position ? 'done' : 'waiting';
	}

	#begin({ first }: ValueGraph, place: number): Drawn {
		const none = () => ({ forward: -1, backward: -1, update: -1 });
		const drawn = { place, leaf: first[place]! < 0, first: none(), last: none() };
		this.#drawn.set(place, drawn);
		return drawn;
	}

	/** A leaf's turn backward is when the last of its terms has arrived. */
	#turnOf(graph: ValueGraph, turns: Turns, key: keyof Turns, place: number): number {
		if (key !== 'backward' || graph.first[place]! >= 0) return turns[key][place]!;
		return readingsOf(graph, place).reduce(
			(latest, { reader }) => Math.max(latest, turns.backward[reader]!),
			-1
		);
	}
}
