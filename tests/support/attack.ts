import { appendFileSync } from 'node:fs';

/** Whether this is the long form of the attack (`npm run test:attack`); `npm test` runs the short one. */
export const long = process.env['ATTACK'] === 'long';

/** Where all randomness of an attack begins: `ATTACK_SEED`, else another one each time. */
export const seed = Number(process.env['ATTACK_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

/** How often to attack: so many times in the long form, and so many in the short one. */
export const times = (inLong: number, inShort: number) => (long ? inLong : inShort);

/** A line of the table that `npm run test:attack` prints. */
export interface AttackRow {
	readonly attack: string;
	readonly attempts: number;
	/** What was measured or found, in a few words. */
	readonly seen: string;
}

/** Prints a row, with the seed that repeats it, and hands it to the table. */
export function report(row: AttackRow): void {
	const line = { ...row, seed };
	console.log(`attack: ${line.attack}: ${line.attempts} times, ${line.seen} (ATTACK_SEED=${seed})`);
	const file = process.env['ATTACK_ROWS'];
	if (file) appendFileSync(file, `${JSON.stringify(line)}\n`);
}
