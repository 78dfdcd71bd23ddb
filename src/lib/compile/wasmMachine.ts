/** What the machine's module exports; addresses are in bytes. */
export interface MachineExports {
	/** Below it lie the machine's own constants. */
	firstAddress(): number;
	/** Makes so many steps and returns how many it made. */
	train(training: number, steps: number): number;
	differentiate(training: number): void;
	penalize(training: number): number;
	evaluate(training: number, start: number, end: number): void;
	picture(program: number, count: number): void;
	applyDouble(code: number, a: number, b: number, out: number, bytes: number): void;
	applySingle(code: number, a: number, b: number, out: number, bytes: number): void;
}

const pageBytes = 65_536;

/** The smallest module that uses `v128`: a function that makes one and drops it. */
const probe = Uint8Array.of(
	...[0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0],
	...[10, 9, 1, 7, 0, 65, 0, 253, 15, 26, 11]
);

/** Whether WebAssembly with 128-bit SIMD is there. */
export function simdIsSupported(): boolean {
	return typeof WebAssembly === 'object' && WebAssembly.validate(probe);
}

/** One instance of the machine with its memory. It can be claimed again and again; what it held before is then gone. */
export class WasmMachine {
	readonly #memory = new WebAssembly.Memory({ initial: 1 });
	readonly run: MachineExports;

	/** @param module - the compiled machine */
	constructor(module: WebAssembly.Module) {
		const { exports } = new WebAssembly.Instance(module, { env: { memory: this.#memory } });
		this.run = exports as unknown as MachineExports;
	}

	/** Makes sure that there are so many bytes. Views made before may be void. */
	grow(bytes: number): void {
		const missing = bytes - this.#memory.buffer.byteLength;
		if (missing > 0) this.#memory.grow(Math.floor((missing + pageBytes - 1) / pageBytes));
	}

	/** The memory as it is now; void after the next growth. */
	get buffer(): ArrayBuffer {
		return this.#memory.buffer;
	}
}
