/** The square that everything happens in, x and y alike, y up. */
export const domain = { min: -3, max: 3 } as const;

/** Distance between neighboring places of the lattice on which all drawn and generated points lie. */
export const latticeStep = 1 / 1024;

/** The lattice coordinate nearest to `value`, brought into the domain first. */
export function snap(value: number): number {
	const inside = Math.min(domain.max, Math.max(domain.min, value));
	return Math.floor(inside / latticeStep + 0.5) * latticeStep;
}
