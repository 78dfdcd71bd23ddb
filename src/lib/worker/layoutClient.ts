import { LayoutError, type GraphLayout, type Arrangement } from './graphLayout';
import { spawnLayoutWorker } from './spawn';

/** What the layout worker is sent. */
export interface LayoutRequest {
	readonly dot: string;
	readonly arrangement: Arrangement;
}

/** What it answers: that it has set to work, and then how that ended. */
export type LayoutReply =
	| { readonly kind: 'begun' }
	| { readonly kind: 'layout'; readonly layout: GraphLayout }
	| { readonly kind: 'failure'; readonly text: string };

/** Milliseconds: how long a layout may take, and how long Graphviz may take to arrive before it. */
export const patience = { layout: 10_000, arrival: 60_000 };

/**
 * The page's end of the layout workers. Every request has a worker to itself until it is answered; one that was answered is
 * kept for the next request, since Graphviz takes a moment to start.
 */
export class LayoutClient {
	readonly #spawn: () => Worker;
	#idle: Worker | null = null;

	/** @param spawn - starts a layout worker */
	constructor(spawn: () => Worker) {
		this.#spawn = spawn;
	}

	/**
	 * Where everything of a graph stands. To abort ends the worker at once.
	 * @throws LayoutError (as a rejection) when there is no layout within the time limit, or none at all
	 * @throws the signal's reason (as a rejection) when it is aborted
	 */
	layOut(dot: string, arrangement: Arrangement, signal?: AbortSignal): Promise<GraphLayout> {
		if (signal?.aborted) return Promise.reject(signal.reason as Error);
		const worker = this.#idle ?? this.#spawn();
		this.#idle = null;
		const listening = new AbortController();
		const { promise, resolve, reject } = withResolvers<GraphLayout>();
		let timer: ReturnType<typeof setTimeout>;
		const finish = () => {
			listening.abort();
			clearTimeout(timer);
		};
		const fail = (error: Error) => {
			finish();
			worker.terminate();
			reject(error);
		};
		const limit = (milliseconds: number, sentence: string) => {
			clearTimeout(timer);
			timer = setTimeout(() => {
				fail(new LayoutError(sentence));
			}, milliseconds);
		};
		const on = { signal: listening.signal };
		worker.addEventListener(
			'message',
			({ data }: MessageEvent<LayoutReply>) => {
				if (data.kind === 'begun') {
					const seconds = patience.layout / 1000;
					limit(
						patience.layout,
						`This graph was not laid out within ${seconds} seconds, so it was stopped.`
					);
				} else if (data.kind === 'failure') {
					fail(new LayoutError(data.text));
				} else {
					finish();
					if (this.#idle) worker.terminate();
					else this.#idle = worker;
					resolve(data.layout);
				}
			},
			on
		);
		worker.addEventListener(
			'error',
			(event) => {
				event.preventDefault();
				const reason = event.message ? ` (${event.message})` : '';
				fail(new LayoutError(`Graphviz could not be run${reason}.`));
			},
			on
		);
		signal?.addEventListener('abort', () => fail(signal.reason as Error), on);
		limit(patience.arrival, 'Graphviz did not arrive. Is there a network?');
		worker.postMessage({ dot, arrangement } satisfies LayoutRequest);
		return promise;
	}

	/** Ends the worker that is kept. */
	dispose(): void {
		this.#idle?.terminate();
		this.#idle = null;
	}
}

function withResolvers<Result>() {
	let resolve!: (result: Result) => void;
	let reject!: (reason: Error) => void;
	const promise = new Promise<Result>((yes, no) => {
		resolve = yes;
		reject = no;
	});
	return { promise, resolve, reject };
}

/** The one client of the page. */
export const layouts = new LayoutClient(spawnLayoutWorker);
