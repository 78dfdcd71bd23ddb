import NumberField from '$lib/components/NumberField.svelte';
import { expect, it, vi } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { userEvent } from 'vitest/browser';

const rule = { subject: 'The learning rate', min: 0.00001, max: 1000, ladder: [0.1, 0.3, 1, 3] };

async function show(value = 0.3, given: Record<string, unknown> = {}) {
	const oncommit = vi.fn();
	const props = { label: 'Learning rate', value, rule, oncommit, help: 'How far a step goes.' };
	const screen = await render(NumberField, { ...props, ...given });
	return { screen, oncommit, field: screen.getByRole('spinbutton', { name: 'Learning rate' }) };
}

it('shows the value in plain digits and is described by its help', async () => {
	const { field } = await show(0.00001);
	await expect.element(field).toHaveValue('0.00001');
	await expect.element(field).toHaveAccessibleDescription('How far a step goes.');
	await expect.element(field).toHaveAttribute('aria-invalid', 'false');
});

it('commits on Enter and on blur, not while typing, and not what is there already', async () => {
	const { field, oncommit } = await show();
	await field.fill('0.05');
	expect(oncommit).not.toHaveBeenCalled();
	await userEvent.keyboard('{Enter}');
	expect(oncommit.mock.calls).toEqual([[0.05]]);
	await field.fill('2e-3');
	await userEvent.tab();
	expect(oncommit.mock.calls).toEqual([[0.05], [0.002]]);
	await field.fill('0.30');
	await userEvent.keyboard('{Enter}');
	expect(oncommit).toHaveBeenCalledTimes(2);
});

for (const entry of ['', 'abc', 'NaN', 'Infinity', '0', '-1', '1000.5', '1,5', '0.1 0.2']) {
	it(`says what it wants instead of committing "${entry}"`, async () => {
		const { field, oncommit } = await show();
		await field.fill(entry);
		await userEvent.keyboard('{Enter}');
		await expect.element(field).toHaveAttribute('aria-invalid', 'true');
		await expect
			.element(field)
			.toHaveAccessibleDescription('The learning rate must be a number from 0.00001 to 1000.');
		await expect.element(field).toHaveValue(entry);
		expect(oncommit).not.toHaveBeenCalled();
		await userEvent.keyboard('{Escape}');
		await expect.element(field).toHaveValue('0.3');
		await expect.element(field).toHaveAttribute('aria-invalid', 'false');
	});
}

it('climbs its ladder with the arrow keys, from between the rungs too', async () => {
	const { screen, field, oncommit } = await show();
	await field.click();
	await userEvent.keyboard('{ArrowUp}');
	expect(oncommit).toHaveBeenLastCalledWith(1);
	await userEvent.keyboard('{ArrowDown}');
	expect(oncommit).toHaveBeenLastCalledWith(0.1);
	await screen.rerender({ value: 0.5 });
	await userEvent.keyboard('{ArrowUp}');
	expect(oncommit).toHaveBeenLastCalledWith(1);
	await field.fill('2');
	await userEvent.keyboard('{ArrowUp}');
	expect(oncommit).toHaveBeenLastCalledWith(3);
});

it('stays on the last rung', async () => {
	const { field, oncommit } = await show(3);
	await field.click();
	await userEvent.keyboard('{ArrowUp}');
	expect(oncommit).not.toHaveBeenCalled();
});

it('counts whole numbers one by one and reads thousands separators', async () => {
	const seed = { subject: 'The seed', min: 0, max: 0xffffffff, whole: true };
	const { field, oncommit } = await show(1337, { rule: seed });
	await field.click();
	await userEvent.keyboard('{ArrowDown}');
	expect(oncommit).toHaveBeenLastCalledWith(1336);
	await field.fill('1,234,567');
	await userEvent.keyboard('{Enter}');
	expect(oncommit).toHaveBeenLastCalledWith(1234567);
	await field.fill('1.5');
	await userEvent.keyboard('{Enter}');
	await expect
		.element(field)
		.toHaveAccessibleDescription('The seed must be a whole number from 0 to 4,294,967,295.');
});

it('lets a value from elsewhere win over an unfinished entry', async () => {
	const { screen, field, oncommit } = await show();
	await field.fill('oops');
	await screen.rerender({ value: 0.1 });
	await expect.element(field).toHaveValue('0.1');
	await userEvent.keyboard('{Enter}');
	expect(oncommit).not.toHaveBeenCalled();
});
