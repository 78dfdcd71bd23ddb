/**
 * A number as the page shows it: `digits` decimals, a true minus sign, no negative zero,
 * powers of ten from 100,000 on, and the infinity sign where there is no number left.
 */
export function formatNumber(value: number, digits = 2): string {
	if (Number.isNaN(value)) return 'not a number';
	const size = Math.abs(value);
	const text =
		size === Infinity ? '∞' : size >= 1e5 ? size.toExponential(digits) : size.toFixed(digits);
	const zero = size < 1 && Number(text) === 0;
	return value < 0 && !zero ? `−${text}` : text;
}
