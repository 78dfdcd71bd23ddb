import { log } from '../math/log';
import { cos } from '../math/trigonometry';

/** Spreads every bit of a 32-bit integer over all of them; one to one (the constants are Ellis's, 2018 and later). */
function mix(bits: number): number {
	let h = bits;
	h = Math.imul(h ^ (h >>> 16), 0x21f0aaad);
	h = Math.imul(h ^ (h >>> 15), 0x735a2d97);
	return h ^ (h >>> 15);
}

const twoTo32 = 4294967296;
const twoPi = 6.283185307179586;

/**
 * Random numbers that are the same everywhere for the same seed, stream and index.
 *
 * Streams that differ in the seed, the name or the index are independent of each other, so that drawing more from one
 * never changes another. The generator is xoshiro128** (Blackman and Vigna 2018).
 */
export class Random {
	#a: number;
	#b: number;
	#c: number;
	#d: number;

	/**
	 * @param seed an integer from 0 to 2^32 - 1
	 * @param stream what the numbers are for, such as `weights`
	 * @param index which of the streams of that name, an integer from 0 to 2^53 - 1
	 * @throws RangeError if seed or index is not such an integer
	 */
	constructor(seed: number, stream: string, index = 0) {
		if (!Number.isInteger(seed) || seed < 0 || seed >= twoTo32) {
			throw new RangeError(`a seed is an integer from 0 to 4294967295, not ${seed}`);
		}
		if (!Number.isSafeInteger(index) || index < 0) {
			throw new RangeError(`the index of a stream is an integer from 0 on, not ${index}`);
		}
		const word = (lane: number): number => {
			let h = mix(seed ^ mix(lane));
			for (let i = 0; i < stream.length; i++) h = mix(h + stream.charCodeAt(i) + 1);
			h = mix(h ^ stream.length);
			return mix(mix(h + (index | 0)) + Math.floor(index / twoTo32));
		};
		this.#a = word(1);
		this.#b = word(2);
		this.#c = word(3);
		// A state of zeros would stay zero.
		this.#d = word(4) || 1;
	}

	/** An integer from 0 to 2^32 - 1. */
	uint32(): number {
		const scrambled = Math.imul(this.#b, 5);
		const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9);
		const shifted = this.#b << 9;
		this.#c ^= this.#a;
		this.#d ^= this.#b;
		this.#b ^= this.#c;
		this.#a ^= this.#d;
		this.#c ^= shifted;
		this.#d = (this.#d << 11) | (this.#d >>> 21);
		return result >>> 0;
	}

	/**
	 * A number from `low` up to but not including `high`, with 53 random bits.
	 *
	 * @throws RangeError if there is none, or the distance is not finite
	 */
	uniform(low = 0, high = 1): number {
		const width = high - low;
		if (!(width > 0 && width < Infinity)) {
			throw new RangeError(`no uniform numbers from ${low} to ${high}`);
		}
		for (;;) {
			const upper = this.uint32() >>> 5;
			const lower = this.uint32() >>> 6;
			const value = low + width * ((upper * 67108864 + lower) / 9007199254740992);
			// Rounding can reach the bound.
			if (value < high) return value;
		}
	}

	/**
	 * An integer from 0 up to but not including `below`, each equally likely.
	 *
	 * @throws RangeError if `below` is not an integer from 1 to 2^32
	 */
	integer(below: number): number {
		if (!Number.isInteger(below) || below < 1 || below > twoTo32) {
			throw new RangeError(`no integers from 0 to below ${below}`);
		}
		const fair = twoTo32 - (twoTo32 % below);
		for (;;) {
			const bits = this.uint32();
			if (bits < fair) return bits % below;
		}
	}

	/** A deviate of the standard normal distribution, from two uniform ones (Box and Muller 1958); at most 8.6 in size. */
	normal(): number {
		const radius = Math.sqrt(-2 * log(1 - this.uniform()));
		return radius * cos(twoPi * this.uniform());
	}
}
