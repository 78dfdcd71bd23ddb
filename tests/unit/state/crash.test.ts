import { afterEach, describe, expect, it } from 'vitest';
import { defaultExperiment } from '$lib/experiment/defaults';
import { openLab, reaches, replayed, type OpenLab } from '../../support/labs';

let open: OpenLab;
/** Whether the workers answer with errors in place of training. */
let failing = false;

async function begin(): Promise<void> {
	failing = false;
	open = await openLab(defaultExperiment, (api) => {
		// A worker that has failed once stays as it is.
		let broken = false;
		return {
			...api,
			advance: (budget) => {
				broken ||= failing;
				if (broken) throw new Error('out of chalk');
				return api.advance(budget);
			}
		};
	});
}

afterEach(() => {
	open.lab.dispose();
});

describe('a worker that answers with errors', () => {
	it('is replaced when the person tries again, and the run goes on from its step', async () => {
		await begin();
		const { lab, workers, notices } = open;
		lab.runTo(7);
		await reaches(lab, 'paused');
		failing = true;
		lab.play();
		await reaches(lab, 'crashed');
		expect(workers).toHaveLength(1);
		expect(notices.at(-1)).toMatchObject({ text: expect.stringContaining('out of chalk') });

		failing = false;
		notices.at(-1)!.action!.run();
		await reaches(lab, 'paused');
		expect(workers.map(({ terminated }) => terminated)).toEqual([true, false]);
		expect(lab.snapshot!.step).toBe(7);
		lab.runTo(20);
		await reaches(lab, 'playing');
		await reaches(lab, 'paused');
		expect(lab.snapshot!.parameters).toEqual(replayed(defaultExperiment, 20).parameters);
	});

	it('is replaced by each wish after the crash', async () => {
		await begin();
		const { lab, workers } = open;
		failing = true;
		for (let tries = 1; tries <= 3; tries++) {
			lab.play();
			await reaches(lab, 'playing');
			await reaches(lab, 'crashed');
			expect(workers).toHaveLength(tries);
		}
		failing = false;
		lab.runTo(3);
		await reaches(lab, 'paused');
		expect(lab.snapshot!.step).toBe(3);
	});
});
