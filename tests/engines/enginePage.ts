import { expect, vi } from 'vitest';
import type { Driver } from './driver';

/** How long a state may take to come, in milliseconds. */
const patience = { timeout: 60_000, interval: 50 };

/** What a page shows of a run, in full precision. */
export interface Shown {
	/** The read-outs' `data-value`, by their names. */
	readonly readouts: Readonly<Record<string, string>>;
	/** Of every neuron of the diagram, by its place: the bias. */
	readonly neurons: Readonly<Record<string, string>>;
	/** SHA-256 of the heatmap's pixels. */
	readonly heatmap: string;
}

/** What can be clicked, by its role. */
const selectors = {
	button: 'button, [role="button"]',
	link: 'a[href]',
	tab: '[role="tab"]',
	spinbutton: '[role="spinbutton"]'
} as const;

/** The page as a script drives it, in any engine: by the roles, names and attributes that the README lists. */
export class EnginePage {
	readonly driver: Driver;

	constructor(driver: Driver) {
		this.driver = driver;
	}

	/** Opens an address, and waits until the page can be used. */
	async open(url: string): Promise<void> {
		await this.driver.goto(url);
		await this.until('not loading', () => document.body?.dataset['state'] !== 'loading');
	}

	/** Waits until a function says yes in the page. */
	async until<Parameters extends unknown[]>(
		what: string,
		holds: (...parameters: Parameters) => boolean,
		...parameters: Parameters
	): Promise<void> {
		await vi.waitFor(async () => {
			expect(await this.driver.evaluate(holds, ...parameters), what).toBe(true);
		}, patience);
	}

	/** Waits until `body[data-state]` is this. */
	async untilState(state: string): Promise<void> {
		await vi.waitFor(async () => {
			const now = await this.driver.evaluate(() => document.body.dataset['state']);
			expect(now, 'the state').toBe(state);
		}, patience);
	}

	/** Waits until all that the page needs is stored. */
	async untilReadyOffline(): Promise<void> {
		await this.until('Ready offline', () => document.body.innerText.includes('Ready offline'));
	}

	/** Clicks, with the mouse, what has this role and name, once it stands still and nothing covers it. */
	async click(role: keyof typeof selectors, name: string): Promise<void> {
		const { x, y } = await vi.waitFor(async () => {
			const place = await this.driver.evaluate(placeOf, selectors[role], name);
			if (!place) throw new Error(`The ${role} "${name}" cannot be clicked.`);
			return place;
		}, patience);
		await this.driver.click(x, y);
	}

	/** Types a number into a field and leaves it with Enter. */
	async enter(name: string, value: number): Promise<void> {
		await this.click('spinbutton', name);
		await this.driver.evaluate(() => (document.activeElement as HTMLInputElement).select());
		await this.driver.press([...String(value), 'Enter']);
	}

	/** Chooses an option, by its value. */
	async choose(name: string, option: string): Promise<void> {
		await this.driver.evaluate(
			(label, value) => {
				const select = [...document.querySelectorAll('select')].find(
					({ labels }) => labels[0]?.textContent.trim() === label
				)!;
				select.value = value;
				select.dispatchEvent(new Event('change', { bubbles: true }));
			},
			name,
			option
		);
	}

	/** Goes to a step exactly, and waits until the run rests there. */
	async runTo(step: number): Promise<void> {
		await this.enter('Run to step', step);
		await this.untilStep(step);
		await this.untilState('paused');
	}

	async untilStep(step: number): Promise<void> {
		await vi.waitFor(async () => {
			const now = await this.driver.evaluate(
				() => document.querySelector<HTMLElement>('[data-testid="step"]')?.dataset['value']
			);
			expect(now, 'the step').toBe(String(step));
		}, patience);
	}

	/** What the playground shows, once it stands still: twice the same, with pictures of the page between. */
	async shown(): Promise<Shown> {
		return vi.waitFor(async () => {
			const before = await this.driver.evaluate(shownNow);
			const after = await this.driver.evaluate(shownNow);
			expect(after, 'the page stands still').toEqual(before);
			return after;
		}, patience);
	}

	/** What stands out of its card, is cut off, or makes the page wider than its window, each with its name. */
	async crowded(): Promise<readonly string[]> {
		return this.driver.evaluate(() => {
			const found: string[] = [];
			const inside = (element: Element) => {
				const { left, right } = element.getBoundingClientRect();
				const { paddingLeft, paddingRight } = getComputedStyle(element);
				return { left: left + parseFloat(paddingLeft), right: right - parseFloat(paddingRight) };
			};
			// The row of tabs scrolls.
			for (const control of document.querySelectorAll('.card :is(button, input, select)')) {
				const { left, right, width } = control.getBoundingClientRect();
				if (width === 0 || control.role === 'tab') continue;
				const room = inside(control.closest('.card')!);
				if (left < room.left - 1 || right > room.right + 1)
					found.push(`${control.ariaLabel ?? control.textContent.trim()} leaves its card`);
			}
			const context = document.createElement('canvas').getContext('2d')!;
			for (const select of document.querySelectorAll('select')) {
				const style = getComputedStyle(select);
				context.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
				const padding = parseFloat(style.paddingLeft) + parseFloat(style.paddingRight);
				for (const { text } of select.options)
					if (context.measureText(text).width > select.clientWidth - padding)
						found.push(`${text} is cut off`);
			}
			for (const row of document.querySelectorAll<HTMLElement>('[role="tablist"]'))
				if (row.offsetHeight > row.clientHeight) found.push('the tabs keep room for a scrollbar');
			const { scrollWidth, clientWidth } = document.documentElement;
			if (scrollWidth > clientWidth) found.push('the page is wider than its window');
			return found;
		});
	}

	/** Waits until the graph of Look inside is laid out and its numbers stand still. */
	async untilGraphSettled(): Promise<void> {
		await this.until('the graph has settled', () => {
			const graph = document.querySelector<SVGElement>('[data-testid="graph"]');
			return (
				graph?.getAttribute('aria-busy') === 'false' &&
				Number(graph.dataset['nodes']) > 0 &&
				graph.dataset['settled'] === 'true'
			);
		});
	}

	/** Data and gradient of every value of the graph, by their names, each in full precision; `missing` where there is none. */
	async graphNumbers(): Promise<Record<string, string>> {
		return this.driver.evaluate(() => {
			const graph = document.querySelector('[data-testid="graph"]')!;
			const values = [...graph.querySelectorAll<SVGElement>('[data-node]')].filter(
				({ dataset }) => !dataset['node']!.endsWith('op')
			);
			return Object.fromEntries(
				values.map(({ dataset }) => {
					const { node, value = 'missing', grad = 'missing' } = dataset;
					return [node!, `${value} ${grad}`];
				})
			);
		});
	}
}

/** Where to click an element; null while there is none of the name, it is disabled, moves, or is covered. */
async function placeOf(
	selector: string,
	name: string
): Promise<{ readonly x: number; readonly y: number } | null> {
	const nameOf = (element: Element) => {
		const label = (element as HTMLInputElement).labels?.[0];
		return (element.getAttribute('aria-label') ?? (label ?? element).textContent).trim();
	};
	const element = [...document.querySelectorAll(selector)].find(
		(candidate) => candidate.getClientRects().length > 0 && nameOf(candidate) === name
	);
	if (!element || (element as HTMLButtonElement).disabled) return null;
	element.scrollIntoView({ block: 'center', inline: 'center' });
	const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
	await frame();
	const before = element.getBoundingClientRect();
	await frame();
	const { x, y, width, height } = element.getBoundingClientRect();
	if (x !== before.x || y !== before.y) return null;
	const center = { x: x + width / 2, y: y + height / 2 };
	const hit = document.elementFromPoint(center.x, center.y);
	return element.contains(hit) ? center : null;
}

async function shownNow(): Promise<Shown> {
	for (let count = 0; count < 4; count++)
		await new Promise((resolve) => requestAnimationFrame(resolve));
	const values = (selector: string, key: string) =>
		Object.fromEntries(
			[...document.querySelectorAll<HTMLElement>(selector)].map(({ dataset }) => [
				dataset[key]!,
				dataset['value'] ?? 'none'
			])
		);
	const names = ['step', 'epoch', 'train-loss', 'test-loss', 'accuracy', 'test-accuracy'];
	const canvas = document.querySelector<HTMLCanvasElement>('[data-testid="plot"] canvas')!;
	const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
	const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', data));
	return {
		readouts: values(names.map((name) => `[data-testid="${name}"]`).join(), 'testid'),
		neurons: values('[data-neuron]', 'neuron'),
		heatmap: Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
	};
}
