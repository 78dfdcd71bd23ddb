import { expose, transfer } from 'comlink';
import { loadMachine } from '../compile/loadMachine';
import machineAddress from '../compile/machine/machine.wasm?url&no-inline';
import { Session, type Clock } from '../training/session';
import type { Heatmaps, Snapshot } from '../training/snapshot';
import type { TrainingApi } from './api';

const clock = {
	now: () => performance.now(),
	sleep: (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))
} satisfies Clock;

// Without the machine, for whatever reason, the interpreter goes on with the same numbers; the page says so.
const machine = loadMachine(machineAddress).catch(() => null);
const session = new Session(clock, machine);

const buffersOf = ({ output, hidden }: Heatmaps) =>
	[output, ...hidden].map(({ outputs }) => outputs.buffer);

function sendHeatmaps(heatmaps: Heatmaps): Heatmaps {
	return transfer(heatmaps, buffersOf(heatmaps));
}

function send(snapshot: Snapshot): Snapshot {
	const { parameters, heatmaps } = snapshot;
	return transfer(snapshot, [parameters.buffer, ...(heatmaps ? buffersOf(heatmaps) : [])]);
}

expose({
	load: async (...run) => send(await session.load(...run)),
	tune: async (experiment) => send(await session.tune(experiment)),
	advance: async (budget) => send(await session.advance(budget)),
	heatmaps: (request) => sendHeatmaps(session.heatmaps(request))
} satisfies TrainingApi);
