/** Over how long a speed is measured, and how often it is told, in milliseconds. */
const span = 1500;
const interval = 500;

/** How fast a run goes, from the steps that were seen and when. */
export class Speed {
	#seen: { readonly time: number; readonly step: number }[] = [];
	#told = -Infinity;
	#rate: number | null = null;

	/** The steps a second by now; null until enough was seen. */
	at(time: number, step: number): number | null {
		const last = this.#seen.at(-1);
		if (last && (step < last.step || time - last.time > span)) this.forget();
		this.#seen.push({ time, step });
		while (time - this.#seen[0]!.time > span) this.#seen.shift();
		const first = this.#seen[0]!;
		if (time - first.time >= interval && time - this.#told >= interval) {
			this.#told = time;
			this.#rate = ((step - first.step) / (time - first.time)) * 1000;
		}
		return this.#rate;
	}

	/** The run rests. */
	forget(): void {
		this.#seen = [];
		this.#told = -Infinity;
		this.#rate = null;
	}
}
