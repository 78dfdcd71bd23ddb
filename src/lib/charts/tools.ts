import { snap } from '../data/lattice';
import type { Point, Target } from '../data/point';
import { grasp, isInside, nearestPoint, pointsAlong, type Place } from './plane';

/** A point to be: its rank is given when it joins the others. */
export type NewPoint = Pick<Point, 'x' | 'y' | 'target'>;

/** What strokes act on. `points` is asked anew each time, since every edit replaces the list. */
export interface Sketch {
	readonly points: () => readonly Point[];
	readonly add: (points: readonly NewPoint[]) => void;
	readonly erase: (indexes: readonly number[]) => void;
	readonly move: (index: number, x: number, y: number) => void;
	/** Look at a place, or at the point that stands there. */
	readonly inspect: (place: Place, point: Point | null) => void;
	/** Uniform numbers from 0 to 1. What they decide becomes data, so any source will do. */
	readonly random: () => number;
}

/** Carries a stroke on to the next place. */
export type Stroke = (to: Place) => void;

/** Distance between sprayed points along the stroke, and how far they stray from it, in domain units. */
const spacing = 0.12;
const spread = 0.06;

function stray({ x, y }: Place, random: () => number): Place {
	const angle = 2 * Math.PI * random();
	const distance = spread * Math.sqrt(random());
	return { x: x + distance * Math.cos(angle), y: y + distance * Math.sin(angle) };
}

/** Points of one class: one where the stroke begins, then one per stretch of the way. */
function spray(target: Target): (sketch: Sketch, from: Place) => Stroke {
	return (sketch, from) => {
		const add = (places: readonly Place[]) => {
			const inside = places.filter(isInside);
			if (inside.length > 0)
				sketch.add(inside.map(({ x, y }) => ({ x: snap(x), y: snap(y), target })));
		};
		let last = from;
		let left = spacing;
		add([from]);
		return (to) => {
			const length = Math.hypot(to.x - last.x, to.y - last.y);
			const places: Place[] = [];
			let gone = left;
			for (; gone <= length; gone += spacing) {
				const share = gone / length;
				const x = last.x + (to.x - last.x) * share;
				const y = last.y + (to.y - last.y) * share;
				places.push(stray({ x, y }, sketch.random));
			}
			left = gone - length;
			last = to;
			add(places);
		};
	};
}

function erase(sketch: Sketch, from: Place): Stroke {
	let last = from;
	const stroke: Stroke = (to) => {
		const indexes = pointsAlong(sketch.points(), last, to);
		last = to;
		if (indexes.length > 0) sketch.erase(indexes);
	};
	stroke(from);
	return stroke;
}

/** Drags the nearest point, keeping it where it was grabbed; a stroke that begins on none does nothing. */
function move(sketch: Sketch, from: Place): Stroke {
	const index = nearestPoint(sketch.points(), from, grasp);
	const grabbed = index === null ? undefined : sketch.points()[index];
	if (index === null || !grabbed) return () => undefined;
	const dx = grabbed.x - from.x;
	const dy = grabbed.y - from.y;
	return ({ x, y }) => {
		if (index < sketch.points().length) sketch.move(index, snap(x + dx), snap(y + dy));
	};
}

/** Takes the probe along; it holds on to a point that is near. */
function inspect(sketch: Sketch, from: Place): Stroke {
	const stroke: Stroke = (to) => {
		const index = nearestPoint(sketch.points(), to, grasp);
		const point = index === null ? null : sketch.points()[index]!;
		sketch.inspect(point ?? { x: snap(to.x), y: snap(to.y) }, point);
	};
	stroke(from);
	return stroke;
}

/** What the pointer or the cursor does to the points: each begins a stroke at a place. */
export const tools = {
	a: { label: 'Class A', help: 'Draw points of class A (orange circles)', begin: spray(-1) },
	b: { label: 'Class B', help: 'Draw points of class B (blue squares)', begin: spray(1) },
	erase: { label: 'Erase', help: 'Erase the points you touch', begin: erase },
	move: { label: 'Move', help: 'Drag a point to another place', begin: move },
	inspect: {
		label: 'Inspect',
		help: 'Pick a point or a place, and see what the network makes of it',
		begin: inspect
	}
} as const satisfies Record<
	string,
	{ label: string; help: string; begin: (sketch: Sketch, from: Place) => Stroke }
>;

/** The name of a tool. */
export type Tool = keyof typeof tools;
