import type { Locator, Page } from '@playwright/test';
import { Playground } from '../support/page';
import { expect, test } from '../support/test';

let playground: Playground;

test.beforeEach(async ({ page }) => {
	playground = new Playground(page);
	await playground.open();
});

/** More presses of Tab than the page has stops. */
const patience = 120;

const isFocused = (target: Locator) =>
	target.evaluate((element) => element === document.activeElement);

/** Presses Tab until the control has the focus, as a person does. */
async function tabTo(page: Page, target: Locator, key = 'Tab'): Promise<void> {
	for (let presses = 0; presses < patience; presses++) {
		if (await isFocused(target)) return;
		await page.keyboard.press(key);
	}
	throw new Error(`Tab never comes to ${String(target)}.`);
}

/** What has the focus: its name, or where it stands when nothing names it. Empty for nothing. */
const focusedName = (page: Page) =>
	page.evaluate(() => {
		const element = document.activeElement;
		if (!element || element === document.body) return '';
		const label = (element as HTMLInputElement).labels?.[0]?.textContent;
		return (element.getAttribute('aria-label') ?? label ?? element.textContent).trim();
	});

/** The names of all stops from one end of the page to the other. */
async function walk(
	page: Page,
	key: 'Tab' | 'Shift+Tab',
	visit?: () => Promise<void>
): Promise<string[]> {
	const names: string[] = [];
	for (let presses = 0; presses < patience; presses++) {
		await page.keyboard.press(key);
		const name = await focusedName(page);
		// The browser may stop between the end and the beginning, or go round at once.
		if (names.length > 0 && (name === '' || name === names[0])) return names;
		if (name === '') continue;
		names.push(name);
		await visit?.();
	}
	throw new Error(`${key} never leaves the page; it last came by ${names.slice(-5).join(', ')}.`);
}

test('the whole job can be done without a mouse', async ({ page }) => {
	await tabTo(page, playground.button('Play'));
	await page.keyboard.press('Enter');
	await playground.expectState('playing');
	await expect(playground.readout('accuracy')).toHaveAttribute('data-value', '1');
	await page.keyboard.press('Space');
	await playground.expectState('paused');
	await expect(playground.button('Play')).toBeFocused();

	const step = (await playground.value('step'))!;
	await tabTo(page, playground.button('Step'));
	await page.keyboard.press('Enter');
	await playground.expectStep(step + 1);

	await tabTo(page, playground.field('Learning rate'));
	await page.keyboard.press('ArrowDown');
	await expect(playground.field('Learning rate')).toHaveValue('0.1');
	await page.keyboard.press('Control+a');
	await page.keyboard.type('0.2');
	await page.keyboard.press('Tab');
	await expect(playground.field('Learning rate')).toHaveValue('0.2');

	await tabTo(page, playground.button('Class B'));
	await page.keyboard.press('Enter');
	await tabTo(page, playground.plot);
	await page.keyboard.press('Shift+ArrowUp');
	await page.keyboard.press('Enter');
	await playground.expectPoints(101);
	await page.keyboard.press('Delete');
	await playground.expectPoints(100);
	await page.keyboard.press('Control+z');
	await playground.expectPoints(101);
	await tabTo(page, playground.button('Undo'), 'Shift+Tab');
	await page.keyboard.press('Enter');
	await playground.expectPoints(100);

	await tabTo(page, playground.button('Add layer'));
	await page.keyboard.press('Enter');
	await expect(page.getByText('2 → 8 → 8 → 8 → 1')).toBeVisible();
	await playground.expectState('idle');
	await tabTo(page, playground.field('Neurons in layer 3'), 'Shift+Tab');
	await page.keyboard.press('ArrowUp');
	await expect(page.getByText('2 → 8 → 8 → 9 → 1')).toBeVisible();
	await expect(playground.field('Neurons in layer 3')).toBeFocused();

	const radio = (name: string) => page.getByRole('radio', { name, exact: true });
	await tabTo(page, radio('Moons'));
	await page.keyboard.press('ArrowRight');
	await expect(radio('Circle')).toBeChecked();
	await expect(radio('Circle')).toBeFocused();

	await tabTo(page, page.getByRole('slider', { name: 'Speed' }));
	await page.keyboard.press('Home');
	await expect(page.getByRole('slider', { name: 'Speed' })).toHaveAttribute(
		'aria-valuetext',
		'1 step a second'
	);
	await tabTo(page, playground.field('Run to step'));
	await page.keyboard.press('Control+a');
	await page.keyboard.type('2');
	await page.keyboard.press('Enter');
	await playground.expectStep(2);
	await playground.expectState('paused');
});

test('a press that takes its own button away leaves the focus nearby', async ({ page }) => {
	await tabTo(page, playground.button('Clear'));
	await page.keyboard.press('Enter');
	await playground.expectPoints(0);
	await page.keyboard.press('Shift+Tab');
	await expect(playground.button('Undo')).toBeFocused();
	await page.keyboard.press('Enter');
	await playground.expectPoints(100);
	await page.keyboard.press('Tab');
	await expect(playground.button('Redo')).toBeFocused();
});

test('a dialog takes the focus, keeps it, and gives it back', async ({ page }) => {
	for (const name of ['Share', 'Recent']) {
		await tabTo(page, playground.button(name), 'Shift+Tab');
		await page.keyboard.press('Enter');
		const dialog = page.getByRole('dialog', { name });
		await expect(dialog).toBeVisible();
		for (let presses = 0; presses < 6; presses++) {
			await page.keyboard.press('Tab');
			const inside = await dialog.evaluate(
				(element) =>
					element.contains(document.activeElement) || document.activeElement === document.body
			);
			expect(inside).toBe(true);
		}
		await page.keyboard.press('Escape');
		await expect(dialog).toBeHidden();
		await expect(playground.button(name)).toBeFocused();
	}
});

test('Tab comes by every control in the order of use, and is trapped nowhere', async ({ page }) => {
	await playground.enter('Learning rate', 0.2);
	await page.evaluate(() => {
		(document.activeElement as HTMLElement).blur();
		// The walk begins at the top of the page.
		document.body.tabIndex = -1;
		document.body.focus();
		document.body.removeAttribute('tabindex');
	});
	const names = await walk(page, 'Tab');
	const milestones = [
		'Share',
		'Reset',
		'Play',
		'Step',
		'Learning rate',
		'Class A',
		'Undo',
		'Plot',
		'Read the losses at a step',
		'Input x₁',
		'Add layer',
		'Moons',
		'Seed',
		'Speed',
		'Run to step',
		'Run'
	];
	expect(names.filter((name) => milestones.includes(name))).toEqual(milestones);
	expect(new Set(names).size, 'stops of the same name').toBe(names.length);
	expect(names.length).toBeGreaterThan(35);

	const back = await walk(page, 'Shift+Tab');
	expect(back.toReversed()).toEqual(names);
});

for (const viewport of [
	{ width: 1440, height: 900 },
	{ width: 390, height: 844 }
]) {
	test.describe(`${String(viewport.width)} pixels wide`, () => {
		test.use({ viewport });

		test('the focus can be seen wherever it is', async ({ page }) => {
			test.setTimeout(120_000);
			await page.emulateMedia({ reducedMotion: 'reduce' });
			const hidden: string[] = [];
			const covered: string[] = [];
			const names = await walk(page, 'Tab', async () => {
				// Puts the help beside the field away, which shows the focus on its own.
				await page.keyboard.press('Escape');
				const name = await focusedName(page);
				const box = await page.evaluate(() => {
					const element = document.activeElement!;
					const { left, top, right, bottom } = element.getBoundingClientRect();
					const [x, y] = [(left + right) / 2, (top + bottom) / 2];
					const hit = document.elementFromPoint(x, y);
					const seen =
						hit !== null &&
						(element.contains(hit) || hit.contains(element) || hit.closest('label') !== null);
					return {
						x: left - 6,
						y: top - 6,
						width: right - left + 12,
						height: bottom - top + 12,
						seen
					};
				});
				if (!box.seen) covered.push(name);
				const clip = {
					x: Math.max(0, box.x),
					y: Math.max(0, box.y),
					width: Math.max(1, Math.min(box.width, viewport.width - Math.max(0, box.x))),
					height: Math.max(1, Math.min(box.height, viewport.height - Math.max(0, box.y)))
				};
				const focused = await page.screenshot({ clip });
				await page.evaluate(() => {
					(document.activeElement as HTMLElement).blur();
				});
				const blurred = await page.screenshot({ clip });
				if (focused.equals(blurred)) hidden.push(name);
			});
			expect(names.length).toBeGreaterThan(35);
			expect(hidden, 'stops that do not show the focus').toEqual([]);
			expect(covered, 'stops that something covers').toEqual([]);
		});
	});
}
