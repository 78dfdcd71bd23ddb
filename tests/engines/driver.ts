/** One page of a browser, by what every engine's protocol can do. */
export interface Driver {
	/** Goes to an address and waits until its document is loaded. */
	goto(url: string): Promise<void>;
	/** Calls a function in the page, with arguments and a result that JSON can hold; it may use nothing from outside itself. */
	evaluate<Parameters extends unknown[], Result>(
		work: (...parameters: Parameters) => Result | Promise<Result>,
		...parameters: Parameters
	): Promise<Result>;
	/** Presses the mouse where the page is, in CSS pixels, and lets it go. */
	click(x: number, y: number): Promise<void>;
	/** Presses keys one after the other: a character, or a name such as `ArrowLeft`. */
	press(keys: readonly string[]): Promise<void>;
	/** Sets the size of the page in CSS pixels, as far as the browser can. */
	resize(width: number, height: number): Promise<void>;
	/** The page as it is seen, as PNG. */
	screenshot(): Promise<Uint8Array>;
	/** What the browser logged as an error since it was started, as far as its protocol tells. */
	errors(): readonly string[];
	/** Ends the browser. */
	close(): Promise<void>;
}
