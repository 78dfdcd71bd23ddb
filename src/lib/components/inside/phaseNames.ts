import type { Phase } from '$lib/explain/microSteps';

/** How the page calls the phases of a training step. */
export const phaseNames: Readonly<Record<Phase, string>> = {
	forward: 'Forward',
	zero: 'Zero grad',
	backward: 'Backward',
	update: 'Update'
};
