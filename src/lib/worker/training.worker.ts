import { expose, transfer } from 'comlink';
import { loadMachine } from '../compile/loadMachine';
import machineAddress from '../compile/machine/machine.wasm?url&no-inline';
import { Session, type Clock } from '../training/session';
import type { Heatmap, Snapshot } from '../training/snapshot';
import type { TrainingApi } from './api';

const clock = {
	now: () => performance.now(),
	sleep: (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))
} satisfies Clock;

// Without the machine, for whatever reason, the interpreter goes on with the same numbers; the page says so.
const machine = loadMachine(machineAddress).catch(() => null);
const session = new Session(clock, machine);

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
