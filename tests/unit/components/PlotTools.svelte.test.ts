import PlotTools from '$lib/components/PlotTools.svelte';
import { expect, it, vi } from 'vitest';
import { render } from 'vitest-browser-svelte';

async function mount(changes: Partial<Parameters<typeof render<typeof PlotTools>>[1]> = {}) {
	const calls = { onTool: vi.fn(), onUndo: vi.fn(), onRedo: vi.fn(), onClear: vi.fn() };
	const props = { tool: 'a', canUndo: true, canRedo: true, canClear: true, ...calls } as const;
	const screen = await render(PlotTools, { ...props, ...changes });
	const button = (name: string) => screen.getByRole('button', { name, exact: true });
	return { button, calls };
}

it('shows the chosen brush and reports another', async () => {
	const { button, calls } = await mount({ tool: 'erase' });
	await expect.element(button('Erase')).toHaveAttribute('aria-pressed', 'true');
	await expect.element(button('Class A')).toHaveAttribute('aria-pressed', 'false');
	for (const name of ['Class A', 'Class B', 'Erase', 'Move']) await button(name).click();
	expect(calls.onTool.mock.calls).toEqual([['a'], ['b'], ['erase'], ['move']]);
});

it('undoes, redoes and clears', async () => {
	const { button, calls } = await mount();
	for (const name of ['Undo', 'Redo', 'Clear']) await button(name).click();
	expect(calls.onUndo).toHaveBeenCalledOnce();
	expect(calls.onRedo).toHaveBeenCalledOnce();
	expect(calls.onClear).toHaveBeenCalledOnce();
});

it('offers only what can be done', async () => {
	const { button } = await mount({ canUndo: false, canRedo: false, canClear: false });
	for (const name of ['Undo', 'Redo', 'Clear']) await expect.element(button(name)).toBeDisabled();
	await expect.element(button('Class A')).toBeEnabled();
});

it('is disabled as a whole', async () => {
	const { button } = await mount({ disabled: true });
	for (const name of ['Class A', 'Class B', 'Erase', 'Move', 'Undo', 'Redo', 'Clear']) {
		await expect.element(button(name)).toBeDisabled();
	}
});
