/** What a visitor without JavaScript sees of a page. */

type Get = (path: string, init?: RequestInit) => Promise<Response>;

export interface SeenPage {
  readonly status: number;
  readonly html: string;
  /** Without tags, and with single spaces. */
  readonly text: string;
  /** The addresses of its links by their texts. */
  readonly links: ReadonlyMap<string, string>;
}

/** Opens a page as a browser does. */
export async function openPage(get: Get, path: string): Promise<SeenPage> {
  const res = await get(path, { headers: { accept: 'text/html' } });
  const html = await res.text();
  const links = [...html.matchAll(/<a [^>]*?href="([^"]*)"[^>]*>(.*?)<\/a>/gs)];
  return {
    status: res.status,
    html,
    text: textOf(html.replace(/<head>.*<\/head>/s, '')),
    links: new Map(links.map(([, href = '', text = '']) => [textOf(text), unescaped(href)])),
  };
}

/** The texts of the elements that begin with `tag`, such as `<article class="card`. */
export function partsOf({ html }: SeenPage, tag: string): readonly string[] {
  const end = `</${/\w+/.exec(tag)?.[0]}>`;
  const [, ...parts] = html.split(tag);
  return parts.map((part) => textOf(part.slice(part.indexOf('>') + 1).split(end)[0] ?? ''));
}

function textOf(html: string): string {
  return unescaped(html.replaceAll('<wbr/>', '').replace(/<[^>]*>/g, ' '))
    .replace(/\s+/g, ' ')
    .trim();
}

function unescaped(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}
