import type { StepReport } from '$lib/explain/bench';
import type { MistakeName } from '$lib/explain/mistakes';
import type { BenchReport, Comparison } from '$lib/explain/workbench';
import { lossText, percentText } from '../numbers';

const sizeOf = (values: Float64Array) => Math.hypot(...values);

/** A ratio for reading: "1.9 times", "0.03 times". */
const times = (ratio: number) =>
	`${ratio.toPrecision(ratio < 0.1 ? 1 : 2).replace(/e\+?(.*)$/, 'e$1')} times`;

/** How the gradients that were used differ from the true ones: in length and in direction. */
function gradientText({ grad, trueGrad }: StepReport): string {
	const [used, right] = [sizeOf(grad), sizeOf(trueGrad)];
	if (!Number.isFinite(used) || !Number.isFinite(right))
		return 'The gradients are no numbers any more.';
	if (right === 0)
		return used === 0 ? 'All gradients are 0.' : 'The true gradients are all 0; these are not.';
	if (used === 0) return 'All gradients are 0; the true ones are not.';
	const dot = grad.reduce((sum, value, index) => sum + value * trueGrad[index]!, 0);
	const degrees = (Math.acos(Math.max(-1, Math.min(1, dot / used / right))) * 180) / Math.PI;
	const ratio = used / right;
	if (Math.abs(ratio - 1) < 5e-3 && degrees < 0.5) return 'So far the gradients are the true ones.';
	return `The gradients are ${times(ratio)} as long as the true ones and point ${degrees.toFixed(0)}° off.`;
}

function stillText({ grad }: StepReport): string {
	const still = grad.filter((value) => value === 0).length;
	return `${still} of ${grad.length} gradients are exactly 0.`;
}

function leapText({ lossBefore, lossAfter, before, after }: StepReport): string {
	if (!Number.isFinite(lossAfter)) return 'The loss is no number any more.';
	const leap = after.reduce(
		(most, value, index) => Math.max(most, Math.abs(value - before[index]!)),
		0
	);
	const way = lossAfter > lossBefore ? 'rose' : 'fell';
	return `This step moved a parameter by ${leap.toPrecision(2)}; the loss ${way} from ${lossText(lossBefore)} to ${lossText(lossAfter)}.`;
}

/** What each mistake shows of itself after a step. */
const signs: Readonly<Record<MistakeName, (report: StepReport) => string>> = {
	'no-zero-grad': gradientText,
	overwrite: gradientText,
	'wrong-order': gradientText,
	'zero-weights': stillText,
	linear: () => 'The copy can only draw a straight decision boundary.',
	'high-rate': leapText
};

function comparisonText({ copy, twin }: Comparison): string {
	if (copy.accuracy === null || twin.accuracy === null) return '';
	const difference = twin.accuracy - copy.accuracy;
	if (difference === 0) return 'Both classify equally many points right.';
	const [more, less] = difference > 0 ? ['twin', 'copy'] : ['copy', 'twin'];
	return `The ${more} classifies ${percentText(Math.abs(difference))} more of the points right than the ${less}.`;
}

/** What is to be seen now, in two or three sentences. */
export function seenText(
	on: readonly MistakeName[],
	report: BenchReport | null,
	history: readonly Comparison[]
): string {
	const newest = history.at(-1);
	if (on.length === 0) {
		return report
			? 'No mistake is on: copy and twin are the same, to the last bit.'
			: 'Switch a mistake on, then train: the twin starts from the same weights and makes no mistake.';
	}
	if (!report || !newest) return 'Now train a step or ten, and compare.';
	const found = new Set(on.map((name) => signs[name](report.copy)));
	return [...found, comparisonText(newest)].join(' ').trim();
}
