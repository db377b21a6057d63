/**
 * The last line of defence against secrets in logs and errors: removes them from a text in every encoding
 * in which they are sent. Web standard.
 */

/** Shorter secrets are not removed: a log without every "a1" would be useless. */
const MIN_LENGTH = 6;

const REDACTED = '[secret]';

/**
 * Makes the function that removes `secrets` from a text: as they are, escaped as in JSON, percent-encoded, in
 * base64 and base64url. In a line of JSON only the content of strings changes, so it stays valid JSON.
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const forms = new Set(secrets.filter((secret) => secret.length >= MIN_LENGTH).flatMap(formsOf));
  if (forms.size === 0) return (text) => text;
  // Longest first: if two secrets begin alike, the longer one must be removed completely.
  const sorted = [...forms].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(sorted.map(escapeForRegExp).join('|'), 'g');
  // Digits may be part of a number, where only digits keep the JSON valid.
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
  // Escaped twice: JSON text inside a field, such as the body of an error.
  const twiceInJson = JSON.stringify(inJson).slice(1, -1);
  return [inJson, twiceInJson, percent, lowerPercent, base64, base64url];
}

function escapeForRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
