/** Hands out memory from an address on, never taking any back: the plan of a memory, made before there is one. */
export class Arena {
	/** The first address that is not taken. */
	end: number;
	readonly #limit: number;

	/** @param limit - the most bytes to plan for */
	constructor(start: number, limit: number) {
		this.end = start;
		this.#limit = limit;
	}

	/**
	 * The address of so many bytes, on a cache line of its own.
	 * @throws RangeError when they go beyond the limit
	 */
	take(bytes: number): number {
		const address = Math.floor((this.end + 63) / 64) * 64;
		if (!(bytes >= 0 && address + bytes <= this.#limit)) {
			const size = Math.floor((address + bytes) / 1048576);
			throw new RangeError(
				`The network and its points would need ${size} MB of memory; the limit is ${Math.floor(this.#limit / 1048576)} MB`
			);
		}
		this.end = address + bytes;
		return address;
	}
}
