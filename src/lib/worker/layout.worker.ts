import { instance } from '@viz-js/viz';
import type { LayoutReply, LayoutRequest } from './layoutClient';
import { layOutWith } from './graphLayout';

const reply = (message: LayoutReply) => {
	postMessage(message);
};

const viz = instance();

addEventListener('message', ({ data }: MessageEvent<LayoutRequest>) => {
	viz
		.then((loaded) => {
			// The time limit is for the layout, not for the way here.
			reply({ kind: 'begun' });
			reply({ kind: 'layout', layout: layOutWith(loaded, data.dot, data.arrangement) });
		})
		.catch((error: unknown) => {
			reply({ kind: 'failure', text: error instanceof Error ? error.message : String(error) });
		});
});
