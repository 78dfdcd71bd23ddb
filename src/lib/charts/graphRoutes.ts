import type { EdgeCurve, GraphLayout } from '../worker/graphLayout';

/** A way in a drawing: x and y in turn. */
export type Route = readonly number[];

/** Points taken from each cubic curve of an edge. */
const steps = 12;

/** An edge's line as a row of points close to each other, its arrow's tip last. */
function pointsOf({ points, tip }: EdgeCurve): number[] {
	const way = points.slice(0, 2);
	for (let start = 0; start + 7 < points.length; start += 6) {
		for (let step = 1; step <= steps; step++) {
			const t = step / steps;
			const u = 1 - t;
			for (const axis of [0, 1]) {
				const [a, b, c, d] = [0, 2, 4, 6].map((offset) => points[start + offset + axis]!);
				way.push(u ** 3 * a! + 3 * u * u * t * b! + 3 * u * t * t * c! + t ** 3 * d!);
			}
		}
	}
	return [...way, ...tip];
}

function reversed(points: readonly number[]): number[] {
	const back: number[] = [];
	for (let index = points.length - 2; index >= 0; index -= 2)
		back.push(points[index]!, points[index + 1]!);
	return back;
}

/** The way along the drawn edges from an operand to the node that reads it. */
function forward({ edges }: GraphLayout, from: string, to: string): number[] | null {
	const find = (tail: string, head: string) =>
		edges.find((edge) => edge.from === tail && edge.to === head);
	const direct = find(from, to);
	if (direct) return pointsOf(direct);
	const [into, out] = [find(from, `${to}op`), find(`${to}op`, to)];
	return into && out ? [...pointsOf(into), ...pointsOf(out)] : null;
}

/** The way along the drawn edges between two adjacent nodes, with the arrows or against them; null if there is none. */
export function routeOf(layout: GraphLayout, from: string, to: string): Route | null {
	const way = forward(layout, from, to);
	if (way) return way;
	const back = forward(layout, to, from);
	return back && reversed(back);
}

/** The point at a share (0 to 1) of the length of a way. */
export function pointAt(route: Route, share: number): readonly [x: number, y: number] {
	const lengths: number[] = [];
	let total = 0;
	for (let index = 2; index < route.length; index += 2) {
		const length = Math.hypot(
			route[index]! - route[index - 2]!,
			route[index + 1]! - route[index - 1]!
		);
		lengths.push(length);
		total += length;
	}
	let left = share * total;
	for (const [segment, length] of lengths.entries()) {
		const index = 2 * segment;
		if (left <= length) {
			const part = length === 0 ? 0 : left / length;
			return [
				route[index]! + part * (route[index + 2]! - route[index]!),
				route[index + 1]! + part * (route[index + 3]! - route[index + 1]!)
			];
		}
		left -= length;
	}
	return [route.at(-2) ?? 0, route.at(-1) ?? 0];
}
