import type { Locator, Page } from '@playwright/test';
import { expect } from './test';

const readouts = ['step', 'epoch', 'train-loss', 'test-loss', 'accuracy', 'test-accuracy'] as const;

/** The read-outs' names, as `data-testid`. */
export type Readout = (typeof readouts)[number];

/** What `body[data-state]` can say. */
export type PageState = 'loading' | 'idle' | 'playing' | 'paused' | 'diverged' | 'crashed';

/** The page as a script drives it: by the roles, names and attributes that the README lists. */
export class Playground {
	readonly page: Page;
	readonly plot: Locator;

	constructor(page: Page) {
		this.page = page;
		this.plot = page.getByTestId('plot');
	}

	/** Opens the app at an address such as `./#preset=spiral`, and waits until it can be used. */
	async open(address = './'): Promise<void> {
		await this.page.goto(address);
		await this.ready();
	}

	async reload(): Promise<void> {
		await this.page.reload();
		await this.ready();
	}

	async ready(): Promise<void> {
		await expect(this.page.locator('body')).toHaveAttribute('data-state', /^(?!loading$)/);
	}

	async expectState(state: PageState): Promise<void> {
		await expect(this.page.locator('body')).toHaveAttribute('data-state', state);
	}

	button(name: string): Locator {
		return this.page.getByRole('button', { name, exact: true });
	}

	async press(...names: string[]): Promise<void> {
		for (const name of names) await this.button(name).click();
	}

	/** A field that takes a number, such as "Learning rate". */
	field(name: string): Locator {
		return this.page.getByRole('spinbutton', { name, exact: true });
	}

	/** Types a number into a field and leaves it with Enter. */
	async enter(name: string, value: number | string): Promise<void> {
		await this.field(name).fill(String(value));
		await this.field(name).press('Enter');
	}

	async choose(name: string, option: string): Promise<void> {
		await this.page.getByRole('combobox', { name, exact: true }).selectOption(option);
	}

	async dataset(name: string): Promise<void> {
		await this.page.getByRole('radio', { name, exact: true }).check({ force: true });
	}

	/** Goes to a page by its link: "Playground" or "Look inside". */
	async go(name: string): Promise<void> {
		const link = this.page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name });
		await link.click();
		await expect(link).toHaveAttribute('aria-current', 'page');
	}

	/** Shows a level of Look inside: "Network", "Neuron" and so on. */
	async level(name: string): Promise<void> {
		const tab = this.page.getByRole('tab', { name, exact: true });
		await tab.click();
		await expect(tab).toHaveAttribute('aria-selected', 'true');
	}

	/** A neuron of the diagram, such as "Layer 1, neuron 3". */
	neuron(name: string): Locator {
		return this.page
			.getByRole('group', { name: 'Neurons' })
			.getByRole('button', { name, exact: true });
	}

	/** Picks up a brush: "Class A", "Class B", "Erase", "Move" or "Inspect". */
	async brush(name: string): Promise<void> {
		await this.press(name);
		await expect(this.button(name)).toHaveAttribute('aria-pressed', 'true');
	}

	readout(name: Readout): Locator {
		return this.page.getByTestId(name);
	}

	/** All read-outs as their full-precision texts, so that equal means equal to the last bit. */
	async readouts(): Promise<Record<Readout, string | null>> {
		const entries = readouts.map(async (name) => {
			return [name, await this.readout(name).getAttribute('data-value')] as const;
		});
		return Object.fromEntries(await Promise.all(entries)) as Record<Readout, string | null>;
	}

	/** A read-out's full-precision number; null where there is none. */
	async value(name: Readout): Promise<number | null> {
		const text = await this.readout(name).getAttribute('data-value');
		return text ? Number(text) : null;
	}

	async expectStep(step: number): Promise<void> {
		await expect(this.readout('step')).toHaveAttribute('data-value', String(step));
	}

	/** Waits until the run has come at least so far. */
	async reachStep(step: number): Promise<void> {
		await expect.poll(() => this.value('step'), { timeout: 60_000 }).toBeGreaterThanOrEqual(step);
	}

	/** Goes to a step exactly, and waits until the run rests there. */
	async runTo(step: number): Promise<void> {
		await this.enter('Run to step', step);
		await this.expectStep(step);
		await this.expectState(step === 0 ? 'idle' : 'paused');
	}

	async expectPoints(count: number): Promise<void> {
		await expect(this.plot).toHaveAttribute('data-points', String(count));
	}

	/** Sets a slider, such as "Noise" or "Speed". */
	async slide(name: string, value: number): Promise<void> {
		await this.page.getByRole('slider', { name, exact: true }).fill(String(value));
	}

	/** Pauses a run that plays, and waits until it rests. */
	async pause(): Promise<void> {
		await this.press('Pause');
		await this.expectState('paused');
	}

	/** Waits until the page has drawn so often: what was under way is on show. */
	async frames(count = 2): Promise<void> {
		await this.page.evaluate(
			(left) =>
				new Promise<void>((resolve) => {
					const next = () => (left-- > 0 ? requestAnimationFrame(next) : resolve());
					next();
				}),
			count
		);
	}

	/** The network's output at a place of the domain, as the page reads it out under the mouse. */
	async outputAt(x: number, y: number): Promise<number> {
		const place = await this.at(x, y);
		await this.page.mouse.move(place.x, place.y);
		const text = (await this.page.getByTestId('place').textContent())!;
		const [, sign, size] = /output (−?)([\d.e+-]+)/.exec(text) ?? [];
		if (size === undefined) throw new Error(`"${text}" names no output.`);
		return Number(size) * (sign ? -1 : 1);
	}

	/** The color of the heatmap at a place of the domain: red, green, blue. */
	async heatmapAt(x: number, y: number): Promise<readonly number[]> {
		const domain = (await this.plot.getAttribute('data-domain'))!.split(',').map(Number);
		const [xMin, xMax, yMin, yMax] = domain as [number, number, number, number];
		const fractions = [(x - xMin) / (xMax - xMin), (yMax - y) / (yMax - yMin)] as const;
		return this.plot
			.locator('canvas')
			.first()
			.evaluate((canvas: HTMLCanvasElement, [left, top]) => {
				const column = Math.min(canvas.width - 1, Math.floor(left * canvas.width));
				const row = Math.min(canvas.height - 1, Math.floor(top * canvas.height));
				return [...canvas.getContext('2d')!.getImageData(column, row, 1, 1).data.slice(0, 3)];
			}, fractions);
	}

	/** The address that the Share dialog gives for the set-up. */
	async link(): Promise<string> {
		await this.press('Share');
		const address = await this.page.getByRole('textbox', { name: 'Link' }).inputValue();
		await this.press('Close');
		return address;
	}

	/** The works under Recent; the dialog stays open. */
	async recent(): Promise<Locator> {
		await this.press('Recent');
		const dialog = this.page.getByRole('dialog', { name: 'Recent' });
		await expect(dialog).toBeVisible();
		return dialog.getByRole('listitem').getByRole('button');
	}

	/** The notice with this text. */
	notice(text: string | RegExp): Locator {
		const { page } = this;
		return page.getByRole('alert').or(page.getByRole('status')).filter({ hasText: text });
	}

	/** Where on the page a place of the domain is, in CSS pixels. */
	async at(x: number, y: number): Promise<{ x: number; y: number }> {
		await this.plot.scrollIntoViewIfNeeded();
		const domain = (await this.plot.getAttribute('data-domain'))!.split(',').map(Number);
		const [xMin, xMax, yMin, yMax] = domain as [number, number, number, number];
		const box = (await this.plot.boundingBox())!;
		return {
			x: box.x + ((x - xMin) / (xMax - xMin)) * box.width,
			y: box.y + ((yMax - y) / (yMax - yMin)) * box.height
		};
	}

	/** Clicks a place of the domain. */
	async click(x: number, y: number): Promise<void> {
		const place = await this.at(x, y);
		await this.page.mouse.click(place.x, place.y);
	}

	/** Drags the mouse from place to place of the domain. */
	async drag(...places: readonly (readonly [x: number, y: number])[]): Promise<void> {
		for (const [index, [x, y]] of places.entries()) {
			const place = await this.at(x, y);
			await this.page.mouse.move(place.x, place.y, { steps: 8 });
			if (index === 0) await this.page.mouse.down();
		}
		await this.page.mouse.up();
	}

	/** Drags one finger from place to place of the page, in CSS pixels; the context needs touch. */
	async swipe(...places: readonly { x: number; y: number }[]): Promise<void> {
		const browser = await this.page.context().newCDPSession(this.page);
		const [from, ...ways] = places as [{ x: number; y: number }, ...{ x: number; y: number }[]];
		const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', at?: { x: number; y: number }) =>
			browser.send('Input.dispatchTouchEvent', { type, touchPoints: at ? [at] : [] });
		const pieces = 8;
		let last = from;
		await touch('touchStart', from);
		for (const to of ways) {
			for (let piece = 1; piece <= pieces; piece++) {
				const share = piece / pieces;
				const x = last.x + (to.x - last.x) * share;
				await touch('touchMove', { x, y: last.y + (to.y - last.y) * share });
			}
			last = to;
		}
		await touch('touchEnd');
		await browser.detach();
	}
}
