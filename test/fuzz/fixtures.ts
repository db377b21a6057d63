/** Recorded answers as texts that are changed. */
import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('../fixtures/', import.meta.url);

/** The recorded texts below `test/fixtures/` whose paths match, without equal ones and long ones. */
export function recorded(kind: 'crictl' | 'harbor', path: RegExp, most = 12): readonly string[] {
  const files = readdirSync(new URL(`${kind}/`, folder), { recursive: true, encoding: 'utf8' });
  const texts = files
    .filter((file) => path.test(file))
    .sort()
    .map((file) => readFileSync(new URL(`${kind}/${file}`, folder), 'utf8'))
    .filter((text) => text.length < 60_000);
  const found = [...new Set(texts)].slice(0, most);
  if (found.length === 0) throw new Error(`no recorded answer matches ${path}`);
  return found;
}
