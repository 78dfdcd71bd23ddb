/** The address of a file of the app. */
declare module '*.wasm?url&no-inline' {
	const address: string;
	export default address;
}

declare module '*?worker&url' {
	/** The address of a worker's own script. */
	const address: string;
	export default address;
}
