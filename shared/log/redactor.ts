/**
 * The last line of defence against secrets in logs and errors: removes them from a text in every form
 * in which they travel. Web standard.
 */

/** Shorter secrets are left: taking "a1" out of every line would leave no log. */
const MIN_LENGTH = 6;

export const REDACTED = '[secret]';

/**
 * Makes the function that takes `secrets` out of a text: as they are, escaped as in JSON, percent-encoded, in
 * base64 and base64url. In a line of JSON only content of strings changes, so it stays JSON.
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const forms = new Set(secrets.filter((secret) => secret.length >= MIN_LENGTH).flatMap(formsOf));
  if (forms.size === 0) return (text) => text;
  // Longest first: of two secrets that begin alike the whole of the longer one must go.
  const sorted = [...forms].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(sorted.map(escapeForRegExp).join('|'), 'g');
  // Digits may be part of a number: there only digits keep the line JSON.
  return (text) =>
    text.replace(pattern, (found) =>
      /^[\d.eE+-]+$/.test(found) ? '9'.repeat(found.length) : REDACTED,
    );
}

function formsOf(secret: string): string[] {
  const percent = encodeURIComponent(secret.replace(/\p{Cs}/gu, '\ufffd'));
  const base64 = btoa(String.fromCharCode(...new TextEncoder().encode(secret))).replace(/=+$/, '');
  const base64url = base64.replaceAll('+', '-').replaceAll('/', '_');
  const inJson = JSON.stringify(secret).slice(1, -1);
  const lowerPercent = percent.replace(/%[\dA-F]{2}/g, (octet) => octet.toLowerCase());
  // Twice escaped: a JSON text, an error body for example, quoted inside a field.
  const twiceInJson = JSON.stringify(inJson).slice(1, -1);
  return [inJson, twiceInJson, percent, lowerPercent, base64, base64url];
}

function escapeForRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
