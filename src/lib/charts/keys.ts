import { domain } from '../data/lattice';
import type { Place } from './plane';
import type { Tool } from './tools';

/** The part of a keyboard event that is read here. */
export interface Key {
	readonly key: string;
	readonly shiftKey: boolean;
	readonly altKey: boolean;
	readonly ctrlKey: boolean;
	readonly metaKey: boolean;
}

const directions: Readonly<Record<string, readonly [x: number, y: number]>> = {
	ArrowLeft: [-1, 0],
	ArrowRight: [1, 0],
	ArrowUp: [0, 1],
	ArrowDown: [0, -1]
};

/** Free of the dust that adding tenths leaves behind, and in the domain. */
function tidy(value: number): number {
	return Math.min(domain.max, Math.max(domain.min, Math.round(value * 1e6) / 1e6));
}

/**
 * Where a key takes the cursor: arrows by 0.1, with Shift by 0.5, with Alt or Control by 1/64 domain units;
 * Home to the center. Null for other keys.
 */
export function cursorAfter(key: Key, { x, y }: Place): Place | null {
	if (key.metaKey) return null;
	if (key.key === 'Home') return { x: 0, y: 0 };
	const direction = directions[key.key];
	if (!direction) return null;
	const step = key.altKey || key.ctrlKey ? 1 / 64 : key.shiftKey ? 0.5 : 0.1;
	return { x: tidy(x + step * direction[0]), y: tidy(y + step * direction[1]) };
}

const letters: Readonly<Record<string, Tool>> = {
	a: 'a',
	b: 'b',
	e: 'erase',
	m: 'move',
	i: 'inspect'
};

/** The tool that a letter chooses; null for other keys and with Control, Alt or Meta held. */
export function toolOf(key: Key): Tool | null {
	if (key.ctrlKey || key.metaKey || key.altKey) return null;
	return letters[key.key.toLowerCase()] ?? null;
}
