import type { Attachment } from 'svelte/attachments';

/** Keeps an element's height, in pixels, in a custom property of the page, for what must keep clear of it. */
export function measured(property: `--${string}`): Attachment<HTMLElement> {
	return (element) => {
		const { style } = document.documentElement;
		const observer = new ResizeObserver(() => {
			style.setProperty(property, `${element.offsetHeight}px`);
		});
		observer.observe(element);
		return () => observer.disconnect();
	};
}
