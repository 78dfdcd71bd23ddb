import { expect, it } from 'vitest';
import { loadMachine } from '$lib/compile/loadMachine';
import machineAddress from '$lib/compile/machine/machine.wasm?url&no-inline';
import { goldenHash, hashAfterThousandSteps } from '../../support/golden';

it('has the same golden bits in the browser as in node', async () => {
	const machine = await loadMachine(machineAddress);
	expect(machine).not.toBeNull();
	expect(await hashAfterThousandSteps(machine)).toBe(goldenHash);
});
