import { MLP } from '../../src/lib/nn/mlp';
import { scaledUniform } from '../../src/lib/nn/initialization';
import { Random } from '../../src/lib/random/random';
import { presets } from '../../src/lib/experiment/defaults';
import { Trainer } from '../../src/lib/training/trainer';
import { WasmMachine } from '../../src/lib/compile/wasmMachine';
import { cases, type Contender } from './cases';
import { loopContender } from './loop';
import { eagerContender, interpreterContender, machineContender, timeToFirstStep } from './own';
export { prices } from './prices';
export { stepperTimes } from './stepper';
import { brainContender, tensorflowContender } from './peers';

/** Where things are, and how long to look. */
export interface Settings {
	readonly machine: ArrayBuffer;
	readonly wasmFolder: string;
	readonly rounds: number;
	readonly milliseconds: number;
	/** How many of the cases; the one with the aims is the first. */
	readonly cases: number;
}

/** Numbers of one case: for each contender the steps a second of every round. */
export interface CaseResult {
	readonly name: string;
	readonly steps: Record<string, number[]>;
	readonly pictures: Record<string, number[]>;
	readonly losses: Record<string, number>;
	readonly firstStep: number[];
	readonly absent: Record<string, string>;
}

function rate(work: (times: number) => void, milliseconds: number): number {
	let times = 1;
	for (;;) {
		const begin = performance.now();
		work(times);
		const spent = performance.now() - begin;
		if (spent >= milliseconds) return (times / spent) * 1000;
		times = Math.max(2 * times, Math.ceil((times * milliseconds * 1.2) / Math.max(spent, 0.05)));
	}
}

/** Measures everyone on every case, in rounds in which they take turns. */
export async function measure(settings: Settings): Promise<CaseResult[]> {
	const module = await WebAssembly.compile(settings.machine);
	const spare = new WasmMachine(module);
	const results: CaseResult[] = [];
	for (const problem of cases.slice(0, settings.cases)) {
		const network = new MLP(
			problem.sizes,
			problem.activation,
			scaledUniform(new Random(1, 'weights'))
		);
		const initial = network.getParameters();
		const contenders: Record<string, Contender> = {
			machine: machineContender(problem, initial, module),
			'typed-array loop': loopContender(problem, initial, false),
			'loop that skips': loopContender(problem, initial, true),
			interpreter: interpreterContender(problem, initial),
			'eager Value': eagerContender(problem, initial)
		};
		const absent: Record<string, string> = {};
		const peers: Record<string, () => Promise<Contender>> = {
			'tfjs cpu': () => tensorflowContender(problem, initial, 'cpu', settings.wasmFolder),
			'tfjs wasm': () => tensorflowContender(problem, initial, 'wasm', settings.wasmFolder),
			'brain.js': () => brainContender(problem)
		};
		for (const [name, make] of Object.entries(peers)) {
			try {
				contenders[name] = await make();
			} catch (error) {
				absent[name] = error instanceof Error ? error.message : String(error);
			}
		}
		const losses: Record<string, number> = {};
		for (const [name, { loss }] of Object.entries(contenders)) if (loss) losses[name] = loss();
		// The one whose speed depends on what it has learned learns first.
		rate(contenders['loop that skips']!.run, 50 * settings.milliseconds);
		const steps: Record<string, number[]> = {};
		const pictures: Record<string, number[]> = {};
		const firstStep: number[] = [];
		for (let round = -1; round < settings.rounds; round++) {
			firstStep.push(timeToFirstStep(problem, initial, spare));
			for (const [name, { run, draw }] of Object.entries(contenders)) {
				const found = rate(run, settings.milliseconds);
				const drawn =
					draw &&
					rate((times) => {
						for (let i = 0; i < times; i++) draw();
					}, settings.milliseconds / 2);
				// The round before the first warms up.
				if (round < 0) continue;
				(steps[name] ??= []).push(found);
				if (drawn !== undefined) (pictures[name] ??= []).push(drawn);
			}
		}
		results.push({
			name: problem.name,
			steps,
			pictures,
			losses,
			firstStep: firstStep.slice(1),
			absent
		});
	}
	return results;
}

/** Steps a second of the trainer alone on the preset that is measured through the page. */
export async function measureTrainer(machine: ArrayBuffer): Promise<number> {
	const module = await WebAssembly.compile(machine);
	const trainer = new Trainer(presets.spiral, null, null, new WasmMachine(module));
	const run = (milliseconds: number) => {
		const begin = performance.now();
		const first = trainer.step;
		trainer.advance(Infinity, () => performance.now() - begin >= milliseconds);
		return ((trainer.step - first) / (performance.now() - begin)) * 1000;
	};
	run(500);
	return run(2000);
}
