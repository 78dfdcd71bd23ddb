import { fromFile } from '../experiment/file';
import { readPacked } from '../experiment/link';
import { InvalidExperiment } from '../experiment/schema';
import type { DocumentReply, DocumentSource } from './documentReader';

async function read(source: DocumentSource): Promise<DocumentReply> {
	try {
		const experiment = source instanceof Blob ? fromFile(await source.text()) : readPacked(source);
		return { experiment };
	} catch (error) {
		return { refusal: error instanceof InvalidExperiment ? error.message : null };
	}
}

addEventListener('message', ({ data }: MessageEvent<DocumentSource>) => {
	void read(data).then((reply) => postMessage(reply));
});
