/** Names in sentences, of which there may be thousands. */

/** `a, b, c and 7 more`: at most `limit` of the names. */
export function firstNames(names: readonly string[], limit: number): string {
  const more = names.length - limit;
  return `${names.slice(0, limit).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** `the tag a`, `the tags a, b`; the first ten of many. */
export function tagList(tags: readonly string[]): string {
  return `the tag${tags.length === 1 ? '' : 's'} ${firstNames(tags, 10)}`;
}
