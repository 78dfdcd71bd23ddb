import { fromBase64url, toBase64url } from '$lib/experiment/base64url';
import { fileLength } from '$lib/experiment/file';
import { InvalidExperiment } from '$lib/experiment/schema';
import { browserBeat } from './beat';
import { rawValue } from './rawText';
import { newId } from './workHolds';
import { readableOf, readRecord, type ReadableRecord, type WorkRecord } from './workRecord';
import type { WorkStore } from './workStore';

/** What came of the works of a file. */
export interface Restored {
	/** How many are kept on this device again, or were already. */
	readonly count: number;
	/** What those are called that could not be read. */
	readonly unreadable: readonly string[];
}

/** Works of one file, and its characters. Compare a file's size before reading it. */
const mostWorks = 10_000;
export const bundleLength = 256 * 1024 * 1024;
/** Works that a sentence names at most. */
const named = 3;
/** Milliseconds of reading after which the page gets its turn. */
const stretch = 10;

const head = '{"sketchgrad":"works","version":1,"works":[';
const tail = ']}';

/**
 * All that is stored as the text of one file: JSON, with one record a line, so that each can be read by itself and a file
 * that was cut off still gives what is whole. What cannot be read is there as it is. Rejects when the store fails.
 * @param newer - records that the store does not have yet in this state
 * @throws InvalidExperiment when it is too much for one file
 */
export async function bundleOf(store: WorkStore, newer: readonly WorkRecord[]): Promise<string> {
	const lines = newer.flatMap(linesOf);
	const listed = new Set<unknown>(newer.map(({ id }) => id));
	for (const key of await store.keys()) {
		if (!listed.has(key)) lines.push(...linesOf(await store.get(key)));
	}
	const length = lines.reduce((sum, line) => sum + line.length + 2, head.length + tail.length);
	if (lines.length > mostWorks || length > bundleLength) {
		throw new InvalidExperiment('There is too much on this device for one file.');
	}
	return `${head}\n${lines.join(',\n')}\n${tail}\n`;
}

/** A record, readable or not, as lines of JSON; two when only a part of it can be read. */
function linesOf(stored: unknown): string[] {
	const record = readableOf(stored);
	const raw = () => JSON.stringify({ unreadable: rawValue(stored) });
	if (!record) return [raw()];
	const { checkpoint, damage, ...rest } = record;
	const { buffer, byteOffset, byteLength } = checkpoint?.parameters ?? new Float64Array();
	// JSON would lose the sign of a zero.
	const parameters = toBase64url(new Uint8Array(buffer, byteOffset, byteLength));
	const line = JSON.stringify({ ...rest, checkpoint: checkpoint && { ...checkpoint, parameters } });
	return damage === null ? [line] : [line, raw()];
}

/**
 * Puts the works of a file beside those that are stored; none of these is written over. Rejects when the store fails.
 * @param isHeld - whether a work of this id is open somewhere
 * @param now - the time, in milliseconds since 1970: no work may be from the future
 * @throws InvalidExperiment when the text is no such file, is too large or holds too many
 */
export async function restoreBundle(
	text: string,
	store: WorkStore,
	isHeld: (id: string) => Promise<boolean>,
	now: number
): Promise<Restored> {
	const unreadable: string[] = [];
	let count = 0;
	let since = browserBeat.now();
	for (const [index, line] of worksOf(text).entries()) {
		if (browserBeat.now() - since > stretch) {
			await browserBeat.rest();
			since = browserBeat.now();
		}
		const record = recordOf(line);
		if (!record) {
			unreadable.push(nameOf(line, index + 1));
			continue;
		}
		await putBeside({ ...record, updated: Math.min(record.updated, now) }, store, isHeld);
		count++;
	}
	return { count, unreadable };
}

/** What came of a file of works, for the person who opened it. */
export function sentenceOf({ count, unreadable }: Restored): string {
	const works = count === 1 ? '1 work is' : `${count} works are`;
	const done = `${works} under Recent again.`;
	if (unreadable.length === 0) return done;
	const others = unreadable.length - named;
	const names = unreadable.slice(0, named).join(', ') + (others > 0 ? ` and ${others} more` : '');
	return `${done} ${unreadable.length} could not be read: ${names}. The file still has ${unreadable.length === 1 ? 'it' : 'them'}.`;
}

/** The lines of the works, each without the comma at its end. */
function worksOf(text: string): string[] {
	if (text.length > bundleLength) throw new InvalidExperiment('This file is too large.');
	const [first, ...lines] = text.split('\n', mostWorks + 3);
	if (first?.replace(/^\uFEFF/, '').trim() !== head) {
		throw new InvalidExperiment(
			'This file holds works of Sketchgrad, but of another version, or something changed it.'
		);
	}
	const works = lines.map((line) => line.trim()).filter((line) => line !== '' && line !== tail);
	if (works.length > mostWorks) {
		throw new InvalidExperiment(`A file holds at most ${mostWorks} works.`);
	}
	return works.map((line) => line.replace(/,$/, ''));
}

/** The work of a line; null when it cannot be read. */
function recordOf(line: string): ReadableRecord | null {
	const value = jsonOf(line);
	if (typeof value !== 'object' || value === null) return null;
	const { checkpoint } = value as { checkpoint?: { parameters?: unknown } | null };
	const text = checkpoint?.parameters;
	const bytes = typeof text === 'string' ? fromBase64url(text) : null;
	const parameters = bytes && bytes.length % 8 === 0 ? new Float64Array(bytes.buffer) : text;
	try {
		return readRecord(checkpoint ? { ...value, checkpoint: { ...checkpoint, parameters } } : value);
	} catch (error) {
		if (error instanceof InvalidExperiment) return null;
		throw error;
	}
}

function jsonOf(line: string): unknown {
	if (line.length > fileLength) return null;
	try {
		// A zero of either sign is the same place, rate or loss.
		return JSON.parse(line, (_, value: unknown) => (value === 0 ? 0 : value));
	} catch {
		return null;
	}
}

/** What a sentence calls a work that cannot be read: its id if it has one, else its number in the file. */
function nameOf(line: string, number: number): string {
	const value = jsonOf(line) as { id?: unknown; unreadable?: { id?: unknown } | null } | null;
	const id = value?.id ?? value?.unreadable?.id;
	return typeof id === 'string' ? `“${id.slice(0, 40)}”` : `number ${number}`;
}

async function putBeside(
	{ damage: _, ...record }: ReadableRecord,
	store: WorkStore,
	isHeld: (id: string) => Promise<boolean>
): Promise<void> {
	const stored = await store.get(record.id);
	const there = readableOf(stored);
	const step = record.checkpoint?.step ?? 0;
	const hasIt =
		there?.damage === null &&
		(there.checkpoint?.step ?? 0) >= step &&
		JSON.stringify(there.experiment) === JSON.stringify(record.experiment);
	if (hasIt) return;
	const taken = stored !== undefined || (await isHeld(record.id));
	await store.put(taken ? { ...record, id: newId() } : record);
}
