/** Characters that change how a terminal or a viewer shows a text: as escapes of JSON. */

/** Control characters (C1 too: U+009B begins a sequence of a terminal), line separators, marks of direction. */
const MISLEADING = /[\p{Cc}\u2028\u2029\p{Bidi_Control}]/gu;

/** The text with misleading characters as `\uXXXX`. JSON text on one line keeps its meaning. */
export function escaped(text: string): string {
  return text.replace(
    MISLEADING,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
