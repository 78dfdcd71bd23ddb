/** Bytes a call of `String.fromCharCode` is given at once: well below every engine's limit of arguments. */
const stretch = 8192;

/** The bytes in the alphabet that addresses allow, unpadded (RFC 4648, section 5). */
export function toBase64url(bytes: Uint8Array): string {
	let binary = '';
	for (let start = 0; start < bytes.length; start += stretch) {
		binary += String.fromCharCode(...bytes.subarray(start, start + stretch));
	}
	return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** The bytes that the text stands for; null when it is not base64url. */
export function fromBase64url(text: string): Uint8Array<ArrayBuffer> | null {
	if (!/^[\w-]*$/.test(text) || text.length % 4 === 1) return null;
	const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
	return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
