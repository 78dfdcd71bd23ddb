import { expose } from 'comlink';
import { Session } from '$lib/training/session';
import type { TrainingApi } from '$lib/worker/api';
import { newMachine } from './machine';

/** A session behind a message port: a training worker without a thread, for tests of what talks to one. */
export class InProcessWorker extends EventTarget {
	readonly #page: MessagePort;
	readonly #inside: MessagePort;
	terminated = false;

	/** @param around - replaces parts of the session's interface, to fail or to wait */
	constructor(around: (api: TrainingApi) => TrainingApi = (api) => api) {
		super();
		const { port1, port2 } = new MessageChannel();
		this.#page = port1;
		this.#inside = port2;
		const clock = {
			now: () => performance.now(),
			sleep: (milliseconds: number) =>
				new Promise<void>((resolve) => setTimeout(resolve, milliseconds))
		};
		const session = new Session(clock, Promise.resolve(newMachine()));
		const api: TrainingApi = {
			load: (...run) => session.load(...run),
			tune: (experiment) => session.tune(experiment),
			advance: (budget) => session.advance(budget),
			heatmaps: (request) => session.heatmaps(request)
		};
		expose(around(api), port2);
		port1.start();
	}

	postMessage(message: unknown, transfer: Transferable[] = []): void {
		this.#page.postMessage(message, transfer);
	}

	override addEventListener(
		type: string,
		listener: EventListenerOrEventListenerObject,
		options?: AddEventListenerOptions
	): void {
		if (type === 'message') this.#page.addEventListener(type, listener, options);
		else super.addEventListener(type, listener, options);
	}

	override removeEventListener(type: string, listener: EventListenerOrEventListenerObject): void {
		if (type === 'message') this.#page.removeEventListener(type, listener);
		else super.removeEventListener(type, listener);
	}

	terminate(): void {
		this.terminated = true;
		this.#page.close();
		this.#inside.close();
	}

	/** What an uncaught error inside a worker looks like from the page. */
	crash(message: string): void {
		this.dispatchEvent(Object.assign(new Event('error', { cancelable: true }), { message }));
	}
}
