import { simdIsSupported, WasmMachine } from './wasmMachine';

/**
 * The machine from a file of the app; null where WebAssembly or its SIMD is missing or not allowed, so that the interpreter
 * has to do.
 * @throws TypeError when the file cannot be fetched
 */
export async function loadMachine(address: string): Promise<WasmMachine | null> {
	if (!simdIsSupported()) return null;
	const response = await fetch(address);
	if (!response.ok) throw new TypeError(`The machine could not be fetched (${response.status})`);
	const bytes = await response.arrayBuffer();
	try {
		return new WasmMachine(await WebAssembly.compile(bytes));
	} catch (error) {
		if (error instanceof WebAssembly.CompileError) return null;
		throw error;
	}
}
