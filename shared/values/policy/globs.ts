/** Lists of globs: `*` stands for any characters, `/` too, and `!` in front excludes. */

/** Tells whether a list of globs covers a text. */
export type GlobMatch = (text: string) => boolean;

/**
 * Compiles a list once. A text is covered if a glob matches it, or all globs are exclusions, and no exclusion
 * matches it, wherever the exclusion is in the list. An empty list covers everything.
 */
export function compileGlobs(globs: readonly string[]): GlobMatch {
  const matchersOf = (patterns: readonly string[]) => patterns.map(compileGlob);
  const included = matchersOf(globs.filter((glob) => !glob.startsWith('!')));
  const excluded = matchersOf(
    globs.filter((glob) => glob.startsWith('!')).map((glob) => glob.slice(1)),
  );
  return (text) =>
    (included.length === 0 || included.some((matches) => matches(text))) &&
    !excluded.some((matches) => matches(text));
}

/**
 * Takes the first place of each part, from left to right, and never goes back. Not a regular expression,
 * because several `.*` backtrack.
 */
function compileGlob(glob: string): GlobMatch {
  const [first = '', ...rest] = glob.split('*');
  const last = rest.pop();
  if (last === undefined) return (text) => text === first;
  return (text) => {
    if (text.length < first.length + last.length) return false;
    if (!text.startsWith(first) || !text.endsWith(last)) return false;
    const end = text.length - last.length;
    let from = first.length;
    for (const part of rest) {
      const at = text.indexOf(part, from);
      if (at === -1 || at + part.length > end) return false;
      from = at + part.length;
    }
    return true;
  };
}
