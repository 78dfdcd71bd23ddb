import { expose, transfer } from 'comlink';
import { Session } from '../training/session';
import type { Heatmap, Snapshot } from '../training/snapshot';
import type { TrainingApi } from './api';

const session = new Session({
	now: () => performance.now(),
	sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))
});

const sendPicture = (picture: Heatmap) => transfer(picture, [picture.outputs.buffer]);

function send(snapshot: Snapshot): Snapshot {
	const { parameters, heatmap } = snapshot;
	return transfer(snapshot, [parameters.buffer, ...(heatmap ? [heatmap.outputs.buffer] : [])]);
}

expose({
	load: async (experiment, checkpoint) => send(await session.load(experiment, checkpoint)),
	tune: async (experiment) => send(await session.tune(experiment)),
	advance: async (budget) => send(await session.advance(budget)),
	picture: () => sendPicture(session.picture())
} satisfies TrainingApi);
