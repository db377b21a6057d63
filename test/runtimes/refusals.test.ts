import { describe, expect, it, onTestFinished } from 'vitest';
import { type Answer, sendTo } from '../contract/answers.ts';
import type { Deployed } from '../contract/suite.ts';
import { startOnBun, startOnDeno, startOnWorkerd } from './platforms.ts';

const PUBLIC_READS = 'true';
const HARBOR = { HARBOR_HOST: 'https://harbor.example.test', HARBOR_USERNAME: 'a', PUBLIC_READS };

/** What these runtimes cannot do, and their answers. */
const UNSUPPORTED: readonly [
  what: string,
  Deployed,
  target: string,
  environment: Record<string, string>,
][] = [
  ['verify_ssl', 'harbor-projects', '/harbor/projects', { ...HARBOR, VERIFY_SSL: 'false' }],
  ['ca_file', 'router', '/harbor/projects', { ...HARBOR, CA_FILE: '/etc/ca.pem' }],
  [
    'bridge_url',
    'local-images',
    '/local-images',
    { BRIDGE_URL: 'unix:/run/bridge.sock', PUBLIC_READS },
  ],
  [
    'bridge_ca_file',
    'router',
    '/local-images',
    { BRIDGE_URL: 'https://bridge.example.test', BRIDGE_CA_FILE: '/etc/ca.pem', PUBLIC_READS },
  ],
];

describe.each([
  ['workerd', startOnWorkerd],
  ['Deno', startOnDeno],
  ['Bun', startOnBun],
])('%s', (_, start) => {
  const ask = async (
    what: Deployed,
    environment: Readonly<Record<string, string>>,
    request: { readonly method?: string; readonly target: string },
  ): Promise<{ readonly answer: Answer; readonly output: () => string }> => {
    const program = await start(what, environment);
    onTestFinished(() => program.stop());
    const answer = await sendTo(program.port, { method: 'GET', headers: {}, ...request });
    return { answer, output: program.output };
  };

  it.each(UNSUPPORTED)('refuses %s by name', async (what, name, target, environment) => {
    const { answer } = await ask(name, environment, { target });
    expect(answer.status).toBe(501);
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'unsupported_here' });
    expect(JSON.parse(answer.body).detail).toContain(what);
  });

  it('names wrong bindings, not their values', async () => {
    const environment = { READ_TOKEN: 'not a token', HARBOR_TIMEOUT_MS: 'soon' };
    const { answer, output } = await ask('health', environment, { target: '/livez' });
    expect(answer.status).toBe(503);
    expect(JSON.parse(answer.body)).toMatchObject({
      code: 'invalid_configuration',
      detail:
        'These keys are missing or not valid: app_config.read_token, harbor_config.harbor_timeout_ms.',
    });
    expect(answer.body + output()).not.toMatch(/not a token|soon/);
  });

  it('opens reads only by PUBLIC_READS, without READ_TOKEN', async () => {
    const request = { target: '/openapi.json' };
    const { answer: refused } = await ask('openapi', {}, request);
    const { answer } = await ask('openapi', { PUBLIC_READS }, request);
    expect(JSON.parse(refused.body)).toMatchObject({ status: 503, code: 'invalid_configuration' });
    expect(answer.status).toBe(200);
  });

  it('refuses writes without a write_token, because it cannot know where they come from', async () => {
    const target = '/harbor/artifacts/platform/apps/worker/1.8.4';
    const request = { method: 'DELETE', target };
    const { answer } = await ask('delete-harbor-artifact', HARBOR, request);
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'forbidden' });
  });
});
