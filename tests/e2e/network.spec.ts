import type { Locator, Page } from '@playwright/test';
import { Playground } from '../support/page';
import { expect, test } from '../support/test';

let playground: Playground;

test.beforeEach(async ({ page }) => {
	playground = new Playground(page);
	await playground.open();
});

const expectShape = async (page: Page, shape: string, parameters: string) => {
	await expect(page.getByText(`${shape} · ${parameters} parameters`)).toBeVisible();
};

const neuron = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

test('layers and neurons change while the run plays, and it goes on playing', async ({ page }) => {
	await expectShape(page, '2 → 8 → 8 → 1', '105');
	await playground.press('Play');
	const goesOn = async () => {
		await playground.reachStep(10);
		await playground.expectState('playing');
	};
	await goesOn();
	await playground.press('Add layer');
	await expectShape(page, '2 → 8 → 8 → 8 → 1', '177');
	await goesOn();
	await playground.press('Add neuron to layer 1');
	await expectShape(page, '2 → 9 → 8 → 8 → 1', '188');
	await goesOn();
	await playground.enter('Neurons in layer 2', 3);
	await expectShape(page, '2 → 9 → 3 → 8 → 1', '98');
	await playground.press('Remove layer', 'Remove neuron from layer 1');
	await expectShape(page, '2 → 8 → 3 → 1', '55');
	await goesOn();
	await playground.pause();
});

test('undo after a change of shape goes back to the former weights and step', async ({ page }) => {
	await playground.runTo(30);
	const before = await playground.readouts();
	await playground.press('Add neuron to layer 2');
	await expectShape(page, '2 → 8 → 9 → 1', '115');
	await playground.expectState('idle');
	await playground.press('Undo');
	await expectShape(page, '2 → 8 → 8 → 1', '105');
	await playground.expectStep(30);
	expect(await playground.readouts()).toEqual(before);
	await playground.press('Redo');
	await playground.expectState('idle');
});

test('a network without hidden layers trains', async ({ page }) => {
	await playground.press('Remove layer', 'Remove layer');
	await expectShape(page, '2 → 1', '3');
	await expect(playground.button('Remove layer')).toBeDisabled();
	const before = (await playground.value('train-loss'))!;
	await playground.runTo(50);
	expect(await playground.value('train-loss')).toBeLessThan(before);
});

test('six layers of 32 are the limit, and Pause still answers', async ({ page }) => {
	for (let layer = 3; layer <= 6; layer++) await playground.press('Add layer');
	await expect(playground.button('Add layer')).toBeDisabled();
	for (let layer = 1; layer <= 6; layer++) {
		await playground.enter(`Neurons in layer ${String(layer)}`, 32);
	}
	await expectShape(page, '2 → 32 → 32 → 32 → 32 → 32 → 32 → 1', '5,409');
	await expect(playground.button('Add neuron to layer 6')).toBeDisabled();
	await playground.press('Play');
	await playground.reachStep(2);
	// The state is asked for in the frame after the press: however long a step takes, Pause does not wait for it.
	const state = await playground.button('Pause').evaluate((button: HTMLButtonElement) => {
		button.click();
		return new Promise<string | undefined>((resolve) => {
			requestAnimationFrame(() => resolve(document.body.dataset['state']));
		});
	});
	expect(state).toBe('paused');
	const { step } = await playground.readouts();
	await playground.press('Step');
	await playground.expectStep(Number(step) + 1);
});

test('one neuron is the least', async () => {
	await playground.enter('Neurons in layer 1', 1);
	await expect(playground.button('Remove neuron from layer 1')).toBeDisabled();
	await playground.field('Neurons in layer 1').press('ArrowDown');
	await expect(playground.field('Neurons in layer 1')).toHaveValue('1');
});

for (const [name, option] of [
	['Activation', 'ReLU'],
	['Loss', 'squared error'],
	['Loss', 'cross-entropy']
] as const) {
	test(`${name}: ${option} starts anew and learns something else`, async () => {
		await playground.runTo(5);
		const before = await playground.readouts();
		await playground.choose(name, option);
		await playground.expectState('idle');
		await playground.enter('Learning rate', 0.1);
		await playground.runTo(5);
		expect((await playground.readouts())['train-loss']).not.toBe(before['train-loss']);
		await playground.runTo(100);
		expect(await playground.value('accuracy')).toBeGreaterThan(0.8);
	});
}

test('the same seed gives the same run, another one another', async () => {
	await playground.enter('Seed', 7);
	await playground.expectState('idle');
	await playground.runTo(25);
	const seven = await playground.readouts();
	await playground.enter('Seed', 8);
	await playground.expectState('idle');
	await playground.runTo(25);
	expect(await playground.readouts()).not.toEqual(seven);
	await playground.enter('Seed', 7);
	await playground.expectState('idle');
	await playground.runTo(25);
	expect(await playground.readouts()).toEqual(seven);
	await playground.press('New seed');
	await expect(playground.field('Seed')).not.toHaveValue('7');
});

test('learning rate, schedule, batch size and L2 change while training and keep the weights', async () => {
	await playground.runTo(20);
	const before = await playground.readouts();
	await playground.enter('Learning rate', 0.01);
	await playground.choose('Schedule', 'linear decay');
	await playground.enter('Decay steps', 50);
	await playground.choose('Batch size', '10');
	await playground.frames();
	expect(await playground.readouts()).toEqual(before);

	await playground.enter('L2', 0.1);
	await expect
		.poll(async () => (await playground.readouts())['train-loss'])
		.not.toBe(before['train-loss']);
	// What is optimized has a penalty now; what is tested has none.
	expect((await playground.readouts())['test-loss']).toBe(before['test-loss']);
	await playground.expectStep(20);
	await playground.runTo(30);
	const after = await playground.readouts();

	// The edits are part of the run: it repeats them where they were made.
	await playground.runTo(5);
	await playground.runTo(30);
	expect(await playground.readouts()).toEqual(after);

	for (let edit = 0; edit < 5; edit++) await playground.press('Undo');
	await expect(playground.field('Learning rate')).toHaveValue('0.3');
	await expect(playground.button('Undo')).toBeDisabled();
	await playground.expectStep(30);
});

const middle = async (one: Locator, other: Locator) => {
	const boxes = [(await one.boundingBox())!, (await other.boundingBox())!] as const;
	const [a, b] = boxes.map(({ x, y, width, height }) => ({ x: x + width / 2, y: y + height / 2 }));
	return { x: (a!.x + b!.x) / 2, y: (a!.y + b!.y) / 2 };
};

test('the diagram reads out weights and biases under the mouse', async ({ page }) => {
	await playground.press('Remove layer', 'Remove layer');
	await playground.runTo(10);
	const [origin, right, up] = [
		await playground.outputAt(0, 0),
		await playground.outputAt(1, 0),
		await playground.outputAt(0, 1)
	];
	const value = page.getByTestId('network-value');
	const shown = async () => Number(await value.getAttribute('data-value'));

	for (const [input, weight] of [
		['x₁', right - origin],
		['x₂', up - origin]
	] as const) {
		const from = neuron(page, `Input ${input}`);
		await from.scrollIntoViewIfNeeded();
		const place = await middle(from, neuron(page, 'Output'));
		await page.mouse.move(place.x, place.y);
		await expect(value).toContainText(`weight ${input} → output: `);
		expect(Math.abs((await shown()) - weight)).toBeLessThan(0.011);
	}
	await neuron(page, 'Output').hover();
	await expect(value).toContainText('Output: bias');
	expect(Math.abs((await shown()) - origin)).toBeLessThan(0.006);
});

test('the diagram reads out the neuron that has the focus', async ({ page }) => {
	const value = page.getByTestId('network-value');
	await neuron(page, 'Input x₁').focus();
	await expect(value).toHaveText('Input x₁');
	await page.keyboard.press('ArrowRight');
	// The nearest of its eight.
	await expect(neuron(page, 'Layer 1, neuron 4')).toBeFocused();
	await expect(value).toContainText('Layer 1, neuron 4: bias 0.0000');
	await expect(page.getByRole('list', { name: 'Weights from the inputs' })).toHaveText(
		/^x₁\s*−?\d\.\d{4}\s*x₂\s*−?\d\.\d{4}$/
	);
	await page.keyboard.press('ArrowDown');
	await expect(value).toContainText('Layer 1, neuron 5: bias');
});

test.describe('on a touch screen', () => {
	test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

	test('a tap reads out a neuron or a weight', async ({ page }) => {
		await playground.press('Remove layer', 'Remove layer');
		const value = page.getByTestId('network-value');
		await neuron(page, 'Output').tap();
		await expect(value).toContainText('Output: bias');
		const place = await middle(neuron(page, 'Input x₁'), neuron(page, 'Output'));
		await page.touchscreen.tap(place.x, place.y);
		await expect(value).toContainText('weight x₁ → output');
	});
});
