/** Two states of which one is on show: going there and back exchanges them. */
export interface Exchange {
	/** Goes to the other state, and remembers how to come back. */
	swap(): void;
}

/** How many edits can be undone. */
const depth = 500;

/** The edits that can be undone and redone, newest last. Immutable, so that a page can derive from it. */
export interface UndoStack {
	readonly done: readonly Exchange[];
	readonly undone: readonly Exchange[];
}

export const emptyUndoStack: UndoStack = { done: [], undone: [] };

/** The stack after a new edit, which makes what was undone unreachable. */
export function edited({ done }: UndoStack, edit: Exchange): UndoStack {
	return { done: [...done, edit].slice(-depth), undone: [] };
}

/** Undoes the newest edit. */
export function undone({ done, undone }: UndoStack): UndoStack {
	const edit = done.at(-1);
	if (!edit) return { done, undone };
	edit.swap();
	return { done: done.slice(0, -1), undone: [...undone, edit] };
}

/** Redoes what was undone last. */
export function redone({ done, undone }: UndoStack): UndoStack {
	const edit = undone.at(-1);
	if (!edit) return { done, undone };
	edit.swap();
	return { done: [...done, edit], undone: undone.slice(0, -1) };
}
