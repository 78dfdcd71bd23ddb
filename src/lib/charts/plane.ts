import { domain } from '../data/lattice';
import type { Point } from '../data/point';
import { formatNumber } from './format';

/** A place of the plane, in domain units, y up. */
export interface Place {
	readonly x: number;
	readonly y: number;
}

/** How far the eraser reaches, in domain units. */
export const reach = 0.18;

/** How near a point must be to be picked up, in domain units. */
export const grasp = 0.27;

const span = domain.max - domain.min;

/** The place under a point of the screen; `box` is what shows the domain, both in the same pixels. */
export function placeAt(
	clientX: number,
	clientY: number,
	box: { left: number; top: number; width: number; height: number }
): Place {
	return {
		x: domain.min + ((clientX - box.left) / box.width) * span,
		y: domain.max - ((clientY - box.top) / box.height) * span
	};
}

/** Where a place lies from the left and the top of the domain, as fractions of its side. */
export function fractions({ x, y }: Place): { left: number; top: number } {
	return { left: (x - domain.min) / span, top: (domain.max - y) / span };
}

/** Whether the place lies in the domain. */
export function isInside({ x, y }: Place): boolean {
	return x >= domain.min && x <= domain.max && y >= domain.min && y <= domain.max;
}

/** The squared distance of a place from the straight way between two others. */
function squaredDistance(place: Place, from: Place, to: Place): number {
	const dx = to.x - from.x;
	const dy = to.y - from.y;
	const length = dx * dx + dy * dy;
	const along = length && ((place.x - from.x) * dx + (place.y - from.y) * dy) / length;
	const share = Math.min(1, Math.max(0, along));
	return (place.x - from.x - share * dx) ** 2 + (place.y - from.y - share * dy) ** 2;
}

/** The indexes, rising, of the points within `radius` of the straight way between two places. */
export function pointsAlong(
	points: readonly Point[],
	from: Place,
	to: Place,
	radius = reach
): number[] {
	return points.flatMap((point, index) =>
		squaredDistance(point, from, to) <= radius * radius ? [index] : []
	);
}

/** The index of the point nearest to a place and within `radius` of it, the last drawn of equals; else null. */
export function nearestPoint(
	points: readonly Point[],
	place: Place,
	radius = reach
): number | null {
	let nearest: number | null = null;
	let smallest = radius * radius;
	for (const [index, point] of points.entries()) {
		const distance = (point.x - place.x) ** 2 + (point.y - place.y) ** 2;
		if (distance > smallest) continue;
		nearest = index;
		smallest = distance;
	}
	return nearest;
}

/** A place and the network's output there, in words. */
export function describePlace(place: Place, output: number | null): string {
	const position = `x ${formatNumber(place.x)}, y ${formatNumber(place.y)}`;
	if (output === null) return position;
	const side = output > 0 ? 'class B' : output < 0 ? 'class A' : 'on the boundary';
	return `${position}, output ${formatNumber(output)}, ${side}`;
}
