/** Sides of a cell that a line joins, by which corners are inside: top left 8, top right 4, bottom right 2, bottom left 1. */
const top = 0;
const right = 1;
const bottom = 2;
const left = 3;
const lines: readonly (readonly number[])[] = [
	[],
	[left, bottom],
	[bottom, right],
	[left, right],
	[top, right],
	[top, right, left, bottom],
	[top, bottom],
	[top, left],
	[top, left],
	[top, bottom],
	[top, left, bottom, right],
	[top, right],
	[left, right],
	[bottom, right],
	[left, bottom],
	[]
];

/** The other way to join the sides of a saddle, taken when its center is inside. */
const joined: Readonly<Record<number, readonly number[]>> = {
	5: [top, left, bottom, right],
	10: [top, right, left, bottom]
};

/** One row of the padded grid: the cells' values, and at either end a value carried on to the border. */
function padRow(row: Float64Array, value: (column: number) => number, size: number): void {
	for (let column = 0; column < size; column++) row[column + 1] = value(column);
	row[0] = carriedOn(row[1]!, row[Math.min(2, size)]!);
	row[size + 1] = carriedOn(row[size]!, row[Math.max(1, size - 1)]!);
}

/** The value half a cell beyond `edge`, on the straight line from its inner neighbor. */
function carriedOn(edge: number, inner: number): number {
	return edge + (edge - inner) / 2;
}

/**
 * The level line of a square grid by marching squares: the ends of its pieces as x0, y0, x1, y1, …
 * in units of the grid's side, from the top left corner, y down. Values sit at the centers of their cells;
 * the line is carried on to the border. Cells with a value that is not finite have no line.
 * Source: Lorensen and Cline, "Marching Cubes" (1987), in two dimensions.
 */
export function contour(outputs: ArrayLike<number>, size: number, level = 0): number[] {
	const pieces: number[] = [];
	let above = new Float64Array(size + 2);
	let below = new Float64Array(size + 2);
	const at = (index: number) => (index === 0 ? 0 : index > size ? 1 : (index - 0.5) / size);
	const fill = (row: Float64Array, index: number) => {
		const edge = Math.min(size - 1, Math.max(0, index - 1));
		const inner = index === 0 ? Math.min(1, size - 1) : Math.max(0, size - 2);
		const padded = index === 0 || index > size;
		const value = (column: number) => {
			const here = outputs[edge * size + column]!;
			return padded ? carriedOn(here, outputs[inner * size + column]!) : here;
		};
		padRow(row, value, size);
	};
	fill(above, 0);
	for (let row = 0; row <= size; row++) {
		fill(below, row + 1);
		const y0 = at(row);
		const y1 = at(row + 1);
		for (let column = 0; column <= size; column++) {
			const tl = above[column]! - level;
			const tr = above[column + 1]! - level;
			const br = below[column + 1]! - level;
			const bl = below[column]! - level;
			const corners = (tl > 0 ? 8 : 0) | (tr > 0 ? 4 : 0) | (br > 0 ? 2 : 0) | (bl > 0 ? 1 : 0);
			if (corners === 0 || corners === 15 || !Number.isFinite(tl + tr + br + bl)) continue;
			const x0 = at(column);
			const x1 = at(column + 1);
			const sides = (tl + tr + br + bl > 0 && joined[corners]) || lines[corners]!;
			for (const side of sides) {
				if (side === top) pieces.push(x0 + (x1 - x0) * (tl / (tl - tr)), y0);
				else if (side === right) pieces.push(x1, y0 + (y1 - y0) * (tr / (tr - br)));
				else if (side === bottom) pieces.push(x0 + (x1 - x0) * (bl / (bl - br)), y1);
				else pieces.push(x0, y0 + (y1 - y0) * (tl / (tl - bl)));
			}
		}
		[above, below] = [below, above];
	}
	return pieces;
}
