/** The first bytes of the SHA-256 of a text, in base64url, for tags and ids. Three bytes are four characters. */
export async function shortHash(text: string, bytes: number): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  const base64 = btoa(String.fromCharCode(...new Uint8Array(hash, 0, bytes)));
  return base64.replaceAll('+', '-').replaceAll('/', '_');
}
