/** Gives a canvas its size in device pixels; says so only when it changes, since that makes it anew. */
export function resizeCanvas(canvas: HTMLCanvasElement, width: number, height: number): void {
	if (canvas.width !== width) canvas.width = width;
	if (canvas.height !== height) canvas.height = height;
}
