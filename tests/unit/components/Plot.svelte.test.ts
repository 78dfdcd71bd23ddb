import type { Point } from '$lib/data/point';
import type { Heatmap } from '$lib/training/snapshot';
import { afterEach, describe, expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { userEvent } from 'vitest/browser';
import PlotHost from './PlotHost.svelte';

const size = 20;

/** Class A left, class B right. */
const halves: Heatmap = {
	size,
	outputs: Float32Array.from({ length: size * size }, (_, index) => (index % size < 10 ? -1 : 1))
};

function pointAt(x: number, y: number, rank = 0): Point {
	return { x, y, target: 1, rank };
}

async function mount(props: Parameters<typeof render<typeof PlotHost>>[1] = {}) {
	const log: string[] = [];
	const screen = await render(PlotHost, { log: (entry: string) => log.push(entry), ...props });
	const plot = screen.getByTestId('plot');
	const element = plot.element() as HTMLElement;
	const box = () => element.getBoundingClientRect();
	/** A pointer event at a place of the domain, as a script makes it. */
	const point = (type: string, x: number, y: number, init: PointerEventInit = {}) => {
		const { left, top, width } = box();
		element.dispatchEvent(
			new PointerEvent(`pointer${type}`, {
				isPrimary: true,
				pointerId: 1,
				pointerType: 'mouse',
				bubbles: true,
				...init,
				clientX: left + ((x + 3) / 6) * width,
				clientY: top + ((3 - y) / 6) * width
			})
		);
	};
	const points = screen.getByTestId('points');
	return { screen, plot, element, box, log, point, points };
}

/** The color that a layer of the plot shows at a place. */
function colorAt(element: HTMLElement, layer: number, x: number, y: number) {
	const canvas = element.querySelectorAll('canvas')[layer]!;
	const across = Math.floor(((x + 3) / 6) * canvas.width);
	const down = Math.floor(((3 - y) / 6) * canvas.height);
	return [...canvas.getContext('2d')!.getImageData(across, down, 1, 1).data];
}

afterEach(() => {
	delete document.documentElement.dataset['theme'];
});

describe('the plot', () => {
	it('is a square whose content box is the domain', async () => {
		const { plot, element, box } = await mount({ initial: [pointAt(0, 0), pointAt(1, 1)] });
		await expect.element(plot).toHaveAttribute('data-points', '2');
		await expect.element(plot).toHaveAttribute('data-domain', '-3,3,-3,3');
		await expect.element(plot).toHaveAccessibleName('Plot');
		expect(box().width).toBe(300);
		expect(box().height).toBe(300);
		expect(element.clientWidth).toBe(300);
	});

	it('draws no points before it knows its size', async () => {
		document.body.hidden = true;
		try {
			const { element } = await mount({ initial: [pointAt(0, 0)] });
			const points = element.querySelectorAll('canvas')[2]!;
			await expect.poll(() => points.width).toBe(0);
			document.body.hidden = false;
			await expect.poll(() => points.width).toBe(300 * devicePixelRatio);
		} finally {
			document.body.hidden = false;
		}
	});

	it('paints the heatmap orange and blue, and again when the theme changes', async () => {
		const { element } = await mount({ heatmap: halves });
		document.documentElement.dataset['theme'] = 'light';
		await expect.poll(() => colorAt(element, 0, -2, 0)).toEqual([241, 171, 125, 255]);
		expect(colorAt(element, 0, 2, 0)).toEqual([120, 158, 243, 255]);
		document.documentElement.dataset['theme'] = 'dark';
		await expect.poll(() => colorAt(element, 0, 2, 0)[0]).toBeLessThan(60);
		expect(colorAt(element, 0, 2, 0)[2]).toBeGreaterThan(140);
	});

	it('draws the boundary between the halves and nowhere else', async () => {
		const { element } = await mount({ heatmap: halves });
		await expect.poll(() => colorAt(element, 1, 0, 1)[3]).toBeGreaterThan(100);
		expect(colorAt(element, 1, 1, 1)[3]).toBe(0);
	});

	it('fills train points and leaves test points hollow', async () => {
		document.documentElement.dataset['theme'] = 'light';
		const { element } = await mount({ initial: [pointAt(-1, 0), pointAt(1, 0, 19)] });
		await expect.poll(() => colorAt(element, 2, -1, 0)).toEqual([37, 99, 235, 255]);
		expect(colorAt(element, 2, 1, 0).slice(0, 3)).toEqual([255, 255, 255]);
	});
});

describe('the pointer', () => {
	it('places a point of the class where it is clicked', async () => {
		const { plot, log, points } = await mount({ tool: 'b' });
		await plot.click({ position: { x: 200, y: 50 } });
		await expect.element(points).toHaveTextContent('1.00 2.00 1');
		await expect.element(plot).toHaveAttribute('data-points', '1');
		expect(log).toEqual(['start', 'add 1', 'end']);
	});

	it('sprays along a drag, as one gesture', async () => {
		const { point, log } = await mount();
		point('down', 0, 0);
		point('move', 0.5, 0);
		point('move', 1, 0);
		point('up', 1, 0);
		point('move', 2, 0);
		expect(log).toEqual(['start', 'add 1', 'add 4', 'add 4', 'end']);
	});

	it('ignores the other buttons', async () => {
		const { point, log } = await mount();
		point('down', 0, 0, { button: 2 });
		point('up', 0, 0, { button: 2 });
		expect(log).toEqual([]);
	});

	it('erases with the eraser and with the far end of a pen', async () => {
		const { point, points } = await mount({ initial: [pointAt(0, 0), pointAt(1, 0)], tool: 'a' });
		point('down', 0.1, 0, { pointerType: 'pen', button: 5 });
		point('up', 0.1, 0, { pointerType: 'pen', button: 5 });
		await expect.element(points).toHaveTextContent('1.00 0.00 1');
	});

	it('moves the point that it grabs', async () => {
		const { point, points, log } = await mount({ initial: [pointAt(0, 0)], tool: 'move' });
		point('down', 0.125, 0);
		point('move', 1.125, -1);
		point('up', 1.125, -1);
		await expect.element(points).toHaveTextContent('1.00 -1.00 1');
		expect(log).toEqual(['start', 'move 0', 'end']);
	});

	it('inspects what it drags over, and holds on to a point', async () => {
		const { screen, point, log } = await mount({ initial: [pointAt(1, 0)], tool: 'inspect' });
		point('down', -1, 0);
		point('move', 1.125, 0.125);
		point('up', 1.125, 0.125);
		expect(log).toEqual(['inspect -1.00 0.00 place', 'inspect 1.00 0.00 point', 'end']);
		await expect.element(screen.getByTestId('probe')).toBeVisible();
	});

	it('leaves the points alone where they are for looking only', async () => {
		const { point, log, element } = await mount({
			initial: [pointAt(1, 0)],
			tool: 'inspect',
			editable: false
		});
		point('down', 1, 0, { pointerType: 'pen', button: 5 });
		point('up', 1, 0, { pointerType: 'pen', button: 5 });
		element.focus();
		await userEvent.keyboard('{Delete}{Home}{Enter}');
		expect(log).toEqual(['inspect 1.00 0.00 point', 'inspect 0.00 0.00 place']);
	});

	it('ends the gesture and keeps the points when it is canceled', async () => {
		const { point, log } = await mount();
		point('down', 0, 0);
		point('cancel', 0, 0);
		point('move', 1, 0);
		expect(log).toEqual(['start', 'add 1', 'end']);
	});

	it('does nothing while disabled', async () => {
		const { point, log } = await mount({ disabled: true });
		point('down', 0, 0);
		point('move', 1, 0);
		point('up', 1, 0);
		expect(log).toEqual([]);
	});

	it('shows position and output where it hovers', async () => {
		const { screen, point } = await mount();
		point('move', 1, -0.5);
		await expect
			.element(screen.getByTestId('place'))
			.toHaveTextContent('x 1.00, y −0.50, output 1.50, class B');
		point('leave', 1, -0.5);
		await expect.element(screen.getByTestId('place')).not.toHaveTextContent('output');
	});
});

describe('fingers', () => {
	const finger = { pointerType: 'touch' } as const;

	it('place a point when they tap, and spray when they drag', async () => {
		const { point, log } = await mount();
		point('down', 0, 0, finger);
		expect(log).toEqual([]);
		point('up', 0, 0, finger);
		expect(log).toEqual(['start', 'add 1', 'end']);
		point('down', 0, 0, finger);
		point('move', 1, 0, finger);
		point('up', 1, 0, finger);
		expect(log.slice(3)).toEqual(['start', 'add 1', 'add 8', 'end']);
	});

	it('draw nothing when a second one follows, since the page is pinched', async () => {
		const { point, log } = await mount();
		point('down', 0, 0, finger);
		point('down', 1, 1, { ...finger, isPrimary: false, pointerId: 2 });
		point('move', -1, 0, finger);
		point('up', -1, 0, finger);
		point('up', 1, 1, { ...finger, isPrimary: false, pointerId: 2 });
		expect(log).toEqual([]);
	});

	it('keep what they drew before the second one came', async () => {
		const { point, log } = await mount();
		point('down', 0, 0, finger);
		point('move', 0.5, 0, finger);
		point('down', 1, 1, { ...finger, isPrimary: false, pointerId: 2 });
		point('move', 2, 0, finger);
		expect(log).toEqual(['start', 'add 1', 'add 4', 'end']);
	});
});

describe('the keyboard', () => {
	async function type(keys: string, props: Parameters<typeof mount>[0] = {}) {
		const mounted = await mount(props);
		mounted.element.focus();
		await userEvent.keyboard(keys);
		return mounted;
	}

	it('moves a cursor and places points', async () => {
		const { points } = await type(
			'{ArrowRight}{ArrowUp}{Enter}{Shift>}{ArrowDown}{/Shift} {Home}b{Enter}'
		);
		await expect.element(points).toHaveTextContent('0.10 0.10 -1, 0.10 -0.40 -1, 0.00 0.00 1');
	});

	it('erases the nearest point within reach', async () => {
		const { points, log } = await type('{ArrowRight}{Delete}{Backspace}', {
			initial: [pointAt(0, 0), pointAt(0.2, 0.1), pointAt(1, 1)]
		});
		await expect.element(points).toHaveTextContent('1.00 1.00 1');
		expect(log).toEqual(['start', 'erase 0', 'end', 'start', 'erase 0', 'end']);
	});

	it('picks a point up, carries it and puts it down, as one gesture', async () => {
		const { points, log } = await type('{Enter}{ArrowRight}{ArrowRight}{Enter}{ArrowRight}', {
			initial: [pointAt(0.1, 0)],
			tool: 'move'
		});
		await expect.element(points).toHaveTextContent('0.30 0.00 1');
		expect(log).toEqual(['start', 'move 0', 'move 0', 'end']);
	});

	it('puts down what it carries when the focus leaves', async () => {
		const { log, element } = await type('{Enter}{ArrowRight}', {
			initial: [pointAt(0, 0)],
			tool: 'move'
		});
		element.blur();
		expect(log).toEqual(['start', 'move 0', 'end']);
	});

	it('shows the cursor and says position and output once it rests', async () => {
		const { screen, element } = await type('{Shift>}{ArrowRight}{/Shift}{ArrowDown}');
		expect(element.querySelectorAll('svg path').length).toBeGreaterThan(0);
		const words = 'x 0.50, y −0.10, output 0.60, class B';
		await expect.element(screen.getByTestId('place')).toHaveTextContent(words);
		await expect.element(screen.getByTestId('spoken')).toHaveTextContent(words);
	});

	it('leaves Tab and the page’s shortcuts alone', async () => {
		const { element } = await mount();
		for (const init of [{ key: 'z', ctrlKey: true }, { key: 'Tab' }, { key: 'a', metaKey: true }]) {
			const event = new KeyboardEvent('keydown', { ...init, bubbles: true, cancelable: true });
			element.dispatchEvent(event);
			expect(event.defaultPrevented, init.key).toBe(false);
		}
	});
});
