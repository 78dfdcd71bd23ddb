import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fileLength, toFile } from '$lib/experiment/file';
import { pack } from '$lib/experiment/packing';
import { InvalidExperiment } from '$lib/experiment/schema';
import { DocumentReader, patience, type DocumentReply } from '$lib/worker/documentReader';
import { drawnExperiment } from '../../support/experiments';

/** A worker that answers when the test says so. */
class FakeWorker extends EventTarget {
	terminated = false;
	readonly sources: unknown[] = [];

	postMessage(source: unknown): void {
		this.sources.push(source);
	}

	terminate(): void {
		this.terminated = true;
	}

	reply(data: DocumentReply): void {
		this.dispatchEvent(new MessageEvent('message', { data }));
	}
}

describe('the reader of documents', () => {
	let workers: FakeWorker[];
	let reader: DocumentReader;

	beforeEach(() => {
		workers = [];
		reader = new DocumentReader(() => {
			workers.push(new FakeWorker());
			return workers.at(-1) as unknown as Worker;
		});
	});
	afterEach(() => {
		vi.useRealTimers();
	});

	const small = drawnExperiment(100);
	const large = new Blob([toFile(drawnExperiment(2000))]);

	it('reads what is small itself', async () => {
		expect(await reader.file(new Blob([toFile(small)]))).toEqual(small);
		expect(await reader.packed(pack(small))).toEqual(small);
		await expect(reader.file(new Blob(['{}']))).rejects.toBeInstanceOf(InvalidExperiment);
		expect(workers).toHaveLength(0);
	});

	it('refuses what is too large, unread', async () => {
		const file = new Blob([' '.repeat(fileLength + 1)]);
		await expect(reader.file(file)).rejects.toThrow('This file is too large.');
		expect(workers).toHaveLength(0);
	});

	it('has a worker read what is large, and ends it', async () => {
		const reading = reader.file(large);
		expect(workers[0]!.sources).toEqual([large]);
		workers[0]!.reply({ experiment: small });
		expect(await reading).toBe(small);
		const bytes = new Uint8Array(65 * 1024);
		const inflated = reader.packed(bytes);
		expect(workers[1]!.sources).toEqual([bytes]);
		workers[1]!.reply({ experiment: small });
		expect(await inflated).toBe(small);
		expect(workers.map(({ terminated }) => terminated)).toEqual([true, true]);
	});

	it('passes on why the worker refuses', async () => {
		const refused = expect(reader.file(large)).rejects;
		workers[0]!.reply({ refusal: 'It is too long.' });
		await refused.toEqual(new InvalidExperiment('It is too long.'));
		const unknown = expect(reader.file(large)).rejects;
		workers[1]!.reply({ refusal: null });
		await unknown.toEqual(new InvalidExperiment('This could not be read.'));
		expect(workers.every(({ terminated }) => terminated)).toBe(true);
	});

	it('ends a worker that breaks or takes too long, with a sentence', async () => {
		vi.useFakeTimers();
		const broken = expect(reader.file(large)).rejects;
		const event = new Event('error', { cancelable: true });
		workers[0]!.dispatchEvent(event);
		await broken.toEqual(new InvalidExperiment('This could not be read.'));
		expect(event.defaultPrevented).toBe(true);
		const late = expect(reader.file(large)).rejects.toThrow(
			'This was not read within 10 seconds, so it was stopped.'
		);
		await vi.advanceTimersByTimeAsync(patience - 1);
		expect(workers[1]!.terminated).toBe(false);
		await vi.advanceTimersByTimeAsync(1);
		await late;
		expect(workers.every(({ terminated }) => terminated)).toBe(true);
		expect(vi.getTimerCount()).toBe(0);
	});
});
