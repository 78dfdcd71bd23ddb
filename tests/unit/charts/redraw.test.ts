import { Redraw } from '$lib/charts/redraw';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

beforeEach(() => {
	vi.useFakeTimers();
	vi.stubGlobal('requestAnimationFrame', (run: (time: number) => void) =>
		setTimeout(() => run(performance.now()), 16)
	);
	vi.stubGlobal('cancelAnimationFrame', clearTimeout);
});

afterEach(() => {
	vi.useRealTimers();
	vi.unstubAllGlobals();
});

describe('a redraw', () => {
	it('runs the newest task, once', () => {
		const done: number[] = [];
		const redraw = new Redraw();
		redraw.request(() => done.push(1));
		redraw.request(() => done.push(2));
		vi.advanceTimersByTime(100);
		expect(done).toEqual([2]);
	});

	it('is not put off by a stream of requests', () => {
		let count = 0;
		const redraw = new Redraw();
		for (let time = 0; time < 160; time += 4) {
			redraw.request(() => count++);
			vi.advanceTimersByTime(4);
		}
		expect(count).toBeGreaterThanOrEqual(8);
	});

	it('keeps its interval, and runs the last task all the same', () => {
		const done: number[] = [];
		const redraw = new Redraw(100);
		for (let time = 0; time < 400; time += 10) {
			redraw.request(() => done.push(time));
			vi.advanceTimersByTime(10);
		}
		vi.advanceTimersByTime(200);
		expect(done.length).toBeLessThanOrEqual(5);
		expect(done.length).toBeGreaterThanOrEqual(4);
		expect(done.at(-1)).toBe(390);
	});

	it('keeps its rate, though it has to wait for frames', () => {
		let count = 0;
		const redraw = new Redraw(40);
		for (let time = 0; time < 4000; time += 4) {
			redraw.request(() => count++);
			vi.advanceTimersByTime(4);
		}
		expect(Math.abs(count - 100)).toBeLessThanOrEqual(2);
	});

	it('gives each task that has an interval a frame to itself, in turn', () => {
		const done: string[] = [];
		const [first, second, small] = [new Redraw(100), new Redraw(100), new Redraw()];
		for (let frame = 0; frame < 20; frame++) {
			for (const [name, redraw] of Object.entries({ first, second, small })) {
				redraw.request(() => done.push(`${name} ${performance.now()}`));
			}
			vi.advanceTimersByTime(16);
		}
		const timesOf = (name: string) =>
			done.filter((entry) => entry.startsWith(name)).map((entry) => entry.split(' ')[1]);
		expect(timesOf('first').length).toBeGreaterThanOrEqual(3);
		expect(timesOf('second').length).toBeGreaterThanOrEqual(3);
		expect(timesOf('small')).toHaveLength(20);
		expect(timesOf('first').filter((time) => timesOf('second').includes(time))).toEqual([]);
	});

	it('forgets what is canceled, waiting for its interval or its frame', () => {
		let count = 0;
		const redraw = new Redraw(100);
		redraw.request(() => count++);
		redraw.cancel();
		vi.advanceTimersByTime(200);
		expect(count).toBe(0);
		redraw.request(() => count++);
		vi.advanceTimersByTime(20);
		redraw.request(() => count++);
		redraw.cancel();
		vi.advanceTimersByTime(200);
		expect(count).toBe(1);
	});
});
