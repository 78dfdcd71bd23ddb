import { fromBase64url, toBase64url } from './base64url';
import { presets, type PresetName } from './defaults';
import { deflate, inflate, TooManyBytes } from './deflate';
import { pack, unpack } from './packing';
import { InvalidExperiment, parseExperiment, type Experiment } from './schema';

/** Characters of a link's hash: what every browser takes in its address bar, about 12,000 points. */
export const linkLength = 64_000;
/** Bytes of an unpacked link, above the largest document that fits the limits. */
const unpackedBytes = 1 << 20;

const prefix = '#1.';
const versioned = /^#([1-9]\d*)(?:\.|$)/;
const presetPrefix = '#preset=';

const tooLarge =
	'This experiment is too large for a link. Save it as a file instead, and share the file.';
const notOurs = 'This is not a Sketchgrad link.';
const newer = 'This link was made with a newer Sketchgrad. Update the app to open it.';
const tooLong = 'This link is too long to be a Sketchgrad link.';
const damaged = 'This link is damaged or was cut off. Ask for it again, or for a file.';

/** Where an experiment that an address asks for came from. */
export interface Requested {
	readonly experiment: Experiment;
	readonly source: 'link' | 'preset';
}

/**
 * The hash, `#1.` and base64url of a zlib stream, that stands for the whole document.
 * @throws InvalidExperiment when it would be too long for an address.
 */
export async function encodeLink(experiment: Experiment): Promise<string> {
	const packed = pack(experiment);
	if (packed.length > unpackedBytes) throw new InvalidExperiment(tooLarge);
	const hash = prefix + toBase64url(await deflate(packed));
	if (hash.length > linkLength) throw new InvalidExperiment(tooLarge);
	return hash;
}

/** What makes the document of an inflated link; it throws as `readPacked` does. */
export type PackedReader = (bytes: Uint8Array<ArrayBuffer>) => Experiment | Promise<Experiment>;

/**
 * The document that the bytes of an inflated link hold.
 * @throws InvalidExperiment when they are damaged or hold no valid experiment.
 */
export function readPacked(bytes: Uint8Array<ArrayBuffer>): Experiment {
	return parseExperiment(unpacked(bytes));
}

/**
 * The document that a hash stands for. Sizes are checked before and while it is inflated.
 * @param read - reads the inflated bytes, at most a megabyte of them
 * @throws InvalidExperiment when the link is foreign, newer, too long, cut off, damaged, or holds no valid experiment.
 */
export async function decodeLink(
	hash: string,
	read: PackedReader = readPacked
): Promise<Experiment> {
	const version = versioned.exec(hash)?.[1];
	if (version === undefined) throw new InvalidExperiment(notOurs);
	if (version !== '1') throw new InvalidExperiment(newer);
	if (hash.length > linkLength) throw new InvalidExperiment(tooLong);
	const bytes = fromBase64url(hash.slice(prefix.length));
	if (!bytes) throw new InvalidExperiment(damaged);
	return read(await inflated(bytes));
}

async function inflated(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
	try {
		return await inflate(bytes, unpackedBytes);
	} catch (error) {
		// Whatever else the stream has to say: the bytes are not those that were sent.
		throw new InvalidExperiment(error instanceof TooManyBytes ? tooLong : damaged);
	}
}

function unpacked(bytes: Uint8Array<ArrayBuffer>): unknown {
	try {
		return unpack(bytes);
	} catch {
		// As above, whatever the text decoder or the JSON parser has to say.
		throw new InvalidExperiment(damaged);
	}
}

/**
 * The preset that a hash such as `#preset=spiral` names; null when it names none.
 * @throws InvalidExperiment when there is no preset of that name.
 */
export function presetOf(hash: string): Experiment | null {
	if (!hash.startsWith(presetPrefix)) return null;
	const name = hash.slice(presetPrefix.length);
	if (Object.hasOwn(presets, name)) return presets[name as PresetName];
	const names = Object.keys(presets).join(', ');
	throw new InvalidExperiment(`There is no preset of that name. There are ${names}.`);
}

/**
 * What the hash of an address asks to be opened; null when it is empty.
 * @param read - reads the inflated bytes of a link
 * @throws InvalidExperiment when it names no preset and holds no good link; the page has no places of its own to go to.
 */
export async function readHash(
	hash: string,
	read: PackedReader = readPacked
): Promise<Requested | null> {
	if (hash.length <= 1) return null;
	const preset = presetOf(hash);
	if (preset) return { experiment: preset, source: 'preset' };
	return { experiment: await decodeLink(hash, read), source: 'link' };
}
