import { lossText, percentText } from '$lib/components/numbers';
import Readouts from '$lib/components/Readouts.svelte';
import type { Snapshot } from '$lib/training/snapshot';
import { expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';

const snapshot: Snapshot = {
	step: 1284,
	epoch: 642,
	cursor: 0,
	parameters: new Float64Array(),
	learningRate: 0.3,
	trainLoss: 0.011312345678901234,
	testLoss: null,
	accuracy: 0.98,
	testAccuracy: null,
	diverged: null,
	executor: 'wasm',
	heatmaps: null
};

it('shows each number for people and keeps all of it for scripts', async () => {
	const screen = await render(Readouts, { snapshot });
	const expected = {
		step: ['Step', '1,284', '1284'],
		epoch: ['Epoch', '642', '642'],
		'train-loss': ['Train loss', '0.0113', '0.011312345678901234'],
		'test-loss': ['Test loss', '–', ''],
		accuracy: ['Accuracy', '98.0%', '0.98'],
		'test-accuracy': ['Test accuracy', '–', '']
	};
	for (const [id, [name, text, value]] of Object.entries(expected)) {
		const output = screen.getByTestId(id);
		await expect.element(output).toHaveAccessibleName(name!);
		await expect.element(output).toHaveTextContent(text!);
		await expect.element(output).toHaveAttribute('data-value', value!);
		await expect.element(output).toHaveAttribute('aria-live', 'off');
		expect(output.element().tagName).toBe('OUTPUT');
	}
});

it('has no value before there is a snapshot', async () => {
	const screen = await render(Readouts, { snapshot: null });
	await expect.element(screen.getByTestId('step')).toHaveAttribute('data-value', '');
	await screen.rerender({ snapshot: { ...snapshot, step: 0, accuracy: 0 } });
	await expect.element(screen.getByTestId('step')).toHaveAttribute('data-value', '0');
	await expect.element(screen.getByTestId('accuracy')).toHaveAttribute('data-value', '0');
});

it('rounds for the eye without saying anything false', () => {
	expect([0, 0.00095, 1.7236, 12.3456, 9999.9, 12345, Infinity].map(lossText)).toEqual([
		'0.0000',
		'9.50e-4',
		'1.7236',
		'12.346',
		'9999.9',
		'1.23e+4',
		'∞'
	]);
	expect([0, 0.5, 0.9996, 1].map(percentText)).toEqual(['0.0%', '50.0%', '99.9%', '100.0%']);
});
