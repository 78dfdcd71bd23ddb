import { instance } from '@viz-js/viz';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { nodeSizes } from '$lib/charts/graphGeometry';
import { drawDot } from '$lib/engine/drawDot';
import { picture } from '$lib/engine/picture';
import { topologicalOrder } from '$lib/engine/order';
import { Value } from '$lib/engine/value';
import { valueGraph } from '$lib/engine/valueGraph';
import { SampleGraph } from '$lib/explain/sampleGraph';
import { layOutWith, LayoutError } from '$lib/worker/graphLayout';
import { LayoutClient, patience, type LayoutReply } from '$lib/worker/layoutClient';

const arrangement = { nodeGap: 14, rankGap: 22, ordered: true };
const viz = await instance();

describe('a layout by Graphviz', () => {
	const a = new Value(2, 'a');
	const drawn = picture(valueGraph(topologicalOrder(a.add(a))));
	const options = { sizes: nodeSizes };

	it('has y down, the sizes asked for, and both edges of a + a', () => {
		const layout = layOutWith(viz, drawDot(drawn, { ...options, direction: 'LR' }), arrangement);
		const [width, height] = nodeSizes.value;
		for (const id of ['n0', 'n1']) {
			// A record's rows are whole points.
			expect(Math.abs(layout.nodes.get(id)!.width - width)).toBeLessThan(1.5);
			expect(Math.abs(layout.nodes.get(id)!.height - height)).toBeLessThan(1.5);
		}
		expect(layout.edges.map(({ from, to }) => `${from} ${to}`).toSorted()).toEqual([
			'n0 n1op',
			'n0 n1op',
			'n1op n1'
		]);
		expect(layout.nodes.get('n0')!.x).toBeLessThan(layout.nodes.get('n1')!.x);
		const down = layOutWith(viz, drawDot(drawn, { ...options, direction: 'TB' }), arrangement);
		expect(down.nodes.get('n0')!.y).toBeLessThan(down.nodes.get('n1')!.y);
	});

	it('has every node inside, and every edge from the side of one node to that of another', () => {
		const sample = new SampleGraph({
			sizes: [2, 3, 3, 1],
			activation: 'tanh',
			loss: 'cross-entropy',
			penalized: true
		});
		for (const groups of [sample.groups(), sample.groups().slice(4)]) {
			const scene = picture(sample.graph, groups);
			const layout = layOutWith(viz, drawDot(scene, { ...options, direction: 'LR' }), arrangement);
			expect(layout.nodes.size).toBe(scene.nodes.length);
			expect(layout.edges).toHaveLength(scene.edges.length);
			for (const { x, y, width, height } of layout.nodes.values()) {
				expect(x - width / 2).toBeGreaterThan(-1);
				expect(y - height / 2).toBeGreaterThan(-1);
				expect(x + width / 2).toBeLessThan(layout.width + 1);
				expect(y + height / 2).toBeLessThan(layout.height + 1);
			}
			for (const { from, to, points, tip } of layout.edges) {
				expect(points.length % 6).toBe(2);
				expect(points.every(Number.isFinite)).toBe(true);
				const touches = (id: string, x: number, y: number) => {
					const box = layout.nodes.get(id)!;
					expect(Math.abs(x - box.x)).toBeLessThan(box.width / 2 + 3);
					expect(Math.abs(y - box.y)).toBeLessThan(box.height / 2 + 3);
				};
				touches(from, points[0]!, points[1]!);
				touches(to, ...tip);
			}
		}
	});

	it('is refused for what is no graph', () => {
		expect(() => layOutWith(viz, 'digraph {', arrangement)).toThrow(LayoutError);
	});
});

/** A worker that answers when the test says so. */
class FakeWorker extends EventTarget {
	terminated = false;
	readonly requests: unknown[] = [];

	postMessage(request: unknown): void {
		this.requests.push(request);
	}

	terminate(): void {
		this.terminated = true;
	}

	reply(data: LayoutReply): void {
		this.dispatchEvent(new MessageEvent('message', { data }));
	}
}

describe('the client of the layout workers', () => {
	const workers: FakeWorker[] = [];
	const client = () => {
		workers.length = 0;
		return new LayoutClient(() => {
			workers.push(new FakeWorker());
			return workers.at(-1) as unknown as Worker;
		});
	};
	const layout = { width: 1, height: 1, nodes: new Map(), edges: [] };

	afterEach(() => {
		vi.useRealTimers();
	});

	it('keeps a worker that has answered, and ends it on request', async () => {
		const own = client();
		const first = own.layOut('a', arrangement);
		workers[0]!.reply({ kind: 'begun' });
		workers[0]!.reply({ kind: 'layout', layout });
		expect(await first).toBe(layout);
		const second = own.layOut('b', arrangement);
		workers[0]!.reply({ kind: 'layout', layout });
		await second;
		expect(workers).toHaveLength(1);
		expect(workers[0]!.requests).toEqual([
			{ dot: 'a', arrangement },
			{ dot: 'b', arrangement }
		]);
		own.dispose();
		expect(workers[0]!.terminated).toBe(true);
	});

	it('ends a worker whose request is aborted, and no other', async () => {
		const own = client();
		const controller = new AbortController();
		const aborted = own.layOut('a', arrangement, controller.signal);
		const other = own.layOut('b', arrangement);
		controller.abort(new Error('no longer wanted'));
		await expect(aborted).rejects.toThrow('no longer wanted');
		expect(workers.map(({ terminated }) => terminated)).toEqual([true, false]);
		workers[1]!.reply({ kind: 'layout', layout });
		expect(await other).toBe(layout);
		await expect(own.layOut('c', arrangement, controller.signal)).rejects.toThrow(
			'no longer wanted'
		);
		expect(workers).toHaveLength(2);
	});

	it('gives a layout ten seconds from when Graphviz has arrived', async () => {
		vi.useFakeTimers();
		const own = client();
		const late = own.layOut('a', arrangement);
		const failed = expect(late).rejects.toThrow(
			'This graph was not laid out within 10 seconds, so it was stopped.'
		);
		await vi.advanceTimersByTimeAsync(patience.arrival - 1);
		expect(workers[0]!.terminated).toBe(false);
		workers[0]!.reply({ kind: 'begun' });
		await vi.advanceTimersByTimeAsync(patience.layout - 1);
		expect(workers[0]!.terminated).toBe(false);
		await vi.advanceTimersByTimeAsync(1);
		await failed;
		expect(workers[0]!.terminated).toBe(true);
	});

	it('says so when Graphviz does not come, breaks or refuses, and tries a new worker next', async () => {
		vi.useFakeTimers();
		const own = client();
		const never = expect(own.layOut('a', arrangement)).rejects.toThrow('Graphviz did not arrive.');
		await vi.advanceTimersByTimeAsync(patience.arrival);
		await never;
		const broken = expect(own.layOut('a', arrangement)).rejects.toThrow('could not be run (boom)');
		const event = Object.assign(new Event('error', { cancelable: true }), { message: 'boom' });
		workers[1]!.dispatchEvent(event);
		await broken;
		expect(event.defaultPrevented).toBe(true);
		const refused = expect(own.layOut('a', arrangement)).rejects.toThrow('too large');
		workers[2]!.reply({ kind: 'failure', text: 'It is too large.' });
		await refused;
		expect(workers.map(({ terminated }) => terminated)).toEqual([true, true, true]);
	});
});
