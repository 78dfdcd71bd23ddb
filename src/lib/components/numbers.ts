const counts = new Intl.NumberFormat('en-US');

/** A whole number with thousands separators: 1,284. */
export function countText(value: number): string {
	return counts.format(value);
}

/** A loss in four decimals, or in powers of ten where those would say nothing: 0.0113, 1.23e-5. */
export function lossText(value: number | null): string {
	if (value === null) return '–';
	if (!Number.isFinite(value)) return value > 0 ? '∞' : String(value);
	const size = Math.abs(value);
	if (size !== 0 && (size < 0.001 || size >= 10_000)) return value.toExponential(2);
	return size < 10 ? value.toFixed(4) : value.toPrecision(5);
}

/** A fraction as percent with one decimal; 100.0% means all of them. */
export function percentText(fraction: number | null): string {
	if (fraction === null) return '–';
	const text = (fraction * 100).toFixed(1);
	return text === '100.0' && fraction < 1 ? '99.9%' : `${text}%`;
}

/** What a number field may hold. */
export interface NumberRule {
	/** How a sentence calls the field: "The learning rate". */
	readonly subject: string;
	readonly min: number;
	readonly max: number;
	readonly whole?: boolean;
	/** Values that the arrow keys visit, ascending; by default they go up and down by one. */
	readonly ladder?: readonly number[];
}

/** The number that a text stands for, or a sentence that says what the field wants. */
export function readNumber(text: string, rule: NumberRule): number | string {
	const { subject, min, max, whole = false } = rule;
	const plain = whole ? text.replaceAll(/(?<=\d),(?=\d{3}(?!\d))/g, '') : text;
	const value = plain.trim() === '' ? NaN : Number(plain);
	const kind = whole ? 'a whole number' : 'a number';
	if ((!whole || Number.isInteger(value)) && value >= min && value <= max) return value;
	return `${subject} must be ${kind} from ${spoken(min)} to ${spoken(max)}.`;
}

/** The next value of the field's ladder above or below, within the rule's limits. */
export function neighbor(value: number, direction: 1 | -1, rule: NumberRule): number {
	const { min, max, ladder } = rule;
	const rungs = ladder ?? [value - 1, value + 1];
	const next =
		direction > 0 ? rungs.find((rung) => rung > value) : rungs.findLast((rung) => rung < value);
	return Math.min(max, Math.max(min, next ?? value));
}

function spoken(value: number): string {
	return value >= 10_000 ? countText(value) : String(value);
}
