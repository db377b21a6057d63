/**
 * Where a text stops being JSON. V8's own messages name a position only sometimes, differ between
 * versions, and quote the text around it, which in a configuration may be a password.
 */

/** The first place at which `text` is not JSON, and what could stand there; null when it is JSON. */
export function findJsonError(text: string): {
  readonly line: number;
  readonly column: number;
  readonly expected: string;
} | null {
  try {
    const end = skipSpace(text, skipValue(text, 0));
    if (end < text.length) throw new NotJson(end, 'the end of the file');
    return null;
  } catch (err) {
    if (!(err instanceof NotJson)) throw err;
    const before = text.slice(0, err.offset).split('\n');
    return { line: before.length, column: (before.at(-1) ?? '').length + 1, expected: err.message };
  }
}

class NotJson extends Error {
  readonly offset: number;
  constructor(offset: number, expected: string) {
    super(expected);
    this.offset = offset;
  }
}

const SPACE = /[ \t\n\r]*/y;
const STRING = /"(?:[^"\\\p{Cc}]|[\x7f-\x9f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/uy;
const SCALAR = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y;

/** Where `pattern` ends when it matches at `offset`, else null. */
function match(pattern: RegExp, text: string, offset: number): number | null {
  pattern.lastIndex = offset;
  return pattern.test(text) ? pattern.lastIndex : null;
}

function skipSpace(text: string, offset: number): number {
  return match(SPACE, text, offset) ?? offset;
}

function skipValue(text: string, from: number): number {
  const at = skipSpace(text, from);
  if (text[at] === '{') {
    return skipItems(text, at + 1, '}', (start) => {
      const name = match(STRING, text, start);
      if (name === null) throw new NotJson(start, 'a key in double quotes');
      const colon = skipSpace(text, name);
      if (text[colon] !== ':') throw new NotJson(colon, '":"');
      return skipValue(text, colon + 1);
    });
  }
  if (text[at] === '[') return skipItems(text, at + 1, ']', (start) => skipValue(text, start));
  const end = match(STRING, text, at) ?? match(SCALAR, text, at);
  if (end === null) throw new NotJson(at, 'a value');
  return end;
}

function skipItems(
  text: string,
  from: number,
  close: string,
  skipItem: (start: number) => number,
): number {
  let at = skipSpace(text, from);
  if (text[at] === close) return at + 1;
  for (;;) {
    at = skipSpace(text, skipItem(skipSpace(text, at)));
    if (text[at] === close) return at + 1;
    if (text[at] !== ',') throw new NotJson(at, `"," or "${close}"`);
    at += 1;
  }
}
