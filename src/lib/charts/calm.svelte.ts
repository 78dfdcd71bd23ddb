import { Redraw } from './redraw';

/** Milliseconds between two values: numbers that change faster cannot be read. */
const interval = 100;

/** The newest value, at most ten times a second; for use while a component is made. */
export function calm<T>(newest: () => T): { readonly current: T } {
	const redraw = new Redraw(interval);
	let shown = $state.raw(newest());
	$effect(() => {
		const value = newest();
		redraw.request(() => (shown = value));
	});
	$effect(() => () => redraw.cancel());
	return {
		get current() {
			return shown;
		}
	};
}
