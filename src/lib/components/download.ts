/** Offers a text to the person as a JSON file of this name. */
export function download(name: string, text: string): void {
	const address = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
	const link = document.createElement('a');
	link.href = address;
	link.download = name;
	link.click();
	// Some browsers begin to read only after the click has been handled.
	setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
