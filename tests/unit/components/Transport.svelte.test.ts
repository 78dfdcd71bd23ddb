import Transport from '$lib/components/Transport.svelte';
import type { RunState } from '$lib/state/run.svelte';
import { expect, it, vi } from 'vitest';
import { render } from 'vitest-browser-svelte';

function labIn(state: RunState, ended = false) {
	return { state, ended, play: vi.fn(), pause: vi.fn(), step: vi.fn(), reset: vi.fn() };
}

it('turns Play into Pause while the run plays', async () => {
	const resting = labIn('idle');
	const screen = await render(Transport, { lab: resting });
	await screen.getByRole('button', { name: 'Play', exact: true }).click();
	expect(resting.play).toHaveBeenCalledOnce();
	const playing = labIn('playing');
	await screen.rerender({ lab: playing });
	await expect.element(screen.getByRole('button', { name: 'Play' })).not.toBeInTheDocument();
	await screen.getByRole('button', { name: 'Pause', exact: true }).click();
	expect(playing.pause).toHaveBeenCalledOnce();
	expect(playing.play).not.toHaveBeenCalled();
});

it('steps and resets, also while the run plays', async () => {
	for (const state of ['idle', 'paused', 'playing'] as const) {
		const lab = labIn(state);
		const screen = await render(Transport, { lab });
		await screen.getByRole('button', { name: 'Step', exact: true }).click();
		await screen.getByRole('button', { name: 'Reset', exact: true }).click();
		expect(lab.step).toHaveBeenCalledOnce();
		expect(lab.reset).toHaveBeenCalledOnce();
		await screen.unmount();
	}
});

it('offers only Reset once a run has nowhere to go', async () => {
	for (const lab of [labIn('diverged'), labIn('crashed'), labIn('paused', true)]) {
		const screen = await render(Transport, { lab });
		await expect.element(screen.getByRole('button', { name: 'Play' })).toBeDisabled();
		await expect.element(screen.getByRole('button', { name: 'Step' })).toBeDisabled();
		await expect.element(screen.getByRole('button', { name: 'Reset' })).toBeEnabled();
		await screen.unmount();
	}
});
