import type { Picture, PictureNode } from '../engine/picture';
import type { Numbers, ValueGraph } from '../engine/valueGraph';
import type { GraphLayout, NodeBox } from '../worker/graphLayout';
import { GraphFlows } from './graphFlows';
import {
	arrowPath,
	between,
	bundled,
	curvePath,
	detailAt,
	eased,
	inSight,
	neighborsOf,
	type Detail,
	type Neighbors,
	type Size,
	type View
} from './graphGeometry';
import type { Flow, GraphMark } from './graphMarks';
import { NodeMark, svg } from './graphNode';
import { routeOf } from './graphRoutes';

/** What is drawn. */
export interface Scene {
	readonly graph: ValueGraph;
	readonly picture: Picture;
	readonly layout: GraphLayout;
}

/** Nodes made in one frame: more would be felt as a jerk. */
const nodesPerFrame = 160;
/** Above this many nodes in sight a new layout is shown at once, without movement. */
const movableNodes = 420;
const moveMilliseconds = 420;
/** How many texts may change in one frame, and how long (in milliseconds) a frame may take before they are made fewer. */
const texts = { least: 24, start: 200, most: 800 } as const;
const frame = { long: 18, short: 9 } as const;
/** Milliseconds without new numbers after which they are left on all nodes, also on those out of sight. */
const restAfter = 200;

/**
 * A graph drawn into an SVG element, node by node, without a framework between: thousands of nodes stay fluid since only what
 * is in sight is touched, only where it differs, and no more of it in a frame than the machine can bear.
 */
export class GraphDrawing {
	readonly #svg: SVGSVGElement;
	readonly #world: SVGGElement;
	readonly #edges: SVGGElement;
	readonly #lit: SVGGElement;
	readonly #nodes: SVGGElement;
	readonly #flows: GraphFlows;
	readonly #channel = new MessageChannel();
	#scene: Scene | null = null;
	#neighbors: Neighbors = neighborsOf([]);
	#marks = new Map<string, NodeMark>();
	#ids = new Map<number, string>();
	/** What is still to be made. */
	#toBuild: PictureNode[] = [];
	#visible: NodeMark[] = [];
	#view: View = { k: 1, x: 0, y: 0 };
	#viewChanged = false;
	#screen: Size = { width: 0, height: 0 };
	#detail: Detail = 'near';
	#numbers: Numbers | null = null;
	#version = 0;
	/** Where in the list of visible nodes the next frame goes on. */
	#cursor = 0;
	/** How often the nodes in sight were brought up to date, on average. */
	#refreshes = 0;
	#textsPerFrame: number = texts.start;
	#frameStart = 0;
	#frame: number | null = null;
	/** All nodes in sight show the newest numbers. */
	#fresh = false;
	#awaiting = false;
	#rest: ReturnType<typeof setTimeout> | null = null;
	/** No new numbers came for a while. */
	#rested = false;
	/** What the numbers are still to be left on; null until all nodes are made and fresh. */
	#toSettle: NodeMark[] | null = null;
	#move: { readonly from: ReadonlyMap<string, NodeBox>; readonly start: number } | null = null;
	#story: ReadonlyMap<number, GraphMark> = new Map();
	#active: string | null = null;
	#focused: string | null = null;

	constructor(element: SVGSVGElement) {
		this.#svg = element;
		this.#world = svg('g', { class: 'world' }, element);
		this.#edges = svg('g', { class: 'edges', 'aria-hidden': 'true' }, this.#world);
		this.#lit = svg('g', { class: 'lit', 'aria-hidden': 'true' }, this.#world);
		this.#nodes = svg('g', { class: 'nodes' }, this.#world);
		this.#flows = new GraphFlows(svg('g', { class: 'flows', 'aria-hidden': 'true' }, this.#world));
		// A message posted in a frame arrives when that frame has been laid out and painted.
		this.#channel.port1.onmessage = () => {
			this.#weigh(performance.now() - this.#frameStart);
		};
	}

	get scene(): Scene | null {
		return this.#scene;
	}

	get neighbors(): Neighbors {
		return this.#neighbors;
	}

	/** The id of the drawn node that shows a place of the graph: the value itself, or the group that holds it. */
	idOf(place: number): string | null {
		return this.#ids.get(place) ?? null;
	}

	/** The place that a drawn node stands for; null if it is not drawn. */
	placeOf(id: string): number | null {
		return this.#scene?.picture.nodes.find((node) => node.id === id)?.place ?? null;
	}

	boxOf(id: string): NodeBox | null {
		return this.#scene?.layout.nodes.get(id) ?? null;
	}

	/** Draws another scene; nodes that were there move to their new places if `moving`. */
	show(scene: Scene, moving: boolean): void {
		const former = this.#scene;
		const same = former?.graph === scene.graph;
		const from = same ? this.#formerBoxes(former, scene) : new Map<string, NodeBox>();
		this.#flows.clear();
		this.#scene = scene;
		this.#neighbors = neighborsOf(scene.picture.edges);
		this.#ids = new Map(
			scene.picture.nodes
				.filter(({ kind }) => kind !== 'operation')
				.flatMap(({ id, place, group }) =>
					group
						? [...group.members].map((member) => [scene.graph.places.get(member)!, id] as const)
						: [[place, id] as const]
				)
		);
		const kept = new Map<string, NodeMark>();
		for (const node of scene.picture.nodes) {
			const mark = this.#marks.get(node.id);
			const box = scene.layout.nodes.get(node.id);
			if (!same || !mark || !box || mark.node.kind !== node.kind) continue;
			mark.box = box;
			mark.place(box);
			kept.set(node.id, mark);
		}
		for (const [id, mark] of this.#marks) if (kept.get(id) !== mark) mark.element.remove();
		this.#marks = kept;
		this.#toBuild = scene.picture.nodes.filter(({ id }) => !kept.has(id));
		this.#drawEdges(scene.layout);
		this.#active = null;
		this.#drawActive();
		if (this.#toBuild.length <= movableNodes) this.#build(this.#toBuild.splice(0));
		this.#viewChanged = true;
		const movable = moving && from.size > 0 && scene.picture.nodes.length <= movableNodes;
		this.#move = movable ? { from, start: performance.now() } : null;
		this.#edges.classList.toggle('waiting', movable);
		if (movable) this.#moveNodes(performance.now());
		this.#version++;
		this.#unsettle();
		this.#request();
	}

	/** Shows other numbers, in this frame as far as it can bear. */
	setNumbers(numbers: Numbers): void {
		if (numbers === this.#numbers) return;
		this.#numbers = numbers;
		this.#version++;
		this.#unsettle();
		if (this.#frame !== null || !this.#scene) return;
		this.#frameStart = performance.now();
		this.#refresh();
	}

	/** Says whether other numbers, or another scene, are on their way: until they are here, nothing has settled. */
	setAwaiting(awaiting: boolean): void {
		if (awaiting === this.#awaiting) return;
		this.#awaiting = awaiting;
		this.#unsettle();
	}

	setView(view: View): void {
		this.#view = view;
		this.#viewChanged = true;
		this.#request();
	}

	setScreen(screen: Size): void {
		this.#screen = screen;
		this.#viewChanged = true;
		this.#request();
	}

	setMarks(story: ReadonlyMap<number, GraphMark>): void {
		this.#story = story;
		this.#svg.classList.toggle('told', story.size > 0);
		for (const mark of this.#marks.values()) mark.mark(this.#markFor(mark));
	}

	/** Lets things travel between nodes; what still travels is dropped. With no time at all their ways are lit for a while. */
	setFlows(flows: readonly Flow[], milliseconds: number, still: boolean): void {
		const routes = flows.flatMap(({ from, to, label }) => {
			const ids = [this.idOf(from), this.idOf(to)] as const;
			if (!this.#scene || ids[0] === null || ids[1] === null) return [];
			const points = routeOf(this.#scene.layout, ids[0], ids[1]);
			return points ? [{ points, label: label ?? '' }] : [];
		});
		this.#flows.start(routes, milliseconds, still);
	}

	/** Lights what a node reads and who reads it. */
	setActive(id: string | null): void {
		if (id === this.#active) return;
		this.#active = id;
		this.#drawActive();
	}

	/** Marks the node that is looked at, and makes it the one that Tab leads to. */
	setFocused(id: string | null, stop: string | null): void {
		if (this.#focused !== null) this.#marks.get(this.#focused)?.element.classList.remove('focused');
		this.#focused = id;
		if (id !== null) this.#marks.get(id)?.element.classList.add('focused');
		this.#svg.querySelector('[data-node][tabindex="0"]')?.setAttribute('tabindex', '-1');
		const element = this.#elementOf(stop ?? id);
		element?.setAttribute('tabindex', '0');
		if (element && this.#numbers) this.#marks.get(stop ?? id ?? '')?.settle(this.#numbers);
	}

	/** Gives a node the keyboard. */
	focus(id: string): void {
		this.#elementOf(id)?.focus({ preventScroll: true });
	}

	dispose(): void {
		if (this.#frame !== null) cancelAnimationFrame(this.#frame);
		if (this.#rest !== null) clearTimeout(this.#rest);
		this.#channel.port1.close();
		this.#flows.clear();
		this.#world.remove();
	}

	/** A node's element, made out of turn if it has to be. */
	#elementOf(id: string | null): SVGGElement | null {
		if (id === null) return null;
		const turn = this.#marks.has(id) ? -1 : this.#toBuild.findIndex((node) => node.id === id);
		if (turn >= 0) this.#build(this.#toBuild.splice(turn, 1));
		return this.#marks.get(id)?.element ?? null;
	}

	/** Where each node of a scene was in the one before: itself, or the group that held it. */
	#formerBoxes(former: Scene, { picture }: Scene): Map<string, NodeBox> {
		const owners = new Map(
			former.picture.nodes.flatMap(({ id, group }) =>
				group ? [...group.members].map((member) => [member, id] as const) : []
			)
		);
		const boxes = new Map<string, NodeBox>();
		for (const { id, value } of picture.nodes) {
			const owner = owners.get(value);
			const box =
				former.layout.nodes.get(id) ??
				(owner === undefined ? undefined : former.layout.nodes.get(owner));
			if (box) boxes.set(id, box);
		}
		return boxes;
	}

	#markFor({ node }: NodeMark): GraphMark | null {
		return this.#story.get(node.place) ?? null;
	}

	#drawEdges({ edges, nodes }: GraphLayout): void {
		// From afar the operations are dots, drawn as one: hundreds of elements less.
		const dots = [...nodes].flatMap(([id, { x, y }]) =>
			id.endsWith('op') ? `M${x - 13} ${y}a13 13 0 1 0 26 0a13 13 0 1 0 -26 0` : []
		);
		this.#edges.replaceChildren(
			...bundled(edges).flatMap((bundle) => [
				svg('path', { class: 'line', d: bundle.map(curvePath).join('') }),
				svg('path', { class: 'head', d: bundle.map((edge) => arrowPath(edge)).join('') })
			]),
			svg('path', { class: 'dots', d: dots.join('') })
		);
	}

	#drawActive(): void {
		for (const element of this.#nodes.querySelectorAll('.near')) element.classList.remove('near');
		this.#lit.replaceChildren();
		const id = this.#active;
		const { layout } = this.#scene ?? {};
		this.#svg.classList.toggle('attentive', id !== null);
		if (id === null || !layout) return;
		const inward = new Set([id, `${id}op`]);
		const outward = new Set(
			layout.edges.filter((edge) => edge.from === id && edge.to.endsWith('op')).map(({ to }) => to)
		);
		const into = layout.edges.filter(({ to }) => inward.has(to));
		const outOf = layout.edges.filter(({ from }) => from === id || outward.has(from));
		for (const [name, edges] of [
			['into', into],
			['out', outOf]
		] as const) {
			svg('path', { class: `line ${name}`, d: edges.map(curvePath).join('') }, this.#lit);
			const heads = edges.map((edge) => arrowPath(edge, 4)).join('');
			svg('path', { class: `head ${name}`, d: heads }, this.#lit);
		}
		const { operands, readers } = this.#neighbors;
		for (const other of [...(operands.get(id) ?? []), ...(readers.get(id) ?? []), id])
			this.#marks.get(other)?.element.classList.add('near');
	}

	#build(nodes: readonly PictureNode[]): void {
		const { graph, layout } = this.#scene!;
		const fragment = document.createDocumentFragment();
		for (const node of nodes) {
			const { id } = node;
			const box = layout.nodes.get(id);
			if (!box) continue;
			const mark = new NodeMark(graph, node, box);
			mark.mark(this.#markFor(mark));
			if (id === this.#focused) mark.element.classList.add('focused');
			this.#marks.set(id, mark);
			fragment.append(mark.element);
		}
		this.#nodes.append(fragment);
		this.#viewChanged = true;
	}

	#request(): void {
		this.#frame ??= requestAnimationFrame((now) => {
			this.#frame = null;
			this.#frameStart = performance.now();
			if (!this.#scene) return;
			if (this.#toBuild.length > 0) this.#build(this.#toBuild.splice(0, nodesPerFrame));
			if (this.#move) this.#moveNodes(now);
			if (this.#viewChanged) this.#applyView();
			this.#refresh();
			if (this.#rested) this.#settleSome();
			if (this.#toBuild.length > 0 || this.#move) this.#request();
		});
	}

	#applyView(): void {
		this.#viewChanged = false;
		const { k, x, y } = this.#view;
		this.#world.setAttribute('transform', `translate(${x} ${y}) scale(${k})`);
		// Lines stay visible from afar.
		this.#edges.setAttribute('stroke-width', String(Math.max(1.3, 0.75 / k)));
		this.#lit.setAttribute('stroke-width', String(Math.max(2.2, 1.5 / k)));
		const detail = detailAt(k);
		if (detail !== this.#detail) {
			this.#detail = detail;
			this.#svg.dataset['detail'] = detail;
			for (const mark of this.#marks.values()) mark.version = -1;
		}
		this.#visible = [];
		for (const mark of this.#marks.values())
			if (inSight(this.#view, mark.box, this.#screen)) this.#visible.push(mark);
		this.#cursor = 0;
	}

	/** Brings the nodes in sight up to date, as many as a frame can bear; the rest in the next one. */
	#refresh(): void {
		const numbers = this.#numbers;
		if (!numbers) return;
		let left = this.#textsPerFrame;
		const count = this.#visible.length;
		let seen = 0;
		let renewed = 0;
		for (; seen < count && left > 0; seen++) {
			const mark = this.#visible[(this.#cursor + seen) % count]!;
			if (mark.version === this.#version) continue;
			mark.version = this.#version;
			renewed++;
			left -= mark.show(numbers, this.#detail);
		}
		this.#fresh = seen === count;
		if (!this.#fresh) {
			this.#cursor = (this.#cursor + seen) % count;
			this.#request();
		}
		if (renewed === 0) return;
		this.#refreshes += renewed / count;
		this.#svg.dataset['refreshes'] = this.#refreshes.toFixed(2);
		if (left < this.#textsPerFrame) this.#channel.port2.postMessage(null);
	}

	/** Learns from the time that a frame took how many texts the next one may change. */
	#weigh(milliseconds: number): void {
		const factor = milliseconds > frame.long ? 0.7 : milliseconds < frame.short ? 1.2 : 1;
		this.#textsPerFrame = Math.max(
			texts.least,
			Math.min(texts.most, Math.round(this.#textsPerFrame * factor))
		);
	}

	#unsettle(): void {
		this.#svg.dataset['settled'] = 'false';
		this.#rested = false;
		this.#toSettle = null;
		if (this.#rest !== null) clearTimeout(this.#rest);
		this.#rest = setTimeout(() => {
			this.#rest = null;
			this.#rested = true;
			this.#request();
		}, restAfter);
	}

	/** Leaves the numbers on the nodes, as many as a frame can bear, once there is nothing more to come. */
	#settleSome(): void {
		const numbers = this.#numbers;
		if (!numbers || this.#awaiting || this.#toBuild.length > 0 || !this.#fresh) return;
		this.#toSettle ??= [...this.#marks.values()];
		for (const mark of this.#toSettle.splice(0, 2 * nodesPerFrame)) mark.settle(numbers);
		if (this.#toSettle.length > 0) {
			this.#request();
			return;
		}
		this.#rested = false;
		this.#svg.dataset['settled'] = 'true';
	}

	#moveNodes(now: number): void {
		const { from, start } = this.#move!;
		const share = Math.min(1, Math.max(0, (now - start) / moveMilliseconds));
		for (const [id, mark] of this.#marks) {
			const former = from.get(id);
			if (former) mark.place(between(former, mark.box, eased(share)));
		}
		if (share < 1) return;
		this.#move = null;
		this.#edges.classList.remove('waiting');
	}
}
