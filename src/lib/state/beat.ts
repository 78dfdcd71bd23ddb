/** Where work in pieces gets its time from, and where it lets others have the thread. */
export interface Beat {
	/** The time in milliseconds. */
	now(): number;
	/** Resolves when the next picture of the page is due. */
	frame(): Promise<void>;
	/** Resolves when what waits for the thread had it. */
	rest(): Promise<void>;
}

export const browserBeat: Beat = {
	now: () => performance.now(),
	frame: () => new Promise((resolve) => requestAnimationFrame(() => resolve())),
	rest: () => new Promise((resolve) => setTimeout(resolve))
};
