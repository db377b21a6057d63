/** Every page, as the demo shows it while node-3 is down: what is unused is not known then. */

export interface DemoPage {
  /** For titles of tests, and names of screenshots. */
  readonly name: string;
  readonly path: string;
  /** Its heading. */
  readonly heading: string;
  /** Default: 200. */
  readonly status?: number;
}

const FRONTEND = '/ui/artifacts/platform/apps/web/frontend/stable';

export const PAGES: readonly DemoPage[] = [
  { name: 'nodes', path: '/ui', heading: 'Nodes' },
  { name: 'images', path: '/ui/images', heading: 'Images' },
  { name: 'node', path: '/ui/nodes/node-2', heading: 'node-2' },
  { name: 'compare', path: '/ui/compare', heading: 'Compare' },
  { name: 'harbor', path: '/ui/harbor', heading: 'Harbor' },
  { name: 'project', path: '/ui/harbor/platform', heading: 'platform' },
  { name: 'repository', path: '/ui/harbor/platform/apps/web/frontend', heading: 'frontend' },
  { name: 'artifact', path: FRONTEND, heading: 'frontend' },
  { name: 'deletion-plan', path: `${FRONTEND}/deletion`, heading: 'frontend' },
  { name: 'drift', path: '/ui/drift', heading: 'Drift' },
  { name: 'unused', path: '/ui/unused', heading: 'Unused', status: 409 },
  { name: 'cleanup', path: '/ui/cleanup', heading: 'Cleanup' },
  { name: 'journal', path: '/ui/journal', heading: 'Journal' },
  { name: 'login', path: '/ui/login', heading: 'Log in' },
  { name: 'not-found', path: '/ui/nowhere', heading: 'Not found', status: 404 },
];
