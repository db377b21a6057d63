/** Reads config.json. */
import { readFileSync } from 'node:fs';
import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser';
import { repeatedMembers } from '../../values/configuration/repeated-members.ts';
import { escaped } from '../../values/escaped.ts';
import { codeOf } from '../system/error-code.ts';
import { ConfigurationError } from './configuration-error.ts';

/**
 * The content of the file; undefined if it is missing and may be missing.
 * @throws ConfigurationError if it cannot be read, is not JSON, or has a member twice
 */
export function readConfigFile(path: string, mayBeMissing: boolean): unknown {
  const text = readFile(path, mayBeMissing);
  if (text === null) return undefined;
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    // V8's own message quotes the text around the error, which may be a password.
    throw new ConfigurationError([`${path}: ${whereBroken(text)}`]);
  }
  const repeated = repeatedMembers(text);
  if (repeated.length === 0) return content;
  throw new ConfigurationError(
    repeated.map((member) => `${path}: ${escaped(member)} occurs twice`),
  );
}

function readFile(path: string, mayBeMissing: boolean): string | null {
  try {
    // Editors on Windows write a byte order mark before the text.
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch (err) {
    const code = codeOf(err);
    if (mayBeMissing && code === 'ENOENT') return null;
    throw new ConfigurationError([`${path}: cannot be read (${code ?? String(err)})`]);
  }
}

/** The position of the first error in the JSON text, and what it is. */
function whereBroken(text: string): string {
  const errors: ParseError[] = [];
  try {
    parse(text, errors, { disallowComments: true, allowTrailingComma: false });
  } catch (err) {
    if (!(err instanceof RangeError)) throw err; // jsonc-parser is recursive
    return 'not valid JSON; the nesting is too deep to find the position';
  }
  const [{ offset, error } = { offset: 0, error: 0 }] = errors;
  const before = text.slice(0, offset).split('\n');
  const column = (before.at(-1) ?? '').length + 1;
  const what = printParseErrorCode(error)
    .replace(/\B[A-Z]/g, ' $&')
    .toLowerCase();
  return `line ${before.length}, column ${column}: not valid JSON (${what})`;
}
