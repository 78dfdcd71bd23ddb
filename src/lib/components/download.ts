/** Offers a text to the person as a JSON file of this name. */
export function download(name: string, text: string): void {
	downloadFile(name, new Blob([text], { type: 'application/json' }));
}

/** Offers a file of this name to the person. */
export function downloadFile(name: string, file: Blob): void {
	const address = URL.createObjectURL(file);
	const link = document.createElement('a');
	link.href = address;
	link.download = name;
	link.click();
	// Some browsers begin to read only after the click has been handled.
	setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
