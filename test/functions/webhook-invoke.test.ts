import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import type { Registry } from '../../demo/harbor/registry.ts';
import { Connection } from '../../shared/http/base/connection.ts';
import { recordedAnswers } from '../fake-crictl/recorded.ts';
import { keptRegistry, LOGIN } from '../support/keeper.ts';
import { countsOf } from '../support/metrics.ts';
import { createService } from '../support/service.ts';

const NODE = 'v1.33.0-containerd-1.7.24';
const SECRET = `whsec_${btoa('a secret of 32 bytes for the test')}`;
const OLD_SECRET = `whsec_${btoa('another secret, used before that')}`;
const RUNNING = 'sha256:2ec23b0db30e485789635a6a7eaef5ffeedfdbcb3d490f199eaa42cf9d85a75b';
const LONELY = `sha256:${'e'.repeat(64)}`;

function registry(): Registry {
  return keptRegistry([
    {
      name: 'library',
      repositories: {
        app: [
          { digest: RUNNING, tags: ['v1'] },
          { digest: LONELY, tags: ['lonely'] },
        ],
        'apps/web': [{ tags: ['v1'] }],
      },
    },
  ]);
}

interface Sent {
  readonly id?: string;
  readonly secret?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly ageS?: number;
}

let messages = 0;

function service(config: Readonly<Record<string, object>> = {}) {
  const running = createService({
    harbor: { registry: registry() },
    crictl: recordedAnswers(NODE),
    config: {
      app_config: { write_token: 'write-token-of-test', read_token: 'read-token-of-test' },
      harbor_config: LOGIN,
      webhook_config: { invoke_secret: [SECRET, OLD_SECRET] },
      ...config,
    },
  });
  /** What the package standardwebhooks signs. */
  const signed = (parameters: unknown, sent: Sent = {}) => {
    messages += 1;
    const { id = `msg_${messages}`, secret = SECRET, ageS = 0 } = sent;
    const body = typeof parameters === 'string' ? parameters : JSON.stringify(parameters);
    const at = new Date(Date.now() - ageS * 1000);
    return {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': new Webhook(secret).sign(id, at, body),
        ...sent.headers,
      },
    };
  };
  const invoke = (name: string, parameters: unknown, sent: Sent = {}) =>
    running.get(`/webhooks/${name}`, signed(parameters, sent));
  const deletes = () => (running.standIn?.calls ?? []).filter(({ method }) => method === 'DELETE');
  return { ...running, invoke, signed, deletes };
}

const lonely = { project: 'library', repository: 'app', reference: LONELY };
const direct = { headers: { authorization: 'Bearer read-token-of-test', 'x-request-id': 'same' } };

describe('POST /webhooks/{function}', () => {
  it('passes its trace on with the calls of the function', async () => {
    const { invoke, standIn } = service();
    const trace = '0af7651916cd43dd8448eb211c80319c';
    const headers = { traceparent: `00-${trace}-b7ad6b7169203331-01` };
    expect((await invoke('harbor-projects', {}, { headers })).status).toBe(200);
    const sent = standIn?.calls.map((call) => call.headers['traceparent']) ?? [];
    expect(sent.length).toBeGreaterThan(0);
    expect(sent.filter((text) => !text?.startsWith(`00-${trace}-`))).toEqual([]);
  });

  it.each([
    ['local-images', { page_size: 2, sort: '-size' }, '/local-images?page_size=2&sort=-size'],
    ['harbor-projects', {}, '/harbor/projects'],
    ['harbor-repositories', { project: 'library' }, '/harbor/repositories/library'],
    [
      'harbor-artifacts',
      { project: 'library', repository: 'apps/web' },
      '/harbor/artifacts/library/apps/web',
    ],
    ['images', {}, '/images'],
    ['openapi', {}, '/openapi.json'],
    [
      'harbor-artifacts',
      { project: 'library', repository: 'nothing' },
      '/harbor/artifacts/library/nothing',
    ],
  ])('answers for %s with %j what %s answers', async (name, parameters, path) => {
    const { get, invoke } = service();
    const expected = await get(path, direct);
    const answer = await invoke(name, parameters, { headers: { 'x-request-id': 'same' } });
    expect(answer.status).toBe(expected.status);
    expect(await answer.text()).toBe(await expected.text());
    const headers = (res: Response) =>
      Object.fromEntries(
        ['content-type', 'x-request-id', 'x-total-count', 'link', 'etag', 'vary'].map((header) => [
          header,
          res.headers.get(header),
        ]),
      );
    expect(headers(answer)).toEqual(headers(expected));
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('answers for health as /readyz, with the checks on demand', async () => {
    const { invoke } = service();
    expect(await (await invoke('health', { verbose: true })).json()).toHaveProperty('checks');
  });

  it('reads an empty body as no parameters', async () => {
    const { invoke } = service();
    expect((await invoke('openapi', '', { headers: { 'content-type': '' } })).status).toBe(200);
  });

  it('deletes by digest, and logs the caller as `webhook`', async () => {
    const { invoke, deletes, log, services } = service();
    const res = await invoke('delete-harbor-artifact', lonely);
    expect(res.status).toBe(200);
    expect(await res.json()).toMatchObject({ deleted: true, digest: LONELY, tags: ['lonely'] });
    expect(deletes()).toHaveLength(1);
    const counts = await countsOf(services.metrics, 'image_api_deletions_total');
    expect(counts).toEqual({ deleted: 1 });
    expect(log.filter(({ msg }) => msg.startsWith('POST'))).toMatchObject([
      {
        level: 'WARNING',
        route: '/webhooks/{function}',
        token: 'webhook',
        function: 'delete-harbor-artifact',
        project: 'library',
        repository: 'app',
        reference: LONELY,
        tags: ['lonely'],
        outcome: 'deleted',
        status: 200,
      },
    ]);
  });

  it.each([LONELY, `"${LONELY}"`])('deletes by tag with if_match %s', async (if_match) => {
    const { invoke } = service();
    const parameters = { ...lonely, reference: 'lonely', if_match };
    const answer = await invoke('delete-harbor-artifact', parameters);
    expect(await answer.json()).toMatchObject({ deleted: true, digest: LONELY });
  });

  it('deletes by tag with the ETag of a plan in if_match, and a reason', async () => {
    const { invoke, log } = service();
    const byTag = { ...lonely, reference: 'lonely' };
    const plan = await invoke('deletion-plan', byTag);
    const if_match = plan.headers.get('etag');
    const answer = await invoke('delete-harbor-artifact', { ...byTag, if_match, reason: 'old' });
    expect(await answer.json()).toMatchObject({ deleted: true, digest: LONELY });
    expect(log.at(-1)).toMatchObject({ reason: 'old', outcome: 'deleted' });
  });

  it('refuses to delete by tag alone, and plans it', async () => {
    const { invoke, deletes } = service();
    const byTag = { ...lonely, reference: 'lonely' };
    const refused = await invoke('delete-harbor-artifact', byTag);
    expect(refused.status).toBe(422);
    expect(await refused.json()).toMatchObject({ errors: [{ parameter: 'if_match' }] });
    const plan = await invoke('delete-harbor-artifact', { ...byTag, dry_run: true });
    expect(await plan.json()).toMatchObject({ dry_run: true, digest: LONELY });
    expect(deletes()).toEqual([]);
  });

  it('keeps the guards', async () => {
    const { invoke, deletes } = service();
    const answer = await invoke('delete-harbor-artifact', { ...lonely, reference: RUNNING });
    expect(await answer.json()).toMatchObject({ status: 409, code: 'in_use' });
    expect(deletes()).toEqual([]);
  });

  it.each(['nope', 'webhook-invoke', 'harbor-webhook', 'constructor', '__proto__', 'Images'])(
    'has no function %s',
    async (name) => {
      const { invoke } = service();
      const answer = await invoke(name, {});
      expect(answer.status).toBe(404);
      expect(await answer.json()).toMatchObject({ code: 'not_found' });
    },
  );

  it('refuses an unknown parameter before any call is made', async () => {
    const { invoke, deletes } = service();
    const answer = await invoke('delete-harbor-artifact', { ...lonely, dryrun: true });
    expect(answer.status).toBe(422);
    const detail = expect.stringMatching(/^unknown; the parameters are project, .*dry_run/);
    expect(await answer.json()).toMatchObject({ errors: [{ parameter: 'dryrun', detail }] });
    expect(deletes()).toEqual([]);
  });

  it('refuses a parameter of a function that has none', async () => {
    const { invoke } = service();
    const answer = await invoke('openapi', { page: 1 });
    expect(answer.status).toBe(422);
    const errors = [{ parameter: 'page', detail: 'unknown; there are no parameters' }];
    expect(await answer.json()).toMatchObject({ errors });
  });

  it.each([
    ['by the older of two secrets', 200, { secret: OLD_SECRET }],
    ['by a secret that is not ours', 401, { secret: `whsec_${btoa('not ours')}` }],
    ['six minutes ago', 401, { ageS: 360 }],
    ['six minutes ahead', 401, { ageS: -360 }],
    ['with another id', 401, { headers: { 'webhook-id': 'msg_other' } }],
    ['without a signature', 401, { headers: { 'webhook-signature': '' } }],
  ])('answers a request that was signed %s with %i', async (_, status, sent) => {
    const { invoke } = service();
    expect((await invoke('openapi', {}, sent)).status).toBe(status);
  });

  it('gives one answer for missing, wrong and too old', async () => {
    const { invoke, log } = service();
    const answers = await Promise.all(
      [{ headers: { 'webhook-signature': '' } }, { secret: 'bm90IG91cnM=' }, { ageS: 9999 }].map(
        async (sent: Sent) => {
          const headers = { ...sent.headers, 'x-request-id': 'same' };
          return (await invoke('images', '{', { ...sent, headers })).json();
        },
      ),
    );
    expect(answers[0]).toMatchObject({ status: 401, code: 'signature_invalid' });
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
    expect(log.filter(({ code }) => code === 'signature_invalid')).toHaveLength(3);
  });

  it.each([
    ['broken JSON', 422, '{', {}],
    ['text', 415, '{}', { 'content-type': 'text/plain' }],
    ['64 KiB', 200, '{}'.padEnd(64 * 1024), {}],
    ['a byte more', 413, '{}'.padEnd(64 * 1024 + 1), {}],
  ])('answers %s with %i', async (_, status, body, headers) => {
    const { invoke } = service();
    expect((await invoke('openapi', body, { headers })).status).toBe(status);
  });

  it('gives a repeated webhook-id the first answer again and deletes once', async () => {
    const { invoke, deletes } = service();
    const first = await invoke('delete-harbor-artifact', lonely, { id: 'msg_again' });
    const again = await invoke('delete-harbor-artifact', lonely, {
      id: 'msg_again',
      ageS: -2,
      headers: { 'x-request-id': 'second' },
    });
    expect(again.status).toBe(200);
    expect(again.headers.get('x-request-id')).toBe('second');
    expect(await again.text()).toBe(await first.text());
    expect(deletes()).toHaveLength(1);
  });

  it('lets one id call two functions', async () => {
    const { invoke } = service();
    await invoke('openapi', {}, { id: 'msg_fan_out' });
    const other = await invoke('harbor-projects', {}, { id: 'msg_fan_out' });
    expect(await other.json()).toMatchObject([{ name: 'library' }]);
  });

  it('runs another body under a repeated webhook-id as a call of its own', async () => {
    const { invoke, deletes } = service();
    const id = 'msg_used_twice';
    const trial = await invoke('delete-harbor-artifact', { ...lonely, dry_run: true }, { id });
    const real = await invoke('delete-harbor-artifact', lonely, { id });

    expect(await real.text()).not.toBe(await trial.text());
    expect(deletes()).toHaveLength(1);
  });
});

describe('a cleanup', () => {
  const policies = { nightly: { tags: ['lonely'] } };
  const config = { cleanup_config: { policies } };

  it('is planned and applied by the name of its policy, and its answer is repeated', async () => {
    const { invoke, deletes } = service(config);
    const plan = await invoke('harbor-cleanup', { policy: 'nightly', verbose: true });
    const if_match = plan.headers.get('etag');
    const apply = { policy: 'nightly', apply: true, if_match, reason: 'nightly' };
    const applied = await invoke('harbor-cleanup', apply, { id: 'msg_apply' });
    const again = await invoke('harbor-cleanup', apply, { id: 'msg_apply' });
    const first = await applied.text();

    expect(await plan.json()).toMatchObject({
      applied: false,
      candidates: [{ digest: LONELY }],
      kept: expect.arrayContaining([expect.objectContaining({ reason: 'other_tags' })]),
    });
    expect(JSON.parse(first)).toMatchObject({ applied: true, deleted: 1 });
    expect(await again.text()).toBe(first);
    expect(deletes()).toHaveLength(1);
  });

  it('continues by waitUntil when its sender leaves', async () => {
    const { invoke, signed, app } = service(config);
    const if_match = (await invoke('harbor-cleanup', { policy: 'nightly' })).headers.get('etag');
    const path = '/webhooks/harbor-cleanup';
    const apply = signed({ policy: 'nightly', apply: true, if_match });
    const deferred: Promise<unknown>[] = [];
    const context = {
      waitUntil: (promise: Promise<unknown>) => deferred.push(promise),
      passThroughOnException: () => undefined,
      props: {},
    };
    const request = new Request(`http://localhost${path}`, apply);
    await app.fetch(request, new Connection(path, { peer: '127.0.0.1' }), context);

    expect(await Promise.all(deferred)).toEqual([expect.objectContaining({ deleted: 1 })]);
  });
});
