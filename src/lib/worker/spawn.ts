import documentWorker from './document.worker?worker&url';
import layoutWorker from './layout.worker?worker&url';
import trainingWorker from './training.worker?worker&url';

/** Scripts that only import a worker's own, by its address; one each for the life of the page. */
const loaders = new Map<string, string>();

/**
 * Starts a worker from a `blob:` that imports its script. A page's Content-Security-Policy does not bind a worker that is
 * loaded by URL, only a header of the worker's own file does; a worker from a blob inherits the page's policy.
 */
function spawn(address: string): Worker {
	let loader = loaders.get(address);
	if (!loader) {
		const script = `import ${JSON.stringify(new URL(address, location.href).href)};`;
		loader = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
		loaders.set(address, loader);
	}
	return new Worker(loader, { type: 'module' });
}

/** Starts a training worker. */
export function spawnTrainingWorker(): Worker {
	return spawn(trainingWorker);
}

/** Starts a worker that reads one document. */
export function spawnDocumentWorker(): Worker {
	return spawn(documentWorker);
}

/** Starts a worker that lays out graphs. */
export function spawnLayoutWorker(): Worker {
	return spawn(layoutWorker);
}
