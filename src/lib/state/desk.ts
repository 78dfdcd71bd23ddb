import { createContext } from 'svelte';
import type { Inside } from './inside.svelte';
import type { Workspace } from './workspace.svelte';

/** What all pages share; it outlives each of them, so that a run goes on while one changes pages. */
export interface Desk {
	readonly workspace: Workspace;
	readonly inside: Inside;
}

/** The desk of the page, to be asked for while a component is made; and how the layout provides it. */
export const [desk, provideDesk] = createContext<Desk>();
