import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { projectNamed, referenceNamed, repositoryNamed } from '../../../../support/names.ts';
import { startStranger } from '../../../../support/stranger.ts';
import {
  digestOf,
  harborError,
  html,
  json,
  type Reply,
  recorded,
  scriptHarbor,
  sessionAt,
  wireArtifact,
} from '../scripted-harbor.ts';

const LIST = 'GET /projects';
const project = projectNamed('team-a');
const app = repositoryNamed('app');
const none = json([], 0);
const type = (value: string, body: string): Reply => ({ headers: { 'content-type': value }, body });

/** What the operator can do, what happened, and the call. */
const ADVICE_FIRST = /^(?:Ask|Check|Set|Wait)\b.+\. .+\. The call was GET \/projects\.$/s;

async function failure(reply: Reply, settings = {}) {
  const harbor = await scriptHarbor({ [LIST]: reply });
  const session = sessionAt(harbor, settings);
  const problem = await session.projects().catch((err: unknown) => err);
  return { harbor, session, problem };
}

describe('an answer of Harbor', () => {
  it.each<[string, string, Reply]>([
    ['its database is down', 'harbor_error', recorded('dbdown-projects-admin')],
    ['a page size it does not take', 'harbor_bad_response', recorded('projects-size-101')],
    ['the portal under a wrong base path', 'harbor_bad_response', recorded('path-root')],
    ['an empty 404', 'harbor_bad_response', recorded('path-api-v2')],
    ['a route it does not know', 'harbor_bad_response', recorded('path-unknown-endpoint')],
    ['an unknown project', 'harbor_not_found', recorded('project-get-unknown')],
    ['nginx without core', 'harbor_unreachable', recorded('coredown-502-list')],
    ['beego without redis (2.8.6)', 'harbor_unreachable', recorded('redisdown-delete', 'v2.8.6')],
    ['nginx that gave up', 'harbor_timeout', { ...recorded('slow-504-delete') }],
    [
      '503 as JSON of a proxy',
      'harbor_unreachable',
      { status: 503, ...type('application/json', '{}') },
    ],
    ['a firewall', 'harbor_bad_response', html(403)],
    ['a teapot', 'harbor_bad_response', { status: 418 }],
    ['no JSON', 'harbor_bad_response', type('application/json', '[{"name":')],
    ['no content type', 'harbor_bad_response', { body: '[]' }],
    ['an object for a list', 'harbor_bad_response', type('application/json', '{}')],
    ['rows without names', 'harbor_bad_response', json([{ project_id: 1 }], 1)],
    ['read-only mode', 'harbor_read_only', harborError(403, 'DENIED', 'read only')],
    ['a refused login', 'harbor_unauthorized', harborError(401, 'UNAUTHORIZED', 'unauthorized')],
    ['a missing right', 'harbor_forbidden', harborError(403, 'FORBIDDEN', 'forbidden')],
    ['a limit of the rate', 'harbor_overloaded', { status: 429 }],
    ['a redirect', 'harbor_bad_response', { status: 302, headers: { location: '/login' } }],
    ['a cut connection', 'harbor_unreachable', { fault: 'before-answer' }],
    [
      'a table that is gone',
      'harbor_error',
      harborError(500, 'UNKNOWN', 'pq: relation "immutable_tag_rule" does not exist'),
    ],
  ])('%s is %s, and says first what to do and last which call it was', async (_, code, reply) => {
    const { problem } = await failure(reply);
    expect(problem).toMatchObject({ code, message: expect.stringMatching(ADVICE_FIRST) });
  });

  it('429 is harbor_overloaded and hands Retry-After on', async () => {
    const { problem, session } = await failure({ status: 429, headers: { 'retry-after': '17' } });
    expect(problem).toMatchObject({ code: 'harbor_overloaded', headers: { 'Retry-After': '17' } });
    expect(session.slept).toEqual([]);
  });

  it('429 with a nonsensical Retry-After asks for a few seconds', async () => {
    const { problem } = await failure({ status: 429, headers: { 'retry-after': 'never, ever' } });
    expect(problem).toMatchObject({ headers: { 'Retry-After': '5' } });
  });

  it('is quoted bounded and without control characters', async () => {
    const { problem } = await failure(harborError(500, 'X', `\u001b[31m${'y'.repeat(5000)}`));
    expect(problem).toMatchObject({ message: expect.stringContaining('\\u001b[31m') });
    expect(String(problem).length).toBeLessThan(500);
  });

  it('keeps its own facts for whoever decides what to do next', async () => {
    const { problem } = await failure(harborError(500, 'UNKNOWN', 'internal server error'));
    expect(problem).toMatchObject({
      call: { method: 'GET', path: '/projects' },
      facts: { status: 500, codes: ['UNKNOWN'], sent: true, isOutage: false },
    });
  });

  it('larger than the limit of an error body is not read to its end', async () => {
    const huge = {
      status: 500,
      ...type('application/json', `{"errors":[${'1,'.repeat(100_000)}1]}`),
    };
    const { problem } = await failure(huge);
    expect(problem).toMatchObject({ code: 'harbor_error' });
  });
});

describe('a redirect', () => {
  it('from http to https is not followed and says what to set', async () => {
    const headers = { location: 'https://harbor.example/api/v2.0/projects?token=secret' };
    const { problem, harbor } = await failure({ status: 308, headers });
    expect(problem).toMatchObject({
      code: 'harbor_bad_response',
      message: expect.stringContaining('Set host to https://harbor.example:'),
    });
    expect(String(problem)).not.toContain('secret');
    expect(harbor.calls.filter((call) => call.startsWith('GET'))).toHaveLength(1);
  });

  it.each(['/login', 'http://', ''])('to %j is not followed either', async (location) => {
    const { problem } = await failure({ status: 302, headers: { location } });
    expect(problem).toMatchObject({ code: 'harbor_bad_response' });
  });
});

describe('a connection', () => {
  it.each<[string, string, Reply]>([
    ['that is cut', 'harbor_unreachable', { fault: 'before-answer' }],
    [
      'that is cut in the middle of a body',
      'harbor_unreachable',
      { ...json([1, 2, 3]), fault: 'in-body' },
    ],
    ['that hangs', 'harbor_timeout', { fault: 'hang' }],
  ])('%s is %s', async (_, code, reply) => {
    const harbor = await scriptHarbor({ [LIST]: reply });
    const session = sessionAt(harbor, { username: '', timeoutMs: 200 });
    await expect(session.projects()).rejects.toMatchObject({ code });
  });

  it('that hangs in the middle of a body is harbor_timeout', async () => {
    const harbor = await startStranger((_, outgoing) => {
      outgoing.writeHead(200, { 'content-type': 'application/json' }).write('[');
    });
    const session = sessionAt(harbor, { username: '', timeoutMs: 200 });
    await expect(session.projects()).rejects.toMatchObject({ code: 'harbor_timeout' });
  });

  it('that is refused is harbor_unreachable, never sent and not retried', async () => {
    const { problem, slept } = await callClosedPort();
    expect(problem).toMatchObject({
      code: 'harbor_unreachable',
      message: expect.stringContaining('refused'),
      facts: { sent: false },
    });
    expect(slept).toEqual([]);
  });

  it('to a name that does not resolve is harbor_unreachable', async () => {
    const session = sessionAt({ url: 'http://harbor.invalid' }, { username: '' });
    await expect(session.projects()).rejects.toMatchObject({
      code: 'harbor_unreachable',
      message: expect.stringContaining('cannot be resolved'),
      facts: { sent: false },
    });
  });

  it('that speaks no HTTP is harbor_unreachable', async () => {
    const server = createServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const session = sessionAt({ url: `http://127.0.0.1:${port}` }, { username: '' });
    await expect(session.projects()).rejects.toMatchObject({ code: 'harbor_unreachable' });
    server.close();
  });
});

describe('a read', () => {
  it.each<[string, Reply]>([
    ['an HTML 502', html(502)],
    ['an HTML 503', html(503)],
    ['a reset', { fault: 'before-answer' }],
    ['a cut body', { ...json([1, 2, 3]), fault: 'in-body' }],
  ])('is asked for once more after %s', async (_, reply) => {
    const harbor = await scriptHarbor({ [LIST]: [reply, none] });
    const session = sessionAt(harbor, { username: '' });
    expect(await session.projects()).toEqual({ rows: [], total: 0 });
    expect(session.slept).toEqual([500]);
  });

  it('is retried once, not more often', async () => {
    const harbor = await scriptHarbor({ [LIST]: html(502) });
    const session = sessionAt(harbor, { username: '' });
    await expect(session.projects()).rejects.toMatchObject({ code: 'harbor_unreachable' });
    expect(harbor.calls).toHaveLength(2);
  });

  it('is not retried after a timeout', async () => {
    const harbor = await scriptHarbor({ [LIST]: { fault: 'hang' } });
    const session = sessionAt(harbor, { username: '', timeoutMs: 1_000 });
    await expect(session.projects()).rejects.toMatchObject({
      code: 'harbor_timeout',
      message: expect.stringContaining('within 1000 ms'),
    });
    expect(harbor.calls).toHaveLength(1);
  });

  it('ends when the client disconnects', async () => {
    const harbor = await scriptHarbor({ [LIST]: { fault: 'hang' } });
    const client = new AbortController();
    const listing = sessionAt(harbor, {}, client.signal).projects();
    setTimeout(() => client.abort(new Error('gone')), 100);
    await expect(listing).rejects.toThrow('gone');
  });
});

describe('a session', () => {
  it('without a host is harbor_not_configured', async () => {
    const session = sessionAt({ url: '' }, { host: null });
    await expect(session.projects()).rejects.toMatchObject({ code: 'harbor_not_configured' });
    await expect(session.check()).rejects.toMatchObject({ code: 'harbor_not_configured' });
    await expect(session.crawl()).rejects.toMatchObject({ code: 'harbor_not_configured' });
  });

  it('is unsupported_here where the runtime cannot honour a setting', async () => {
    const session = sessionAt({ url: 'https://harbor.invalid' }, { unsupported: 'verifyTls' });
    await expect(session.projects()).rejects.toMatchObject({
      code: 'unsupported_here',
      message: expect.stringContaining('verifyTls'),
    });
  });

  it('calls settings what the program that uses the client calls them', async () => {
    const settings = { username: 'REGISTRY_USER', password: 'REGISTRY_PASSWORD' };
    const harbor = await scriptHarbor({ [LIST]: harborError(401, 'UNAUTHORIZED', 'unauthorized') });
    await expect(sessionAt(harbor, { settings }).projects()).rejects.toMatchObject({
      message: expect.stringContaining('Check REGISTRY_USER and REGISTRY_PASSWORD.'),
    });
  });
});

describe('one artifact', () => {
  const ARTIFACTS = 'GET /projects/team-a/repositories/app/artifacts';
  const ARTIFACT = `${ARTIFACTS}/v1`;
  const TAGS = `${ARTIFACTS}/${digestOf(7)}/tags`;

  it('without tags is read again, because a fault may hide them', async () => {
    const untagged = wireArtifact(7, { tags: null });
    const harbor = await scriptHarbor({
      [`${ARTIFACTS}/release-1`]: json(untagged),
      [TAGS]: recorded('artifact-tags-immutable'),
    });
    const artifact = await sessionAt(harbor).artifact(project, app, referenceNamed('release-1'));
    expect(artifact).toMatchObject({ tags: ['release-1'], immutableTags: ['release-1'] });
  });

  it.each([[null], [[]], [[{ name: 'other' }]]])(
    'that a tag leads to but which has the tags %j only is harbor_bad_response',
    async (tags) => {
      const harbor = await scriptHarbor({
        [ARTIFACT]: json(wireArtifact(7, { tags })),
        [TAGS]: json(tags ?? [], tags?.length ?? 0),
      });
      await expect(
        sessionAt(harbor).artifact(project, app, referenceNamed('v1')),
      ).rejects.toMatchObject({
        code: 'harbor_bad_response',
        message: expect.stringContaining('did not list that tag'),
      });
    },
  );

  it('without a digest is harbor_bad_response', async () => {
    const harbor = await scriptHarbor({
      [ARTIFACT]: json(wireArtifact(1, { digest: '..' })),
    });
    await expect(
      sessionAt(harbor).artifact(project, app, referenceNamed('v1')),
    ).rejects.toMatchObject({ code: 'harbor_bad_response' });
  });
});

async function callClosedPort() {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  await new Promise((resolve) => server.close(resolve));
  const session = sessionAt({ url: `http://127.0.0.1:${port}` }, { username: '' });
  const problem = await session.projects().catch((err: unknown) => err);
  return { problem, slept: session.slept };
}
