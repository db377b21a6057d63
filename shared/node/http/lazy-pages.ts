/** Serves the pages from an app that is loaded with the first request for one. They are a third of the program. */
import type { Connection } from '../../http/connection.ts';
import { lazily } from '../sharing/lazily.ts';
import type { Served } from './http-server.ts';

/** The app of the API, as `createApp` makes it. */
export interface ApiApp extends Served {
  /** The path as it was sent. */
  getPath(request: Request, options: { readonly env: Connection }): string;
}

/** `whole` loads the app that has the pages, too: all below `/ui`, and `/`, which leads to them. */
export function withLazyPages(api: ApiApp, whole: () => Promise<Served>): Served {
  const app = lazily(whole);
  return {
    async fetch(request, connection) {
      const path = api.getPath(request, { env: connection });
      const isPage = path === '/' || path === '/ui' || path.startsWith('/ui/');
      return (isPage ? await app() : api).fetch(request, connection);
    },
  };
}
