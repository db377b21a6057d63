/** The document of every page: head, navigation, heading, content. */
import type { JSX } from 'hono/jsx/jsx-runtime';
import { uiAssets } from '#ui-assets';
import { assetPath } from './assets.ts';

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
export type Place = (typeof NAVIGATION)[number][0];

/** Who looks at the page. */
export type Account =
  | {
      readonly kind: 'session';
      readonly name: string;
      readonly mayWrite: boolean;
      readonly csrf: string;
    }
  | { readonly kind: 'local' }
  | { readonly kind: 'none'; readonly canLogIn: boolean; readonly readsAreOpen: boolean };

interface LayoutProps {
  readonly title: string;
  readonly place: Place | null;
  readonly account: Account;
  readonly reloadAfterS?: number;
  readonly children?: JSX.Element;
}

export function Layout({ title, place, account, reloadAfterS, children }: LayoutProps) {
  const { style, script } = uiAssets();
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>{`${title} · Image API`}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="htmx-config" content='{"includeIndicatorCSS":false}' />
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href={assetPath(style)} />
        <script src={assetPath(script)} defer />
        {reloadAfterS !== undefined && (
          <noscript>
            <meta http-equiv="refresh" content={String(reloadAfterS)} />
          </noscript>
        )}
      </head>
      <body>
        <a class="skip" href="#content">
          Skip to the content
        </a>
        <header class="top">
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
        <main id="content">
          <h1>{title}</h1>
          {children}
        </main>
        <p id="announcements" class="hidden-text" role="status" />
      </body>
    </html>
  );
}

function AccountBox({ account }: { readonly account: Account }) {
  if (account.kind === 'local') return <p class="account">Local socket</p>;
  if (account.kind === 'none') {
    return account.canLogIn ? (
      <p class="account">
        <a href="/ui/login">Log in</a>
      </p>
    ) : null;
  }
  return (
    <form class="account" method="post" action="/ui/logout">
      <span>
        {account.name} ({account.mayWrite ? 'may delete' : 'may read'})
      </span>
      <input type="hidden" name="csrf" value={account.csrf} />
      <button type="submit" class="secondary">
        Log out
      </button>
    </form>
  );
}
