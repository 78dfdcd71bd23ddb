/** Red, green and blue, each from 0 to 255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** How far the strongest output goes from the middle color to its class color: points must stand out from it. */
export const strength = 0.62;

/** Entries of a color table on either side of zero, which has an entry of its own. */
const half = 256;

/**
 * The color that `#rgb` or `#rrggbb` names.
 * @throws TypeError for any other text.
 */
export function parseHex(text: string): Rgb {
	const digits = /^#([\da-f]{3}|[\da-f]{6})$/i.exec(text.trim())?.[1];
	if (digits === undefined) throw new TypeError(`"${text}" is not a color of the form #rrggbb`);
	const channel = (index: number) =>
		digits.length === 3
			? parseInt(digits[index]!.repeat(2), 16)
			: parseInt(digits.slice(2 * index, 2 * index + 2), 16);
	return [channel(0), channel(1), channel(2)];
}

/** The color a `share` (0 to 1) of the way from one to another, channels rounded. */
export function mix(from: Rgb, to: Rgb, share: number): Rgb {
	const channel = (index: 0 | 1 | 2) => Math.round(from[index] + (to[index] - from[index]) * share);
	return [channel(0), channel(1), channel(2)];
}

/** The color as CSS, with an opacity from 0 to 1. */
export function css([red, green, blue]: Rgb, opacity = 1): string {
	return `rgb(${red} ${green} ${blue} / ${opacity})`;
}

/** Whether light text stands out from the color better than dark text. */
export function isDark([red, green, blue]: Rgb): boolean {
	return 0.299 * red + 0.587 * green + 0.114 * blue < 128;
}

/** The diverging color of an output: negative to positive over -1 to 1, clamped; the middle where it is no number. */
export function divergingColor(value: number, negative: Rgb, middle: Rgb, positive: Rgb): Rgb {
	const share = Math.min(1, Math.abs(value)) * strength;
	if (Number.isNaN(share)) return middle;
	return mix(middle, value < 0 ? negative : positive, share);
}

/** A diverging scale as opaque pixels (little-endian RGBA) at equal steps from -1 to 1, zero in the middle. */
export function colorTable(negative: Rgb, middle: Rgb, positive: Rgb): Uint32Array {
	return Uint32Array.from({ length: 2 * half + 1 }, (_, index) => {
		const [red, green, blue] = divergingColor((index - half) / half, negative, middle, positive);
		return (255 << 24) | (blue << 16) | (green << 8) | red;
	});
}

/** Writes the color of every output to the pixel of the same index. */
export function colorize(
	outputs: ArrayLike<number>,
	table: Uint32Array,
	pixels: Uint32Array
): void {
	for (let index = 0; index < pixels.length; index++) {
		const output = outputs[index]!;
		const clamped = output > 1 ? 1 : output < -1 ? -1 : output;
		// NaN fails every comparison above and rounds to 0 here: the middle.
		pixels[index] = table[half + Math.round(clamped * half || 0)]!;
	}
}
