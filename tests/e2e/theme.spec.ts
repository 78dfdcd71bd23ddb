import type { Page } from '@playwright/test';
import { Playground } from '../support/page';
import { expect, test } from '../support/test';

/** The colors of texts and buttons at every picture of the page, from now on, as often as they differ. */
async function watchColors(page: Page) {
	return page.evaluateHandle(async () => {
		// Buttons that the load has enabled may still be on their way to their color.
		await Promise.all(document.getAnimations().map(({ finished }) => finished));
		const seen = new Set<string>();
		const look = () => {
			const elements = [...document.querySelectorAll('body, h2, .card, button')];
			const colors = elements.map((element) => {
				const { color, backgroundColor, borderTopColor } = getComputedStyle(element);
				return [color, backgroundColor, borderTopColor].join();
			});
			seen.add(colors.join(';'));
			requestAnimationFrame(look);
		};
		look();
		return { count: () => seen.size };
	});
}

for (const motion of ['no-preference', 'reduce'] as const) {
	test.describe(`motion: ${motion}`, () => {
		test.use({ colorScheme: 'light', contextOptions: { reducedMotion: motion } });

		test('all colors change at once with the theme', async ({ page }) => {
			const playground = new Playground(page);
			await playground.open();
			const button = playground.button('Theme: system');
			await button.focus();
			await playground.frames();
			const colors = await watchColors(page);
			// From system (light) to light nothing changes, and to dark all does.
			await page.keyboard.press('Enter');
			await expect(playground.button('Theme: light')).toBeFocused();
			await page.keyboard.press('Enter');
			await expect(playground.button('Theme: dark')).toBeFocused();
			await playground.frames(20);
			expect(await colors.evaluate((seen) => seen.count())).toBe(2);
		});

		test("all colors change at once with the system's", async ({ page }) => {
			const playground = new Playground(page);
			await playground.open();
			const colors = await watchColors(page);
			await page.emulateMedia({ colorScheme: 'dark' });
			await expect(page.locator('body')).toHaveCSS('background-color', 'rgb(14, 19, 27)');
			await playground.frames(20);
			expect(await colors.evaluate((seen) => seen.count())).toBe(2);
		});
	});
}
