/** Two series of losses as paths of a picture. */
export interface TwinCurves {
	readonly copy: string;
	readonly twin: string;
	/** Where the newest numbers are; null where there is none that can be drawn. */
	readonly copyEnd: readonly [x: number, y: number] | null;
	readonly twinEnd: readonly [x: number, y: number] | null;
	/** The losses at the bottom and at the top. */
	readonly least: number;
	readonly most: number;
	/** Whether heights are logarithms. */
	readonly logarithmic: boolean;
}

/** From so many times the least loss on, a linear scale would hide the smaller of the two. */
const wide = 30;

/** The curves of two losses from step 0 on, in a box from (left, top) to (right, bottom); steps that have no finite loss are left out. */
export function twinCurves(
	copy: readonly (number | null)[],
	twin: readonly (number | null)[],
	{ left, top, right, bottom }: { left: number; top: number; right: number; bottom: number }
): TwinCurves {
	const finite = [...copy, ...twin].filter((loss) => loss !== null && Number.isFinite(loss));
	const losses = finite as number[];
	const positive = losses.filter((loss) => loss > 0);
	const greatest = Math.max(0, ...losses);
	const smallest = positive.length > 0 ? Math.min(...positive) : 0;
	const logarithmic = smallest > 0 && greatest > wide * smallest;
	const least = logarithmic ? smallest : 0;
	const most = greatest > least ? greatest : least + 1;
	const last = Math.max(1, copy.length - 1);
	const height = (loss: number) =>
		logarithmic
			? Math.log(Math.max(loss, least) / least) / Math.log(most / least)
			: (loss - least) / (most - least);
	const place = (loss: number, step: number): [number, number] => [
		left + ((right - left) * step) / last,
		bottom - (bottom - top) * height(loss)
	];
	const drawable = (loss: number | null | undefined): loss is number =>
		typeof loss === 'number' && Number.isFinite(loss);
	const path = (series: readonly (number | null)[]) =>
		series
			.map((loss, step) => {
				if (!drawable(loss)) return '';
				const [x, y] = place(loss, step);
				return `${drawable(series[step - 1]) ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`;
			})
			.join('');
	const end = (series: readonly (number | null)[]) => {
		const loss = series.at(-1);
		return drawable(loss) ? place(loss, series.length - 1) : null;
	};
	return {
		copy: path(copy),
		twin: path(twin),
		copyEnd: end(copy),
		twinEnd: end(twin),
		least,
		most,
		logarithmic
	};
}
