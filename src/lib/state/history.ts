/** The losses at one step; null where there were no points to measure on. */
export interface LossSample {
	readonly step: number;
	readonly trainLoss: number | null;
	readonly testLoss: number | null;
}

/** The losses of a run, oldest first: every step at the beginning, ever sparser as the run grows. */
export interface LossHistory {
	readonly samples: readonly LossSample[];
	/** Least distance of two kept samples in steps; only the newest may stand closer. */
	readonly stride: number;
}

/** How many samples are kept at most, whatever the number of steps. */
const capacity = 1000;

/** The history of a run that has not begun, or of one whose kept samples are these. */
export function historyOf(samples: readonly LossSample[] = []): LossHistory {
	return samples.reduce(recorded, { samples: [], stride: 1 });
}

/** The history with one more sample. It replaces those of its own and of later steps, which a rewound run left. */
export function recorded({ samples, stride }: LossHistory, sample: LossSample): LossHistory {
	let end = samples.length;
	while (end > 0 && samples[end - 1]!.step >= sample.step) end--;
	if (end >= 2 && samples[end - 1]!.step - samples[end - 2]!.step < stride) end--;
	const next = [...samples.slice(0, end), sample];
	if (next.length <= capacity) return { samples: next, stride };
	return { samples: thinned(next, stride * 2), stride: stride * 2 };
}

function thinned(samples: readonly LossSample[], stride: number): LossSample[] {
	const kept: LossSample[] = [];
	for (const sample of samples) {
		const last = kept.at(-1);
		if (!last || sample.step - last.step >= stride || sample === samples.at(-1)) kept.push(sample);
	}
	return kept;
}
