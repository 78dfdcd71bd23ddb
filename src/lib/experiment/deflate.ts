/** Bytes that are inflated before the size is looked at again: a hostile stream grows them about a thousandfold. */
const slice = 1024;

/** There were more bytes than allowed. */
export class TooManyBytes extends Error {
	override name = 'TooManyBytes';
}

/** The bytes as a zlib stream (RFC 1950), whose checksum detects damage. */
export async function deflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
	return collect(sliced(bytes).pipeThrough(new CompressionStream('deflate')), Infinity);
}

/**
 * The bytes that were deflated.
 * @throws TooManyBytes as soon as there are more than `limit`; another error when the stream is damaged or incomplete.
 */
export async function inflate(
	bytes: Uint8Array<ArrayBuffer>,
	limit: number
): Promise<Uint8Array<ArrayBuffer>> {
	return collect(sliced(bytes).pipeThrough(new DecompressionStream('deflate')), limit);
}

/** Hands the bytes out as they are asked for, so that no more is inflated than was read. */
function sliced(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> {
	let start = 0;
	return new ReadableStream({
		pull(controller) {
			if (start >= bytes.length) controller.close();
			else controller.enqueue(bytes.slice(start, (start += slice)));
		}
	});
}

async function collect(
	stream: ReadableStream<Uint8Array>,
	limit: number
): Promise<Uint8Array<ArrayBuffer>> {
	const reader = stream.getReader();
	const parts: Uint8Array[] = [];
	let length = 0;
	for (let part = await reader.read(); !part.done; part = await reader.read()) {
		length += part.value.length;
		if (length > limit) {
			await reader.cancel();
			throw new TooManyBytes(`More than ${limit} bytes`);
		}
		parts.push(part.value);
	}
	return joined(parts, length);
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
	const whole = new Uint8Array(length);
	let start = 0;
	for (const part of parts) {
		whole.set(part, start);
		start += part.length;
	}
	return whole;
}
