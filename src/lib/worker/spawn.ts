/** Starts a training worker. */
export function spawnTrainingWorker(): Worker {
	return new Worker(new URL('./training.worker.ts', import.meta.url), { type: 'module' });
}
