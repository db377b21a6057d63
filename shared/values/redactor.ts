/**
 * The last line of defence against secrets in logs and errors: removes them from a text in every encoding
 * in which they are sent. Web standard.
 */

/** A shorter form is removed only where it stands alone: a log without every "a1" would be useless. */
const MIN_LENGTH = 6;

const REDACTED = '[secret]';

/**
 * Makes the function that removes `secrets` from a text: as they are, escaped as in JSON, percent-encoded as in URLs and
 * forms, in base64 and base64url. In a line of JSON only the content of strings changes, so it stays valid JSON.
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const forms = new Set(secrets.flatMap(formsOf).filter((form) => form !== ''));
  if (forms.size === 0) return (text) => text;
  // Longest first: if two secrets begin alike, the longer one must be removed completely.
  const sorted = [...forms].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(sorted.map(patternOf).join('|'), 'gu');
  // Digits may be part of a number, where only digits keep the JSON valid.
  return (text) =>
    text.replace(pattern, (found) =>
      /^[\d.eE+-]+$/.test(found) ? '9'.repeat(found.length) : REDACTED,
    );
}

function formsOf(secret: string): string[] {
  const percent = encodeURIComponent(secret.replace(/\p{Cs}/gu, '\ufffd'));
  const strict = percent.replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  const base64 = btoa(String.fromCharCode(...new TextEncoder().encode(secret))).replace(/=+$/, '');
  const base64url = base64.replaceAll('+', '-').replaceAll('/', '_');
  const inJson = JSON.stringify(secret).slice(1, -1);
  const inUrls = [percent, strict]
    .flatMap((form) => [form, form.replaceAll('%20', '+')])
    .flatMap((form) => [form, form.replace(/%[\dA-F]{2}/g, (octet) => octet.toLowerCase())]);
  // Escaped twice: JSON text inside a field, such as the body of an error.
  const twiceInJson = JSON.stringify(inJson).slice(1, -1);
  return [inJson, twiceInJson, ...inUrls, base64, base64url];
}

/** A short form must have no letter or digit beside it, and must not be the name of a member in JSON. */
function patternOf(form: string): string {
  const escaped = form.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  if (form.length >= MIN_LENGTH) return escaped;
  return `(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}]|":)`;
}
