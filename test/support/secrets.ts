/** Secrets that a test can recognise in any form. */

/** Every form in which a text that was sent or configured may turn up again. */
function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const inJson = JSON.stringify(secret).slice(1, -1);
  const percent = encodeURIComponent(secret);
  const plain = [
    secret,
    inJson,
    JSON.stringify(inJson).slice(1, -1),
    percent,
    percent.replace(/%../g, (octet) => octet.toLowerCase()),
    bytes.toString('latin1'),
    bytes.toString('hex'),
  ];
  // Base64 of a longer text (`user:password`) holds this one's in one of three alignments; the
  // characters at its ends depend on the neighbours.
  const aligned = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    return text.replace(/=+$/, '').slice(offset === 0 ? 0 : 4, -2);
  });
  return [...plain, ...aligned, ...aligned.map(urlSafe)];
}

const urlSafe = (base64: string) => base64.replaceAll('+', '-').replaceAll('/', '_');

/** The names of the secrets that are in `text`, in any form. */
export function secretsIn(text: string, secrets: Readonly<Record<string, string>>) {
  return Object.entries(secrets)
    .filter(([, secret]) => formsOf(secret).some((form) => text.includes(form)))
    .map(([name]) => name);
}
