/** Orders texts by their UTF-16 code units, which is the same on every machine, unlike a locale's order. */
export function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
