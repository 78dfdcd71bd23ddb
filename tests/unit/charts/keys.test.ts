import { cursorAfter, toolOf, type Key } from '$lib/charts/keys';
import { describe, expect, it } from 'vitest';

function key(name: string, held: Partial<Key> = {}): Key {
	return { key: name, shiftKey: false, altKey: false, ctrlKey: false, metaKey: false, ...held };
}

const center = { x: 0, y: 0 };

describe('the cursor', () => {
	it('moves by a tenth, y up', () => {
		expect(cursorAfter(key('ArrowRight'), center)).toEqual({ x: 0.1, y: 0 });
		expect(cursorAfter(key('ArrowUp'), { x: 0.2, y: 0.2 })).toEqual({ x: 0.2, y: 0.3 });
		expect(cursorAfter(key('ArrowDown'), center)).toEqual({ x: 0, y: -0.1 });
	});

	it('moves by a half with Shift and by a 64th with Alt or Control', () => {
		expect(cursorAfter(key('ArrowLeft', { shiftKey: true }), center)).toEqual({ x: -0.5, y: 0 });
		expect(cursorAfter(key('ArrowLeft', { altKey: true }), center)?.x).toBeCloseTo(-1 / 64, 6);
		expect(cursorAfter(key('ArrowUp', { ctrlKey: true }), center)?.y).toBeCloseTo(1 / 64, 6);
	});

	it('stays in the domain', () => {
		expect(cursorAfter(key('ArrowRight', { shiftKey: true }), { x: 2.9, y: 0 })?.x).toBe(3);
		expect(cursorAfter(key('ArrowDown'), { x: 0, y: -3 })?.y).toBe(-3);
	});

	it('gathers no dust over many steps', () => {
		let place = center;
		for (let step = 0; step < 10; step++) place = cursorAfter(key('ArrowRight'), place)!;
		expect(place.x).toBe(1);
	});

	it('goes to the center on Home and leaves other keys alone', () => {
		expect(cursorAfter(key('Home'), { x: 1, y: 2 })).toEqual(center);
		expect(cursorAfter(key('PageUp'), center)).toBeNull();
		expect(cursorAfter(key('ArrowLeft', { metaKey: true }), center)).toBeNull();
	});
});

describe('the letters', () => {
	it('choose tools, in either case', () => {
		expect(['a', 'B', 'e', 'M'].map((letter) => toolOf(key(letter)))).toEqual([
			'a',
			'b',
			'erase',
			'move'
		]);
		expect(toolOf(key('z'))).toBeNull();
	});

	it('are the browser’s own with Control, Alt or Meta', () => {
		expect(toolOf(key('a', { ctrlKey: true }))).toBeNull();
		expect(toolOf(key('a', { metaKey: true }))).toBeNull();
		expect(toolOf(key('b', { altKey: true }))).toBeNull();
	});
});
