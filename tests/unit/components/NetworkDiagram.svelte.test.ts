import { layOutNetwork } from '$lib/charts/networkLayout';
import { parameterCount } from '$lib/nn/places';
import { describe, expect, it, vi } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { userEvent } from 'vitest/browser';
import DiagramHost from './DiagramHost.svelte';

/** Parameters that tell their own index: 0.001, -0.002, 0.003, … */
function counted(sizes: readonly number[]): Float64Array {
	return Float64Array.from(
		{ length: parameterCount(sizes) },
		(_, index) => ((index + 1) / 1000) * (index % 2 ? -1 : 1)
	);
}

/** By how many pixels the drawing is not as wide as its place. */
function unmeasured(container: Element): number {
	const canvas = container.querySelector('canvas')!;
	const place = canvas.parentElement!.getBoundingClientRect();
	return Math.abs(canvas.width / devicePixelRatio - place.width);
}

async function mount(
	sizes: readonly number[],
	parameters: Float64Array | null = counted(sizes),
	width = 600
) {
	const screen = await render(DiagramHost, { sizes, parameters, width });
	const neuron = (name: string) => screen.getByRole('button', { name, exact: true });
	const diagram = screen.getByRole('group', { name: 'Network diagram' });
	const readout = screen.getByTestId('network-value');
	// The layout knows its width only once the browser has measured it.
	await expect.poll(() => unmeasured(screen.container)).toBeLessThan(1);
	return { screen, neuron, diagram, readout };
}

describe('the neurons', () => {
	it('are all there, by name, with the controls of each hidden layer above', async () => {
		const { screen, neuron } = await mount([2, 3, 2, 1]);
		for (const name of ['Input x₁', 'Input x₂', 'Layer 1, neuron 3', 'Layer 2, neuron 2', 'Output'])
			await expect.element(neuron(name)).toBeInTheDocument();
		for (const [layer, name] of ['Layer 1, neuron 1', 'Layer 2, neuron 1'].entries()) {
			const controls = screen.getByText(`Controls of ${layer}`).element().getBoundingClientRect();
			const column = neuron(name).element().getBoundingClientRect();
			expect(controls.bottom).toBeLessThanOrEqual(column.top);
			const offset = controls.x + controls.width / 2 - (column.x + column.width / 2);
			expect(Math.abs(offset)).toBeLessThan(1);
		}
	});

	it('take one tab stop, and arrows go from one to the next', async () => {
		const { neuron, readout } = await mount([2, 3, 2, 1]);
		const stops = [...document.querySelectorAll('svg [tabindex="0"]')];
		expect(stops).toEqual([neuron('Input x₁').element()]);
		(stops[0] as SVGElement).focus();
		await userEvent.keyboard('{ArrowRight}{ArrowDown}');
		await expect.element(neuron('Layer 1, neuron 2')).toHaveFocus();
		await expect.element(neuron('Layer 1, neuron 2')).toHaveAttribute('tabindex', '0');
		await expect.element(readout).toHaveTextContent('Layer 1, neuron 2: bias −0.0060');
		await expect.element(readout).toHaveAttribute('data-value', '-0.006');
		await userEvent.keyboard('{ArrowRight}{ArrowRight}{ArrowRight}');
		await expect.element(neuron('Output')).toHaveFocus();
		await expect.element(readout).toHaveTextContent('Output: bias −0.0200');
	});

	it('list their incoming weights when they are clicked', async () => {
		const { screen, neuron } = await mount([2, 3, 2, 1]);
		await neuron('Layer 2, neuron 1').click();
		const list = screen.getByRole('list', { name: 'Weights from layer 1' });
		await expect.element(list).toBeVisible();
		const items = [...list.element().children].map(({ textContent }) => textContent);
		expect(items.map((text) => text?.replace(/\s+/g, ' ').trim())).toEqual([
			'1 −0.0100',
			'2 0.0110',
			'3 −0.0120'
		]);
	});

	it('show numbers only when there are parameters that fit', async () => {
		const { neuron, readout } = await mount([2, 1], null);
		await neuron('Output').click();
		await expect.element(readout).toHaveTextContent('Output: bias –');
		await expect.element(readout).toHaveAttribute('data-value', '');
		const other = await mount([2, 5, 1], counted([2, 1]));
		await expect.element(other.neuron('Layer 1, neuron 5')).toHaveTextContent(/^$/);
	});

	it('show what they pass on for a sample, the inputs too, and open by Enter and double click', async () => {
		const { screen, neuron, readout } = await mount([2, 1], new Float64Array([0.5, -2, 0.25]));
		const onOpen = vi.fn();
		await screen.rerender({ sample: { x: 1.5, y: -1 }, onOpen });
		await expect.element(neuron('Input x₂')).toHaveTextContent('x₂−1.00');
		await expect.element(neuron('Output')).toHaveAttribute('data-value', '3');
		await neuron('Output').dblClick();
		await expect.element(readout).toHaveTextContent('Output: 3.0000');
		(neuron('Input x₁').element() as SVGElement).focus();
		await userEvent.keyboard('{Enter}{ArrowRight}{Enter}');
		const output = [{ layer: 1, neuron: 0 }];
		expect(onOpen.mock.calls).toEqual([output, output]);
		await screen.rerender({ sample: null });
		await expect.element(neuron('Output')).toHaveTextContent('0.25');
	});

	it('follow the parameters and the shape', async () => {
		const { screen, neuron, readout } = await mount([2, 3, 1]);
		await neuron('Layer 1, neuron 3').click();
		await expect.element(readout).toHaveTextContent('0.0090');
		await screen.rerender({ sizes: [2, 3, 1], parameters: counted([2, 3, 1]).map((p) => 2 * p) });
		await expect.element(readout).toHaveTextContent('0.0180');
		await screen.rerender({ sizes: [2, 2, 1], parameters: counted([2, 2, 1]) });
		await expect.element(readout).not.toBeInTheDocument();
	});
});

describe('the connections', () => {
	it('say their weight when the pointer is on them', async () => {
		const sizes = [2, 3, 1];
		const { diagram, readout } = await mount(sizes);
		const { left, top, width } = diagram.element().getBoundingClientRect();
		const { columns, rows } = layOutNetwork(sizes, width);
		const hover = (x: number, y: number) =>
			diagram.element().dispatchEvent(
				new PointerEvent('pointermove', {
					clientX: left + x,
					clientY: top + y,
					pointerType: 'mouse',
					bubbles: true
				})
			);
		hover((columns[0]! + columns[1]!) / 2, (rows[0]![0]! + rows[1]![2]!) / 2);
		await expect.element(readout).toHaveTextContent('weight x₁ → neuron 3 of layer 1: 0.0070');
		await expect.element(readout).toHaveAttribute('data-value', '0.007');
		hover(2, 2);
		await expect.element(readout).not.toBeInTheDocument();
	});

	it('are drawn in the color of their sign', async () => {
		document.documentElement.dataset['theme'] = 'light';
		const sizes = [2, 1];
		const { diagram } = await mount(sizes, new Float64Array([2, -2, 0]));
		const canvas = diagram.element().querySelector('canvas')!;
		const ratio = canvas.width / diagram.element().getBoundingClientRect().width;
		const { columns, rows, nodeSize } = layOutNetwork(sizes, canvas.width / ratio);
		const colorAt = (row: number) =>
			canvas
				.getContext('2d')!
				.getImageData((columns[0]! + nodeSize / 2 + 3) * ratio, row * ratio, 1, 1).data;
		/** How much bluer than red the line at the start of a row is. */
		const blueness = (row: number) => {
			const [red, , blue] = colorAt(rows[0]![row]!);
			return blue! - red!;
		};
		await expect.poll(() => blueness(0)).toBeGreaterThan(0);
		await expect.poll(() => blueness(1)).toBeLessThan(0);
		delete document.documentElement.dataset['theme'];
	});

	it('say how many are shown of a large network', async () => {
		const { screen } = await mount([2, 32, 32, 32, 1]);
		await expect.element(screen.getByText(/strongest of 2144 connections/)).toBeVisible();
	});
});

describe('the size', () => {
	it('scrolls inside its frame on a phone', async () => {
		const { screen, neuron } = await mount([2, 32, 32, 32, 32, 32, 32, 1], undefined, 300);
		const frame = screen.getByTestId('frame').element();
		expect(frame.scrollWidth).toBeLessThanOrEqual(300);
		const { width, height } = neuron('Layer 3, neuron 20').element().getBoundingClientRect();
		expect(Math.min(width, height)).toBeGreaterThanOrEqual(24);
	});
});
