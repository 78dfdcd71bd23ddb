/** Levels of objects in objects that are written; what lies deeper is named only. */
const deepest = 100;

/**
 * A stored record as JSON text, whatever it holds: what JSON has no word for (a map, a date, a hole, -0, an object within
 * itself) is put in words of JSON, and nothing is left out or throws.
 */
export function rawText(stored: unknown): string {
	return JSON.stringify(rawValue(stored), null, '\t');
}

/** The same as a value that JSON can write. */
export function rawValue(stored: unknown): unknown {
	return plain(stored, []);
}

/** @param above - the objects that this one lies in */
function plain(value: unknown, above: readonly object[]): unknown {
	if (typeof value === 'number') {
		return Number.isFinite(value) && !Object.is(value, -0) ? value : spelled(value);
	}
	if (value === undefined || typeof value === 'bigint') return String(value);
	if (typeof value !== 'object' || value === null) return value;
	if (above.includes(value)) return 'an object that this one lies in';
	if (above.length === deepest) return 'an object that lies too deep';
	return plainObject(value, [...above, value]);
}

const spelled = (value: number) => (Object.is(value, -0) ? '-0' : String(value));

function plainObject(value: object, above: readonly object[]): unknown {
	const each = (list: Iterable<unknown>) => Array.from(list, (item) => plain(item, above));
	if (value instanceof Map || value instanceof Set) return each(value);
	if (value instanceof ArrayBuffer) return [...new Uint8Array(value)];
	if (value instanceof DataView) {
		return [...new Uint8Array(value.buffer, value.byteOffset, value.byteLength)];
	}
	if (ArrayBuffer.isView(value)) return each(value as unknown as Iterable<unknown>);
	if (value instanceof Date || value instanceof RegExp || value instanceof Error) {
		return String(value);
	}
	if (value instanceof Number || value instanceof String || value instanceof Boolean) {
		return plain(value.valueOf(), above);
	}
	const keys = Object.keys(value);
	// A list with holes may be billions long: it is written by its indexes.
	if (Array.isArray(value) && keys.length === value.length) return each(value);
	const entries = keys.map((key) => [key, plain((value as Record<string, unknown>)[key], above)]);
	if (Array.isArray(value)) entries.push(['length', value.length]);
	return Object.fromEntries(entries) as unknown;
}
