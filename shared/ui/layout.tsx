/** The document of every page: head, navigation, heading, content. */
import type { Child } from 'hono/jsx';
import type { JSX } from 'hono/jsx/jsx-runtime';
import { uiAssets } from '#ui-assets';
import { assetPath } from './assets.ts';
import { Breadcrumbs, type Crumb } from './parts/breadcrumbs.tsx';
import { Time } from './parts/values.tsx';

const NAVIGATION = [
  ['nodes', '/ui', 'Nodes'],
  ['images', '/ui/images', 'Images'],
  ['compare', '/ui/compare', 'Compare'],
  ['harbor', '/ui/harbor', 'Harbor'],
  ['drift', '/ui/drift', 'Drift'],
  ['unused', '/ui/unused', 'Unused'],
  ['cleanup', '/ui/cleanup', 'Cleanup'],
  ['journal', '/ui/journal', 'Journal'],
] as const;

/** An entry of the navigation. */
export type NavigationPlace = (typeof NAVIGATION)[number][0];

/** Who looks at the page. */
export type Account =
  | {
      readonly kind: 'session';
      readonly name: string;
      readonly mayWrite: boolean;
      readonly csrf: string;
    }
  | { readonly kind: 'local' }
  | {
      readonly kind: 'none';
      /** The address of the login that leads back to the page; null where no token is set. */
      readonly login: string | null;
    };

/** The entry of the navigation to which a path belongs. */
export function navigationPlace(path: string): NavigationPlace | null {
  if (path === '/ui' || path.startsWith('/ui/nodes/')) return 'nodes';
  if (path.startsWith('/ui/artifacts/')) return 'harbor';
  const entry = NAVIGATION.find(([, href]) => href !== '/ui' && `${path}/`.startsWith(`${href}/`));
  return entry?.[0] ?? null;
}

/** With an address, because a browser does not load a page again whose address has a fragment. */
export interface Reload {
  readonly afterS: number;
  readonly address: string;
}

interface LayoutProps {
  readonly title: string;
  readonly place: NavigationPlace | null;
  readonly crumbs?: readonly Crumb[];
  readonly lead?: Child;
  readonly account: Account;
  /** Where the page is, and when it was made: for paper. */
  readonly made: { readonly address: string; readonly at: string };
  readonly reload?: Reload;
  readonly children?: JSX.Element;
}

/** Three layers, each smaller than the one below. */
const ICON_LAYERS = 'M3 16h18v4H3zM3 10h13v4H3zM3 4h8v4H3z';
const ICON =
  'data:image/svg+xml,' +
  encodeURIComponent(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path fill="#2d7fb8" d="${ICON_LAYERS}"/></svg>`,
  );

export function Layout(props: LayoutProps) {
  const { title, place, crumbs, lead, account, made, reload, children } = props;
  const { style, script } = uiAssets();
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>{`${title} · Image API`}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="htmx-config" content='{"includeIndicatorCSS":false}' />
        <link rel="icon" href={ICON} />
        <link rel="stylesheet" href={assetPath(style)} />
        <script src={assetPath(script)} defer />
        {reload !== undefined && (
          <noscript>
            <meta http-equiv="refresh" content={`${reload.afterS};url=${reload.address}`} />
          </noscript>
        )}
      </head>
      <body>
        <a class="skip" href="#content">
          Skip to the content
        </a>
        <header class="top">
          <a class="brand" href="/ui">
            <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
              <path class="fill" d={ICON_LAYERS} />
            </svg>
            Image API
          </a>
          <nav aria-label="Views">
            <ul>
              {NAVIGATION.map(([name, href, text]) => (
                <li>
                  <a href={href} aria-current={name === place ? 'page' : undefined}>
                    {text}
                  </a>
                </li>
              ))}
            </ul>
          </nav>
          <AccountBox account={account} />
        </header>
        <main id="content" tabindex={-1}>
          {crumbs !== undefined && <Breadcrumbs crumbs={crumbs} />}
          <h1>{title}</h1>
          {lead !== undefined && <p class="lead">{lead}</p>}
          <p id="failure" class="notice bad" role="alert" />
          {children}
          <p class="printed small">
            {made.address}, <Time at={made.at} />
          </p>
        </main>
        <p id="announcements" class="hidden-text" role="status" />
      </body>
    </html>
  );
}

function AccountBox({ account }: { readonly account: Account }) {
  if (account.kind === 'local') return <p class="account">Local socket</p>;
  if (account.kind === 'none') {
    return account.login === null ? null : (
      <p class="account">
        <a href={account.login}>Log in</a>
      </p>
    );
  }
  return (
    <form class="account" method="post" action="/ui/logout">
      <span class="account-name">{account.name}</span>
      <span>{account.mayWrite ? 'may delete' : 'may read'}</span>
      <input type="hidden" name="csrf" value={account.csrf} />
      <button type="submit" class="secondary">
        Log out
      </button>
    </form>
  );
}
