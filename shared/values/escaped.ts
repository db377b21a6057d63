/** Characters that change how a terminal or a viewer shows a text: as escapes of JSON. */

/** Control characters (C1 too: U+009B begins a sequence of a terminal), line separators, marks of direction. */
const MISLEADING = /[\p{Cc}\u2028\u2029\p{Bidi_Control}]/gu;

/** Those of a text of several lines. */
const MISLEADING_IN_LINES = /[^\t\n\P{Cc}]|\p{Bidi_Control}/gu;

/** The text with misleading characters as `\uXXXX`. JSON text on one line keeps its meaning. */
export function escaped(text: string): string {
  return text.replace(MISLEADING, asEscape);
}

/** The same for HTML and other texts of several lines, whose tabs and line feeds stay. */
export function escapedLines(text: string): string {
  return text.replace(MISLEADING_IN_LINES, asEscape);
}

function asEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
