import type { PictureNode } from '../engine/picture';
import type { Numbers } from '../engine/valueGraph';
import type { ModelGraph } from '../explain/sampleGraph';
import type { NodeBox } from '../worker/graphLayout';
import { nodeSizes, opacities, strengthOf, type Detail } from './graphGeometry';
import type { GraphMark } from './graphMarks';
import {
	captionOf,
	cardNumber,
	operationSign,
	cardKind,
	shortNumber,
	spokenNode,
	tagOf
} from './graphText';

const namespace = 'http://www.w3.org/2000/svg';

type Attributes = Readonly<Record<string, string | number>>;

/** An SVG element. */
export function svg<Name extends keyof SVGElementTagNameMap>(
	name: Name,
	attributes: Attributes,
	parent?: Element
): SVGElementTagNameMap[Name] {
	const element = document.createElementNS(namespace, name);
	for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
	parent?.append(element);
	return element;
}

/** A text whose content is one text node, so that it can be changed in place. */
export function svgText(parent: Element, text: string, attributes: Attributes): Text {
	const element = svg('text', attributes, parent);
	const content = document.createTextNode(text);
	element.append(content);
	return content;
}

/** Round corners of each role's card: crisp for what is learned, a capsule for what is given. */
export const corners = { parameter: 3, input: 20, constant: 9, result: 9, step: 9 } as const;

/** How far the sheets of a group's stack lie apart. */
export const stackShift = 4;

/** The card of a group: its box without the room for the stack behind it. */
export const groupCard = {
	x: -nodeSizes.group[0] / 2,
	y: -nodeSizes.group[1] / 2 + 2 * stackShift,
	width: nodeSizes.group[0] - 2 * stackShift,
	height: nodeSizes.group[1] - 2 * stackShift
} as const;

/** The lines of a card: baselines of its name and its numbers, and where they begin and end. */
export const cardLines = {
	value: { left: -44, right: 44, name: -11.5, data: 5, grad: 19.5 },
	group: { left: -60, right: 52, name: -2, data: 15, grad: 29.5 }
} as const;

/**
 * One node on the page. Its shapes are there from the start; its texts, which cost much more, only once they are to be read.
 * Numbers are written only where they differ from what stands there.
 */
export class NodeMark {
	readonly element: SVGGElement;
	readonly node: PictureNode;
	/** The name by which it is read out. */
	readonly name: string;
	box: NodeBox;
	/** The refresh whose numbers it shows. */
	version = -1;
	readonly #graph: ModelGraph;
	#words: SVGGElement | null = null;
	#data: Text | null = null;
	#grad: Text | null = null;
	/** The number on it where it is seen from some way off. */
	#short: Text | null = null;
	#tint: SVGElement | null = null;
	#level = NaN;
	#badge: SVGGElement | null = null;
	#tone: string | null = null;

	constructor(graph: ModelGraph, node: PictureNode, box: NodeBox) {
		this.#graph = graph;
		this.node = node;
		this.box = box;
		const caption = captionOf(graph, node.place);
		this.name = node.group ? `${node.group.name}, ${caption}` : caption || 'constant';
		this.element = svg('g', { 'data-node': node.id, class: `node ${node.kind}` });
		if (node.kind === 'operation') this.#buildDisc();
		else this.#buildCard();
		this.place(box);
	}

	/** Moves it, for good or for a moment. */
	place({ x, y }: { readonly x: number; readonly y: number }): void {
		this.element.setAttribute('transform', `translate(${x} ${y})`);
	}

	/**
	 * Shows numbers in so much detail: the color of the data always, texts where they can be read. Returns how many texts were
	 * made or changed.
	 */
	show({ data, grad }: Numbers, detail: Detail): number {
		const { place, kind } = this.node;
		const value = data[place]!;
		if (kind === 'operation') return detail === 'near' ? this.#showSign() : 0;
		this.#showTint(value, detail);
		if (detail === 'far') return 0;
		return detail === 'near' ? this.#showNumbers(value, grad[place]!) : this.#showShort(value);
	}

	/** Leaves the numbers in full precision, and as words, for scripts and for those who hear them. */
	settle({ data, grad }: Numbers): void {
		const { kind, place } = this.node;
		if (kind === 'operation') return;
		const [value, slope] = [data[place]!, grad[place]!];
		this.#set('data-value', String(value));
		this.#set('data-grad', String(slope));
		this.#set('aria-label', spokenNode(this.name, value, slope));
	}

	/** Marks it; null takes the mark away. */
	mark(mark: GraphMark | null): void {
		const tone = mark && this.node.kind !== 'operation' ? `tone-${mark.tone}` : null;
		if (tone !== this.#tone) {
			if (this.#tone) this.element.classList.remove(this.#tone);
			if (tone) this.element.classList.add(tone);
			this.#tone = tone;
		}
		const badge = this.node.kind === 'operation' ? '' : (mark?.badge ?? '');
		if ((this.#badge?.textContent ?? '') === badge) return;
		this.#badge?.remove();
		this.#badge = null;
		if (badge === '') return;
		const [width, height] = nodeSizes[this.node.kind];
		this.#badge = svg(
			'g',
			{ class: 'badge', transform: `translate(${width / 2 - 4} ${-height / 2 + 2})` },
			this.element
		);
		const half = 4 + 3.2 * badge.length;
		svg('rect', { x: -half, y: -8, width: 2 * half, height: 16, rx: 8 }, this.#badge);
		svgText(this.#badge, badge, { y: 3.5 });
	}

	#set(name: string, value: string): void {
		if (this.element.getAttribute(name) !== value) this.element.setAttribute(name, value);
	}

	#buildDisc(): void {
		const { value } = this.node;
		const wide = operationSign(value).length > 2;
		this.element.setAttribute('aria-hidden', 'true');
		const [width, height] = nodeSizes.operation;
		const half = width / 2 - 1;
		const squeeze = wide ? 3 : 0;
		svg(
			'rect',
			{
				class: 'disc',
				x: -half,
				y: -half + squeeze,
				width: 2 * half,
				height: height - 2 - 2 * squeeze,
				rx: half - squeeze
			},
			this.element
		);
	}

	#buildCard(): void {
		const { kind, place } = this.node;
		const role = cardKind(this.#graph, place);
		const { element } = this;
		element.setAttribute('role', 'button');
		element.setAttribute('tabindex', '-1');
		const root = place === this.#graph.nodes.length - 1;
		element.classList.add(kind === 'group' ? 'folded' : role, ...(root ? ['root'] : []));
		if (kind === 'group') {
			const { x, y, width, height } = groupCard;
			for (const shift of [2 * stackShift, stackShift])
				svg('rect', { class: 'sheet', x: x + shift, y: y - shift, width, height, rx: 16 }, element);
			svg('rect', { class: 'card', x, y, width, height, rx: 16 }, element);
			this.#tint = svg('rect', { class: 'tint', x, y, width, height, rx: 16 }, element);
			return;
		}
		const [width, height] = nodeSizes.value;
		const shape = {
			x: -width / 2 + 1,
			y: -height / 2 + 1,
			width: width - 2,
			height: height - 2,
			rx: corners[role]
		};
		svg('rect', { class: 'card', ...shape }, element);
		this.#tint = svg('rect', { class: 'tint', ...shape }, element);
		if (role === 'parameter') {
			const bar = { x: shape.x, y: shape.y, width: 4, height: shape.height, rx: 2 };
			svg('rect', { class: 'bar', ...bar }, element);
		}
	}

	#showTint(value: number, detail: Detail): void {
		const opacity = (opacities[detail] * strengthOf(value)) / 8;
		const level = value < 0 ? -opacity : opacity;
		if (level === this.#level) return;
		this.#level = level;
		this.element.classList.toggle('negative', level < 0);
		this.#tint!.setAttribute('fill-opacity', String(opacity));
	}

	#showSign(): number {
		if (this.#words) return 0;
		const sign = operationSign(this.node.value);
		this.#words = svg('g', { class: 'words' }, this.element);
		svgText(this.#words, sign, sign.length > 2 ? { class: 'long', y: 3 } : { y: 5 });
		return 1;
	}

	#showShort(value: number): number {
		const made = this.#short ? 0 : this.#makeTitle();
		const text = shortNumber(value);
		if (this.#short!.data === text) return made;
		this.#short!.data = text;
		return made + 1;
	}

	#makeTitle(): number {
		const title = svg('g', { class: 'title' }, this.element);
		const { label, group } = this.node;
		const [x, name, number] = group ? [-stackShift, 2, 29] : [0, -3, 19];
		if (label !== '') svgText(title, label, { class: 'name', x, y: name });
		this.#short = svgText(title, '', { x, y: label === '' ? 7 : number });
		return 2;
	}

	#showNumbers(value: number, slope: number): number {
		const made = this.#words ? 0 : this.#makeWords();
		const data = cardNumber(value);
		const grad = cardNumber(slope);
		let changed = made;
		if (this.#data!.data !== data) {
			this.#data!.data = data;
			changed++;
		}
		if (this.#grad!.data !== grad) {
			this.#grad!.data = grad;
			changed++;
		}
		return changed;
	}

	#makeWords(): number {
		const { node } = this;
		const group = node.kind === 'group' ? node.group : null;
		const { left, right, name, data, grad } = cardLines[group ? 'group' : 'value'];
		const words = svg('g', { class: 'words' });
		const caption = captionOf(this.#graph, node.place);
		const tag = group ? '' : tagOf(this.#graph, node.place);
		if (group) {
			svgText(words, group.name, { class: 'tag', x: left, y: name - 16 });
			this.#makeChip(words);
		}
		const plain = node.label === '' ? 'made' : 'name';
		svgText(words, caption === '' ? tag : caption, { class: plain, x: left, y: name });
		if (caption !== '' && tag !== '') svgText(words, tag, { class: 'tag end', x: right, y: name });
		const keys = svg('text', { class: 'key' }, words);
		svg('tspan', { x: left, y: data }, keys).textContent = 'data';
		svg('tspan', { x: left, y: grad }, keys).textContent = 'grad';
		this.#data = svgText(words, '', { class: 'number', x: right, y: data });
		this.#grad = svgText(words, '', { class: 'number', x: right, y: grad });
		this.element.append(words);
		// The badge stays on top.
		if (this.#badge) this.element.append(this.#badge);
		this.#words = words;
		return 4;
	}

	/** What a group is unfolded with by the pointer. */
	#makeChip(words: Element): void {
		const chip = svg(
			'g',
			{
				class: 'chip',
				transform: `translate(${groupCard.x + groupCard.width - 16} ${groupCard.y + 16})`
			},
			words
		);
		svg('title', {}, chip).textContent = 'Unfold';
		svg('circle', { r: 12 }, chip);
		svg('path', { d: 'M1.5 -1.5L5 -5M1.8 -5H5V-1.8M-1.5 1.5L-5 5M-1.8 5H-5V1.8' }, chip);
	}
}
