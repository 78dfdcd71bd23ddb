import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';

/** An X server that shows nothing, at a number that it finds itself. */
export async function startScreen(
	program: string
): Promise<{ display: string; process: ChildProcess }> {
	const process = spawn(
		program,
		['-displayfd', '3', '-screen', '0', '1920x1200x24', '-nolisten', 'tcp'],
		{ stdio: ['ignore', 'ignore', 'ignore', 'pipe'] }
	);
	const [number] = (await once(process.stdio[3] as Readable, 'data')) as [Buffer];
	return { display: `:${number.toString().trim()}`, process };
}

/** Ends a program that was started here. */
export async function end(process: ChildProcess): Promise<void> {
	if (process.exitCode !== null || process.signalCode !== null) return;
	process.kill();
	await once(process, 'exit');
}
