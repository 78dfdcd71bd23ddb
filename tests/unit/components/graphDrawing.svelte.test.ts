import { GraphDrawing } from '$lib/charts/graphDrawing';
import { nodeSizes } from '$lib/charts/graphGeometry';
import { picture } from '$lib/engine/picture';
import { numbersOf } from '$lib/engine/valueGraph';
import { SampleGraph } from '$lib/explain/sampleGraph';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const { graph } = new SampleGraph({
	sizes: [2, 16, 1],
	activation: 'tanh',
	loss: 'max-margin',
	penalized: true
});
const drawn = picture(graph, []);
const [width, height] = nodeSizes.value;
const boxes = drawn.nodes.map(({ id }, index) => {
	const box = { x: (index % 20) * 120, y: Math.floor(index / 20) * 60, width, height };
	return [id, box] as const;
});
const layout = { width: 2400, height: 2400, nodes: new Map(boxes), edges: [] };

let stage: SVGSVGElement;
let drawing: GraphDrawing;

/** A drawing of the graph on a machine whose frames take so many milliseconds. */
function draw(frame: number): void {
	vi.stubGlobal('requestAnimationFrame', (run: (time: number) => void) =>
		setTimeout(() => run(performance.now()), frame)
	);
	drawing = new GraphDrawing(stage);
	drawing.setScreen({ width: 800, height: 600 });
	drawing.show({ graph, picture: drawn, layout }, false);
	drawing.setNumbers(numbersOf(graph));
}

const settled = () => stage.dataset['settled'] === 'true';

/** Lets time pass, millisecond by millisecond, until the drawing says that it has settled. */
function untilSettled(): void {
	for (let time = 0; time < 20_000 && !settled(); time++) vi.advanceTimersByTime(1);
	expect(settled()).toBe(true);
}

beforeEach(() => {
	vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
	vi.stubGlobal('cancelAnimationFrame', clearTimeout);
	stage = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
	document.body.append(stage);
});

afterEach(() => {
	drawing.dispose();
	stage.remove();
	vi.useRealTimers();
	vi.unstubAllGlobals();
});

describe('a drawing has settled', () => {
	it.each([4, 16, 50, 67, 100, 150, 199, 200, 201, 400])(
		'only once all nodes are there with their numbers, at %i ms a frame',
		(frame) => {
			draw(frame);
			untilSettled();
			const values = [...stage.querySelectorAll<SVGElement>('[data-node]')].filter(
				({ dataset }) => !dataset['node']!.endsWith('op')
			);
			expect(values).toHaveLength(drawn.nodes.filter(({ kind }) => kind !== 'operation').length);
			const bare = values.filter(
				(node) => node.dataset['value'] === undefined || !node.hasAttribute('aria-label')
			);
			expect(bare.map(({ dataset }) => dataset['node'])).toEqual([]);
		}
	);

	it('only once the nodes in sight show their numbers too', () => {
		draw(400);
		untilSettled();
		const inSight = stage.querySelector('[data-node="n0"]')!;
		const text = inSight.textContent;
		const { data, grad } = numbersOf(graph);
		drawing.setNumbers({ data: data.map((number) => number + 1), grad });
		expect(settled()).toBe(false);
		untilSettled();
		expect(inSight.textContent).not.toBe(text);
	});

	it('not while other numbers are on their way', () => {
		draw(16);
		untilSettled();
		drawing.setAwaiting(true);
		expect(settled()).toBe(false);
		vi.advanceTimersByTime(5000);
		expect(settled()).toBe(false);
		drawing.setAwaiting(false);
		untilSettled();
	});
});
