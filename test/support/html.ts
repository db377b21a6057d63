/** What a reader sees of a page. It knows the HTML that hono/jsx writes, which is well-formed. */

/** The text of HTML, with single spaces. */
export function textOf(html: string): string {
  return html
    .replace(/<(?:head|select)\b.*?<\/(?:head|select)>/gs, ' ')
    .replace(/<\/?(?:p|li|ul|h\d|td|th|tr|dt|dd|div|section|summary|small)\b[^>]*>/g, ' ')
    .replace(/<[^>]*>/g, '')
    .replace(/&(lt|gt|quot|#39|amp);/g, (_, name: string) => ENTITIES[name] ?? '')
    .replace(/\s+/g, ' ')
    .trim();
}

const ENTITIES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  quot: '"',
  '#39': "'",
  amp: '&',
};

/** The texts of the cells of a page's table, by row, those of its head first. */
export function tableOf(html: string): string[][] {
  const rows = html.match(/<tr\b.*?<\/tr>/gs) ?? [];
  return rows.map((row) => (row.match(/<t[hd]\b.*?<\/t[hd]>/gs) ?? []).map(textOf));
}
