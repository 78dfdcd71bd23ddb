import { wrap, type Remote } from 'comlink';
import type { TrainingApi } from './api';

/** The worker died or fell silent; what it was asked for will not come. */
export class WorkerLost extends Error {
	override name = 'WorkerLost';
}

/** How long a call may stay unanswered, and how much longer after a possible sleep of the whole machine. */
const patience = { call: 8_000, grace: 2_000 };

/**
 * The page's end of the training worker. A worker that raises an error, or leaves a call unanswered for too long, is
 * ended; all that waits for it is rejected with `WorkerLost`, and the next call starts a new worker, which has to be
 * loaded first.
 */
export class TrainingClient {
	readonly #spawn: () => Worker;
	#worker: Worker | null = null;
	#api: Remote<TrainingApi> | null = null;
	readonly #waiting = new Set<(reason: WorkerLost) => void>();
	/** The worker was lost while nobody waited: the next call has to hear of it. */
	#unheard: WorkerLost | null = null;

	/** @param spawn - starts a worker that exposes a `TrainingApi` */
	constructor(spawn: () => Worker) {
		this.#spawn = spawn;
	}

	/**
	 * Ask the worker.
	 * @throws WorkerLost (as a rejection) when no answer can come any more
	 */
	call<Answer>(ask: (api: Remote<TrainingApi>) => Promise<Answer>): Promise<Answer> {
		const unheard = this.#unheard;
		this.#unheard = null;
		if (unheard) return Promise.reject(unheard);
		const api = (this.#api ??= this.#start());
		return new Promise((resolve, reject) => {
			this.#waiting.add(reject);
			const silent = () => {
				this.#lose('it did not answer');
			};
			// Timers run late after a sleep, before the answer that came meanwhile: give it a moment.
			let timer = setTimeout(() => (timer = setTimeout(silent, patience.grace)), patience.call);
			void ask(api)
				.finally(() => {
					clearTimeout(timer);
					this.#waiting.delete(reject);
				})
				.then(resolve, reject);
		});
	}

	/** End the worker. Calls that wait are rejected. */
	dispose(): void {
		this.#lose('the page closed it');
	}

	#start(): Remote<TrainingApi> {
		const worker = this.#spawn();
		worker.addEventListener('error', (event) => {
			event.preventDefault();
			this.#lose(event.message || 'it could not be started');
		});
		worker.addEventListener('messageerror', () => {
			this.#lose('a message could not be read');
		});
		this.#worker = worker;
		return wrap<TrainingApi>(worker);
	}

	#lose(reason: string): void {
		this.#worker?.terminate();
		this.#worker = null;
		this.#api = null;
		const waiting = [...this.#waiting];
		this.#waiting.clear();
		if (waiting.length === 0) this.#unheard = new WorkerLost(reason);
		for (const reject of waiting) reject(new WorkerLost(reason));
	}
}
