import { Playground } from '../support/page';
import { expect, test } from '../support/test';

const sizes = [
	[1920, 1080],
	[1366, 657],
	[1280, 800],
	[1180, 720],
	[820, 1180],
	[390, 844]
] as const;

for (const [width, height] of sizes) {
	test.describe(`at ${width} by ${height}`, () => {
		test.use({ viewport: { width, height }, hasTouch: width < 500, isMobile: width < 500 });

		test("no field's help covers a notice, and no notice covers the help", async ({ page }) => {
			const playground = new Playground(page);
			await playground.open('./#preset=none');
			await expect(playground.notice('There is no preset of that name.')).toBeVisible();
			const fields = page.locator('.field [aria-describedby]:enabled');
			const count = await fields.count();
			expect(count).toBeGreaterThan(10);
			for (let index = 0; index < count; index++) {
				const field = fields.nth(index);
				await field.focus();
				const help = page.locator(`[id="${(await field.getAttribute('aria-describedby'))!}"]`);
				const name = (await help.textContent())!;
				await expect(help).toHaveCSS('opacity', '1');
				await expect(help).toHaveCSS('visibility', 'visible');
				// What stands below its field, further down than the window, can be scrolled to.
				const readable = await help.evaluate((element: HTMLElement) => {
					// The pointer passes through it; what is on top of it is looked for here.
					element.style.pointerEvents = 'auto';
					const { left, right, top, bottom } = element.getBoundingClientRect();
					const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
					element.style.pointerEvents = '';
					return bottom > innerHeight || (left >= 0 && element.contains(hit));
				});
				expect(readable, `the help can be read: ${name}`).toBe(true);
				const whole = await page.locator('.notice').evaluate((notice) => {
					const { left, top, bottom } = notice.getBoundingClientRect();
					return [top + 4, bottom - 4].every((y) =>
						notice.contains(document.elementFromPoint(left + 12, y))
					);
				});
				expect(whole, `all of the notice can be seen: ${name}`).toBe(true);
				for (const button of await page.locator('.notice button').all()) {
					expect(
						await button.evaluate((element) => {
							const { x, y, width, height } = element.getBoundingClientRect();
							const hit = document.elementFromPoint(x + width / 2, y + height / 2);
							return element.contains(hit) ? '' : String(hit?.outerHTML.slice(0, 80));
						}),
						name
					).toBe('');
				}
			}
			await playground.press('Dismiss');
			await expect(page.locator('.notice')).toHaveCount(0);
		});
	});
}

test('the help of a focused field is not in the way of the plot’s tools', async ({ page }) => {
	const playground = new Playground(page);
	await playground.open();
	await playground.enter('Learning rate', 0.1);
	await playground.enter('L2', 0.01);
	await expect(playground.field('L2')).toBeFocused();
	await playground.press('Undo');
	await expect(playground.field('L2')).toHaveValue('0.0001');
});
