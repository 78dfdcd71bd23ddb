import { placeAt, type Place } from './plane';
import type { Stroke } from './tools';

/** What the pointer's doings lead to. */
export interface PointerTarget {
	/** A stroke begins; `eraser` when it is the other end of the pen. Null refuses it. */
	readonly begin: (at: Place, eraser: boolean) => Stroke | null;
	/** The stroke that began last is over. */
	readonly end: () => void;
	/** Where the pointer is; null when it is nowhere. */
	readonly hover: (at: Place | null) => void;
}

/** A finger that moves no more than this many pixels has tapped. */
const slack = 5;

const eraserButton = 5;

/** Turns the pointer events of an element that shows the domain into strokes: one pointer at a time. */
class PointerStrokes {
	readonly #element: HTMLElement;
	readonly #target: PointerTarget;
	#pointer: number | null = null;
	#stroke: Stroke | null = null;
	/** A finger that is down but may yet be the first of two: its stroke has not begun. */
	#waiting: PointerEvent | null = null;

	constructor(element: HTMLElement, target: PointerTarget) {
		this.#element = element;
		this.#target = target;
	}

	/** A second finger means that the page is to be pinched: the first one draws no more. */
	down(event: PointerEvent): void {
		if (!event.isPrimary) this.stop();
		if (!event.isPrimary || this.#pointer !== null) return;
		if (event.button !== 0 && event.button !== eraserButton) return;
		this.#pointer = event.pointerId;
		if (event.isTrusted) this.#element.setPointerCapture(event.pointerId);
		if (event.pointerType === 'touch') this.#waiting = event;
		else this.#begin(event);
	}

	move(event: PointerEvent): void {
		if (event.pointerId === this.#pointer) this.#carryOn(event);
		else if (event.pointerType === 'touch') return;
		this.#target.hover(this.#place(event));
	}

	up(event: PointerEvent): void {
		if (event.pointerId !== this.#pointer) return;
		if (this.#waiting) this.#begin(this.#waiting);
		this.stop();
		if (event.pointerType === 'touch') this.#target.hover(null);
	}

	leave(): void {
		if (this.#pointer === null) this.#target.hover(null);
	}

	/** Ends the stroke and keeps what it did; one that waits never begins. */
	stop(): void {
		const begun = this.#stroke !== null;
		this.#pointer = this.#stroke = this.#waiting = null;
		if (begun) this.#target.end();
	}

	#place({ clientX, clientY }: PointerEvent): Place {
		return placeAt(clientX, clientY, this.#element.getBoundingClientRect());
	}

	#begin(event: PointerEvent): void {
		this.#waiting = null;
		this.#stroke = this.#target.begin(this.#place(event), event.button === eraserButton);
	}

	#carryOn(event: PointerEvent): void {
		const start = this.#waiting;
		if (start) {
			const way = Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY);
			if (way <= slack) return;
			this.#begin(start);
		}
		// Between two frames a fast pointer was in more places than one; scripted events know of none.
		const coalesced = event.getCoalescedEvents?.() ?? [];
		for (const each of coalesced.length > 0 ? coalesced : [event]) {
			this.#stroke?.(this.#place(each));
		}
	}
}

/** An attachment that lets the mouse, a pen and fingers draw on an element that shows the domain. */
export function drawable(target: PointerTarget): (element: HTMLElement) => () => void {
	return (element) => {
		const strokes = new PointerStrokes(element, target);
		const listening = new AbortController();
		const listeners: Record<string, (event: PointerEvent) => void> = {
			pointerdown: (event) => strokes.down(event),
			pointermove: (event) => strokes.move(event),
			pointerup: (event) => strokes.up(event),
			pointercancel: () => strokes.stop(),
			lostpointercapture: () => strokes.stop(),
			pointerleave: () => strokes.leave()
		};
		for (const [name, listener] of Object.entries(listeners)) {
			element.addEventListener(name, listener as EventListener, { signal: listening.signal });
		}
		return () => {
			listening.abort();
			strokes.stop();
		};
	};
}
