import { releaseProxy, wrap, type Remote } from 'comlink';
import type { TrainingApi } from './api';

/** The worker died or fell silent; what it was asked for will not come. */
export class WorkerLost extends Error {
	override name = 'WorkerLost';
}

/** How long an answer may take, in milliseconds. */
export interface Patience {
	readonly call: number;
	/** How much longer after that: timers run late after a sleep of the machine, before the answer that came meanwhile. */
	readonly grace: number;
}

/**
 * The page's end of the training worker. A worker that raises an error, or leaves a call unanswered for too long, is
 * ended; all that waits for it is rejected with `WorkerLost`, and the next call starts a new worker, which has to be
 * loaded first.
 */
export class TrainingClient {
	readonly #spawn: () => Worker;
	readonly #patience: Patience;
	#connection: Connection | null = null;
	/** The worker was lost while nobody waited: the next call has to hear of it. */
	#unheard: WorkerLost | null = null;

	/** @param spawn - starts a worker that exposes a `TrainingApi` */
	constructor(spawn: () => Worker, patience: Patience = { call: 8_000, grace: 2_000 }) {
		this.#spawn = spawn;
		this.#patience = patience;
	}

	/**
	 * Ask the worker.
	 * @throws WorkerLost (as a rejection) when no answer can come any more
	 */
	call<Answer>(ask: (api: Remote<TrainingApi>) => Promise<Answer>): Promise<Answer> {
		const unheard = this.#unheard;
		this.#unheard = null;
		if (unheard) return Promise.reject(unheard);
		this.#connection ??= this.#connect();
		return this.#connection.call(ask);
	}

	/** End the worker, even a healthy one: the next call starts another. Calls that wait are rejected. */
	restart(): void {
		this.#connection?.end('the page closed it');
		this.#connection = null;
		this.#unheard = null;
	}

	/** End the worker for good. Calls that wait are rejected. */
	dispose(): void {
		this.restart();
		this.#unheard = new WorkerLost('the page closed it');
	}

	#connect(): Connection {
		const lost = (reason: string) => {
			this.#connection = null;
			if (!connection.end(reason)) this.#unheard = new WorkerLost(reason);
		};
		const connection = new Connection(this.#spawn(), this.#patience, lost);
		return connection;
	}
}

/** One worker, with the calls that wait for it and their timers: they all end together. */
class Connection {
	readonly #worker: Worker;
	readonly #api: Remote<TrainingApi>;
	readonly #patience: Patience;
	readonly #lost: (reason: string) => void;
	readonly #listening = new AbortController();
	/** Rejects a call that waits. */
	readonly #waiting = new Set<(reason: string) => void>();

	/** @param lost - called when the worker is found to be dead or silent */
	constructor(worker: Worker, patience: Patience, lost: (reason: string) => void) {
		this.#worker = worker;
		this.#patience = patience;
		this.#lost = lost;
		const on = { signal: this.#listening.signal };
		const failed = (event: ErrorEvent) => {
			event.preventDefault();
			lost(event.message || 'it could not be started');
		};
		worker.addEventListener('error', failed, on);
		worker.addEventListener('messageerror', () => lost('a message could not be read'), on);
		this.#api = wrap<TrainingApi>(worker);
	}

	async call<Answer>(ask: (api: Remote<TrainingApi>) => Promise<Answer>): Promise<Answer> {
		const { call, grace } = this.#patience;
		let timer: ReturnType<typeof setTimeout>;
		let giveUp!: (reason: string) => void;
		const loss = new Promise<never>((_, reject) => {
			giveUp = (reason) => reject(new WorkerLost(reason));
			const silent = () => this.#lost('it did not answer');
			timer = setTimeout(() => (timer = setTimeout(silent, grace)), call);
		});
		this.#waiting.add(giveUp);
		try {
			return await Promise.race([ask(this.#api), loss]);
		} finally {
			clearTimeout(timer!);
			this.#waiting.delete(giveUp);
		}
	}

	/** Ends the worker and all that belongs to it. Whether a call waited, which is rejected. */
	end(reason: string): boolean {
		this.#listening.abort();
		this.#worker.terminate();
		// Comlink would keep the worker for the calls that it did not answer.
		this.#api[releaseProxy]();
		const heard = this.#waiting.size > 0;
		for (const giveUp of this.#waiting) giveUp(reason);
		return heard;
	}
}
