import { fileLength, fromFile } from '../experiment/file';
import { readPacked } from '../experiment/link';
import { InvalidExperiment, type Experiment } from '../experiment/schema';
import { spawnDocumentWorker } from './spawn';

/** A file, or the inflated bytes of a link. */
export type DocumentSource = Blob | Uint8Array<ArrayBuffer>;

/** What the document worker answers: the document, or in a sentence why there is none; null when nobody knows. */
export type DocumentReply =
	{ readonly experiment: Experiment } | { readonly refusal: string | null };

/** Bytes that the page reads itself, which takes it some milliseconds at worst. */
const readHere = 64 * 1024;

/** Milliseconds that a document may take; the largest good one takes some hundred. */
export const patience = 10_000;

/** Reads documents that others made. A large one is read by a worker, which lives as long as that takes. */
export class DocumentReader {
	readonly #spawn: () => Worker;

	/** @param spawn - starts a document worker */
	constructor(spawn: () => Worker) {
		this.#spawn = spawn;
	}

	/**
	 * The document that a file holds.
	 * @throws InvalidExperiment (as a rejection) when it is too large, holds none, or took too long
	 */
	async file(file: Blob): Promise<Experiment> {
		if (file.size > fileLength) throw new InvalidExperiment('This file is too large.');
		return file.size > readHere ? this.#apart(file) : fromFile(await file.text());
	}

	/**
	 * The document that the bytes of an inflated link hold.
	 * @throws InvalidExperiment when they hold none, or took too long
	 */
	readonly packed = (bytes: Uint8Array<ArrayBuffer>): Experiment | Promise<Experiment> =>
		bytes.length > readHere ? this.#apart(bytes) : readPacked(bytes);

	#apart(source: DocumentSource): Promise<Experiment> {
		return new Promise((resolve, reject) => {
			const worker = this.#spawn();
			const end = () => {
				clearTimeout(timer);
				worker.terminate();
			};
			const refuse = (sentence: string | null) => {
				end();
				reject(new InvalidExperiment(sentence ?? 'This could not be read.'));
			};
			const timer = setTimeout(() => {
				refuse(`This was not read within ${patience / 1000} seconds, so it was stopped.`);
			}, patience);
			worker.addEventListener('message', ({ data }: MessageEvent<DocumentReply>) => {
				if ('refusal' in data) refuse(data.refusal);
				else {
					end();
					resolve(data.experiment);
				}
			});
			worker.addEventListener('error', (event) => {
				event.preventDefault();
				refuse(null);
			});
			worker.postMessage(source);
		});
	}
}

/** The one reader of the page. */
export const documents = new DocumentReader(spawnDocumentWorker);
