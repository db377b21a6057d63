/** What a reader sees of a page. It knows the HTML that hono/jsx writes, which is well-formed. */
import { expect } from 'vitest';

/** The text of a page, with a space for each tag. */
export function textOf(html: string): string {
  return plain(html.replace(/<head>.*<\/head>/s, '').replaceAll('<wbr/>', ''));
}

/** The text of what is between the frame of a page, as `textOf`. */
export function contentOf(html: string): string {
  return plain(mainOf(html));
}

/** The text of a page without its fields to choose from: as sentences, because marked words add no spaces. */
export function proseOf(html: string): string {
  return plain(
    html
      .replace(/<(?:head|select)\b.*?<\/(?:head|select)>/gs, ' ')
      .replace(/<(?!\/?(?:p|li|ul|h\d|td|th|tr|dt|dd|div|section|summary|small)\b)[^>]*>/g, ''),
  );
}

/** The texts of the cells of a page's table, by row, those of its head first. */
export function tableOf(html: string): string[][] {
  const rows = html.match(/<tr\b.*?<\/tr>/gs) ?? [];
  return rows.map((row) => (row.match(/<t[hd]\b.*?<\/t[hd]>/gs) ?? []).map(proseOf));
}

/** The texts of the elements that begin with `tag`, such as `<article class="card`. */
export function partsOf({ html }: { readonly html: string }, tag: string): readonly string[] {
  const end = `</${/\w+/.exec(tag)?.[0]}>`;
  const [, ...parts] = html.split(tag);
  return parts.map((part) => textOf(part.slice(part.indexOf('>') + 1).split(end)[0] ?? ''));
}

/** The addresses of links by their texts. */
export function linksByText(html: string): ReadonlyMap<string, string> {
  const links = [...html.matchAll(/<a [^>]*?href="([^"]*)"[^>]*>(.*?)<\/a>/gs)];
  return new Map(links.map(([, href = '', text = '']) => [textOf(text), unescaped(href)]));
}

/** Where the links between the frame of a page lead. */
export function linksOf(html: string): readonly string[] {
  return [...mainOf(html).matchAll(/<a [^>]*?href="([^"]*)"/g)].map(([, href = '']) =>
    unescaped(href),
  );
}

/** The hidden fields of the form with this action. */
export function hiddenFields(html: string, action: string): Record<string, string> {
  const escaped = action.replaceAll('&', '&amp;');
  const form = html.split('<form ').find((part) => part.includes(`action="${escaped}"`));
  expect(form, `the page has a form for ${action}`).toBeDefined();
  const [own = ''] = (form ?? '').split('</form>');
  const fields = own.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g);
  return Object.fromEntries([...fields].map(([, name = '', value = '']) => [name, value]));
}

/** The value of the first hidden field of this name. */
export function fieldOf(html: string, name: string): string {
  return new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? '';
}

function mainOf(html: string): string {
  return /<main[^>]*>(.*)<\/main>/s.exec(html)?.[1] ?? html;
}

function plain(html: string): string {
  return unescaped(html.replace(/<[^>]*>/g, ' '))
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

function unescaped(text: string): string {
  return text.replace(/&(lt|gt|quot|#39|amp);/g, (_, name: string) => ENTITIES[name] ?? '');
}
