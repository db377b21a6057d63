import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { testFolder } from '../support/folder.ts';
import { nodeOf, ROOT } from './platforms.ts';

const CONFIG = ['--config', 'deploy/cloudflare/wrangler.jsonc'];

/** What `wrangler deploy` would upload; nothing is sent. */
function dryRun(...args: readonly string[]): string {
  const wrangler = join(ROOT, 'test/runtimes/node_modules/wrangler/bin/wrangler.js');
  const home = testFolder();
  return execFileSync(
    nodeOf('node24'),
    [wrangler, 'deploy', ...args, ...CONFIG, '--dry-run', '--outdir', join(home, 'out')],
    {
      cwd: ROOT,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: home, WRANGLER_SEND_METRICS: 'false', CI: 'true' },
    },
  );
}

describe('deploy/cloudflare/wrangler.jsonc', () => {
  it('deploys the router as it was built', () => {
    expect(dryRun()).toMatch(/env\.HARBOR_HOST[\s\S]*--dry-run: exiting now/);
  });

  it('deploys one function alone', () => {
    const name = ['--name', 'image-api-harbor-projects'];
    expect(dryRun('dist/functions/harbor-projects.js', ...name)).toContain('exiting now');
  });
});
