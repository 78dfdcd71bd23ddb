import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Unanswered } from '$lib/state/patience';
import { mostUnderWay, WorkWriter } from '$lib/state/workWriter';

/** A store whose writes end when the test says so. */
class SlowStore {
	readonly begun: string[] = [];
	readonly ends: { resolve: () => void; reject: (error: Error) => void }[] = [];
	settled = 0;
	readonly writer = new WorkWriter<string>(
		(version) => {
			this.begun.push(version);
			return new Promise<void>((resolve, reject) => this.ends.push({ resolve, reject }));
		},
		{
			uptime: () => performance.now(),
			patience: 4000,
			settled: () => this.settled++
		}
	);

	async succeed(write: number): Promise<void> {
		this.ends[write]!.resolve();
		await vi.advanceTimersByTimeAsync(0);
	}

	async fail(write: number): Promise<void> {
		this.ends[write]!.reject(new Error('full'));
		await vi.advanceTimersByTimeAsync(0);
	}
}

beforeEach(() => {
	vi.useFakeTimers();
});
afterEach(() => {
	vi.useRealTimers();
});

describe('a writer', () => {
	it('hands over an urgent version within the call', () => {
		const { writer, begun } = new SlowStore();
		writer.save('a', true);
		expect(begun).toEqual(['a']);
		expect(writer.unstored).toBe('a');
	});

	it('hands over each edit at once, however slow the store is', async () => {
		const store = new SlowStore();
		for (const version of 'abcd') {
			store.writer.save(version, true);
			expect(store.begun.at(-1)).toBe(version);
		}
		for (const write of [0, 1, 2]) {
			await store.succeed(write);
			expect(store.writer.unstored).toBe('d');
		}
		await store.succeed(3);
		expect(store.begun).toEqual([...'abcd']);
		expect(store.writer.unstored).toBeNull();
		expect(store.settled).toBe(4);
	});

	it('hands over no more than can be held, and then the newest', async () => {
		const store = new SlowStore();
		for (let edit = 0; edit < 10 * mostUnderWay; edit++) store.writer.save(`edit ${edit}`, true);
		expect(store.begun).toHaveLength(mostUnderWay);
		expect(store.writer.unstored).toBe(`edit ${10 * mostUnderWay - 1}`);
		await store.succeed(0);
		expect(store.begun).toHaveLength(mostUnderWay + 1);
		expect(store.begun.at(-1)).toBe(`edit ${10 * mostUnderWay - 1}`);
	});

	it('writes progress one at a time, and the latest wins', async () => {
		const store = new SlowStore();
		for (const version of 'abcd') store.writer.save(version, false);
		await vi.advanceTimersByTimeAsync(2000);
		expect(store.begun).toEqual(['a']);
		await store.succeed(0);
		expect(store.begun).toEqual(['a', 'd']);
	});

	it('goes on with progress when the clock is set back', async () => {
		const store = new SlowStore();
		store.writer.save('a', false);
		await store.succeed(0);
		vi.setSystemTime(Date.now() - 3_600_000);
		store.writer.save('b', false);
		await vi.advanceTimersByTimeAsync(1000);
		expect(store.begun).toEqual(['a', 'b']);
	});

	it('writes progress at most once a second, and the newest in the end', async () => {
		const store = new SlowStore();
		for (let time = 0; time < 10_000; time += 16) {
			store.writer.save(`at ${time}`, false);
			for (const end of store.ends) end.resolve();
			await vi.advanceTimersByTimeAsync(16);
		}
		expect(store.begun.length).toBeGreaterThanOrEqual(9);
		expect(store.begun.length).toBeLessThanOrEqual(11);
		await vi.advanceTimersByTimeAsync(1000);
		expect(store.begun.at(-1)).toBe('at 9984');
	});

	it('does not let an edit wait for the second of progress', async () => {
		const store = new SlowStore();
		store.writer.save('progress', false);
		await store.succeed(0);
		store.writer.save('more progress', false);
		expect(store.begun).toEqual(['progress']);
		store.writer.save('edit', true);
		expect(store.begun).toEqual(['progress', 'edit']);
		await store.succeed(1);
		await vi.advanceTimersByTimeAsync(10_000);
		expect(store.begun).toHaveLength(2);
	});

	it('does not let an edit wait for the write of progress', () => {
		const store = new SlowStore();
		store.writer.save('progress', false);
		store.writer.save('edit', true);
		store.writer.save('progress after the edit', false);
		expect(store.begun).toEqual(['progress', 'edit']);
	});

	it('hands over all that waits when the page may end', async () => {
		const store = new SlowStore();
		store.writer.save('first', true);
		store.writer.save('last', true);
		let flushed = false;
		void store.writer.flush().then(() => (flushed = true));
		expect(store.begun).toEqual(['first', 'last']);
		await store.succeed(0);
		expect(flushed).toBe(false);
		expect(store.writer.unstored).toBe('last');
		await store.succeed(1);
		expect(flushed).toBe(true);
	});

	it('has nothing to flush before the first version', async () => {
		const { writer, begun } = new SlowStore();
		await writer.flush();
		expect(begun).toEqual([]);
	});
});

describe('a write that fails', () => {
	it('keeps its version and tries again later', async () => {
		const store = new SlowStore();
		store.writer.save('a', true);
		await store.fail(0);
		expect(store.writer.unstored).toBe('a');
		expect(store.writer.error).toEqual(new Error('full'));
		await vi.advanceTimersByTimeAsync(10_000);
		expect(store.begun).toEqual(['a', 'a']);
		await store.succeed(1);
		expect(store.writer.unstored).toBeNull();
		expect(store.writer.error).toBeNull();
	});

	it('gives way to a newer version', async () => {
		const store = new SlowStore();
		store.writer.save('a', true);
		store.writer.save('b', true);
		await store.fail(0);
		expect(store.writer.unstored).toBe('b');
		await store.fail(1);
		store.writer.save('c', true);
		await store.succeed(2);
		await vi.advanceTimersByTimeAsync(20_000);
		expect(store.begun).toEqual(['a', 'b', 'c']);
		expect(store.writer.unstored).toBeNull();
	});

	it('late is not tried again over a newer version', async () => {
		const store = new SlowStore();
		store.writer.save('a', true);
		store.writer.save('b', true);
		await store.succeed(1);
		await store.fail(0);
		await vi.advanceTimersByTimeAsync(20_000);
		expect(store.begun).toEqual(['a', 'b']);
		expect(store.writer.unstored).toBeNull();
		expect(store.writer.error).toBeNull();
	});

	it('after newer ones that failed first is not the one that is tried again', async () => {
		const store = new SlowStore();
		store.writer.save('a', true);
		store.writer.save('b', true);
		await store.fail(1);
		await store.fail(0);
		await vi.advanceTimersByTimeAsync(6000);
		expect(store.begun).toEqual(['a', 'b', 'b']);
	});

	it('never puts an older version over a newer one', async () => {
		const store = new SlowStore();
		store.writer.save('a', true);
		store.writer.save('b', true);
		void store.writer.flush();
		await store.fail(0);
		expect(store.writer.unstored).toBe('b');
		await store.succeed(1);
		await vi.advanceTimersByTimeAsync(20_000);
		expect(store.begun).toEqual(['a', 'b']);
		expect(store.writer.unstored).toBeNull();
	});

	it('does not hold up a flush', async () => {
		const store = new SlowStore();
		store.writer.save('a', true);
		const flushed = store.writer.flush();
		await store.fail(0);
		await flushed;
		expect(store.writer.unstored).toBe('a');
	});
});

describe('a store that does not answer', () => {
	it('is named, and the write is left to it', async () => {
		const store = new SlowStore();
		store.writer.save('a', true);
		const flushed = store.writer.flush();
		await vi.advanceTimersByTimeAsync(4000);
		await flushed;
		expect(store.writer.error).toBeInstanceOf(Unanswered);
		expect(store.settled).toBe(1);
		await vi.advanceTimersByTimeAsync(60_000);
		expect(store.begun).toEqual(['a']);
		expect(store.writer.unstored).toBe('a');
		await store.succeed(0);
		expect(store.writer.error).toBeNull();
		expect(store.writer.unstored).toBeNull();
		expect(store.settled).toBe(2);
	});

	it('is named though newer versions follow one another', async () => {
		const store = new SlowStore();
		for (let time = 0; time < 5000; time += 100) {
			store.writer.save(`at ${time}`, true);
			await vi.advanceTimersByTimeAsync(100);
		}
		expect(store.writer.error).toBeInstanceOf(Unanswered);
	});

	it('gets nothing more of what was dropped', async () => {
		const store = new SlowStore();
		store.writer.save('a', true);
		store.writer.save('b', false);
		store.writer.drop();
		expect(store.writer.unstored).toBeNull();
		await store.fail(0);
		await vi.advanceTimersByTimeAsync(20_000);
		expect(store.begun).toEqual(['a']);
		expect(store.writer.error).toBeNull();
	});
});
