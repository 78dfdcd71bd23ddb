import type { WasmMachine } from '../../src/lib/compile/wasmMachine';
import { parseExperiment } from '../../src/lib/experiment/schema';
import { Trainer } from '../../src/lib/training/trainer';
import versionOne from '../fixtures/link-v1-default.json';

/** SHA-256 of the parameters of version 1's default experiment, whatever the present one is, after 1,000 steps, as little-endian doubles. */
export const goldenHash = '69dc78b4376bbd7cfda9fe6fdac4d4fb73608ea224720f54c410aa74c7db153e';

/** The hash as this machine, or the interpreter, finds it here. */
export async function hashAfterThousandSteps(machine: WasmMachine | null): Promise<string> {
	const trainer = new Trainer(parseExperiment(versionOne), null, null, machine);
	trainer.advance(1000, () => false);
	const { step, parameters } = trainer.snapshot(null);
	if (step !== 1000) throw new Error(`The run ended at step ${step}`);
	const view = new DataView(new ArrayBuffer(8 * parameters.length));
	for (const [i, parameter] of parameters.entries()) view.setFloat64(8 * i, parameter, true);
	const digest = await crypto.subtle.digest('SHA-256', view.buffer);
	return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
