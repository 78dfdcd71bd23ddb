import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { WasmMachine } from '../../src/lib/compile/wasmMachine';

const path = fileURLToPath(new URL('../../src/lib/compile/machine/machine.wasm', import.meta.url));

/** The machine's module, compiled from the file that the page loads too. */
const machineModule = new WebAssembly.Module(readFileSync(path));

/** A machine of its own. */
export function newMachine(): WasmMachine {
	return new WasmMachine(machineModule);
}
