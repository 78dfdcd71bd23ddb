/** Starts a training worker. */
export function spawnTrainingWorker(): Worker {
	return new Worker(new URL('./training.worker.ts', import.meta.url), { type: 'module' });
}

/** Starts a worker that reads one document. */
export function spawnDocumentWorker(): Worker {
	return new Worker(new URL('./document.worker.ts', import.meta.url), { type: 'module' });
}

/** Starts a worker that lays out graphs. */
export function spawnLayoutWorker(): Worker {
	return new Worker(new URL('./layout.worker.ts', import.meta.url), { type: 'module' });
}
