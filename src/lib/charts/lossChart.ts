import type { Chart, ChartOptions } from 'chart.js';
import type { LossSample } from '../state/history';

/** A chart of losses over steps on a canvas. */
export interface LossChart {
	/** Shows the samples, with the y axis linear or logarithmic, in the page's present colors. */
	show(samples: readonly LossSample[], logarithmic: boolean): void;
	/** The step at a distance in CSS pixels from the canvas's left edge. */
	stepAt(left: number): number;
	/** Where the step stands, in CSS pixels from the canvas's left edge. */
	leftOf(step: number): number;
	destroy(): void;
}

interface Place {
	readonly x: number;
	readonly y: number;
}

/** A series; a gap stands where there is no loss or, on a logarithmic axis, no place for it. */
function series(
	samples: readonly LossSample[],
	key: 'trainLoss' | 'testLoss',
	logarithmic: boolean
): Place[] {
	return samples.map((sample) => {
		const loss = sample[key];
		const drawable = loss !== null && Number.isFinite(loss) && (loss > 0 || !logarithmic);
		return { x: sample.step, y: drawable ? loss : NaN };
	});
}

const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });

/** On a logarithmic axis only the powers of ten are named. */
function tickText(value: number, logarithmic: boolean): string {
	if (logarithmic && !/^1(\.0+)?e/.test(value.toExponential(6))) return '';
	if (value !== 0 && (value < 0.001 || value >= 10_000)) return value.toExponential(0);
	return String(Number(value.toPrecision(3)));
}

/** Fetches the needed parts of Chart.js and makes an empty chart. Rejects when they cannot be loaded. */
export async function createLossChart(canvas: HTMLCanvasElement): Promise<LossChart> {
	const { Chart, LineController, LineElement, LinearScale, LogarithmicScale, PointElement } =
		await import('chart.js');
	Chart.register(LineController, LineElement, LinearScale, LogarithmicScale, PointElement);
	let chart: Chart<'line', Place[]> | null = null;
	let madeAs = '';

	const color = (token: string) => getComputedStyle(canvas).getPropertyValue(token).trim();

	const rootSize = () => parseFloat(getComputedStyle(document.documentElement).fontSize);

	function scales(logarithmic: boolean): NonNullable<ChartOptions<'line'>['scales']> {
		const ticks = {
			color: color('--muted'),
			padding: 6,
			maxRotation: 0,
			font: { size: 0.6875 * rootSize() }
		};
		return {
			x: {
				type: 'linear',
				min: 0,
				grid: { display: false },
				border: { display: false },
				ticks: {
					...ticks,
					maxTicksLimit: 6,
					callback: (value) => compact.format(Number(value))
				}
			},
			y: {
				type: logarithmic ? 'logarithmic' : 'linear',
				...(logarithmic ? {} : { min: 0 }),
				grid: { color: color('--line'), drawTicks: false },
				border: { display: false },
				ticks: {
					...ticks,
					maxTicksLimit: 4,
					callback: (value) => tickText(Number(value), logarithmic)
				}
			}
		};
	}

	/** A chart looks all its life as it was made. A line of one sample would not be seen: that one is a dot. */
	function make(logarithmic: boolean, dotted: boolean): Chart<'line', Place[]> {
		const line = (stroke: string, borderWidth: number, borderDash: number[]) => ({
			data: [] as Place[],
			borderColor: stroke,
			backgroundColor: stroke,
			borderWidth,
			borderDash,
			pointRadius: dotted ? 3 : 0
		});
		return new Chart(canvas, {
			type: 'line',
			data: {
				// The first is drawn on top.
				datasets: [line(color('--accent'), 2.2, []), line(color('--muted'), 1.8, [5, 4])]
			},
			options: {
				animation: false,
				parsing: false,
				normalized: true,
				clip: 4,
				maintainAspectRatio: false,
				events: [],
				scales: scales(logarithmic)
			}
		});
	}

	return {
		show(samples, logarithmic) {
			const dotted = samples.length === 1;
			const look = [logarithmic, dotted, color('--accent'), color('--muted'), rootSize()].join();
			if (!chart || madeAs !== look) {
				chart?.destroy();
				chart = make(logarithmic, dotted);
				madeAs = look;
			}
			const [train, test] = chart.data.datasets;
			const steps = chart.options.scales?.['x'];
			if (!test || !train || !steps) return;
			test.data = series(samples, 'testLoss', logarithmic);
			train.data = series(samples, 'trainLoss', logarithmic);
			// No more than what changes: new scales are resolved from the start.
			steps.max = Math.max(10, samples.at(-1)?.step ?? 0);
			chart.update('none');
		},
		stepAt: (left) => chart?.scales['x']?.getValueForPixel(left) ?? 0,
		leftOf: (step) => chart?.scales['x']?.getPixelForValue(step) ?? 0,
		destroy: () => chart?.destroy()
	};
}
