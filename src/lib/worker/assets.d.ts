/** The address of a file of the app. */
declare module '*.wasm?url&no-inline' {
	const address: string;
	export default address;
}
