import { describe, expect, it } from 'vitest';
import type { FaultAnswer, RecordedCall } from '../../demo/harbor/faults.ts';
import type { Registry } from '../../demo/harbor/registry.ts';
import { recordedAnswers } from '../fake-crictl/recorded.ts';
import { crictlRun } from '../fixtures/recordings.ts';
import { bodyOf } from '../support/body.ts';
import { keptRegistry, LOGIN } from '../support/keeper.ts';
import { createService, type Service } from '../support/service.ts';

const NODE = 'v1.33.0-containerd-1.7.24';
/** What the recorded node runs as library/app:v1, and holds unused as library/donly. */
const RUNNING = 'sha256:2ec23b0db30e485789635a6a7eaef5ffeedfdbcb3d490f199eaa42cf9d85a75b';
const UNUSED = 'sha256:824e1919f1591d633fa211b5c5b504e94fe342f7c60ba987e23c19e21dc9b04f';
const ELSEWHERE = `sha256:${'e'.repeat(64)}`;
const INDEX = `sha256:${'1'.repeat(64)}`;

function registry(): Registry {
  return keptRegistry([
    {
      name: 'library',
      immutableTags: ['release-*'],
      repositories: {
        app: [
          { digest: RUNNING, tags: ['v1', 'stable'] },
          { digest: ELSEWHERE, tags: ['lonely'] },
        ],
        donly: [{ digest: UNUSED, tags: ['kept'] }],
        'apps/web': [
          { digest: INDEX, tags: ['multi'], kind: 'index', children: [{ digest: RUNNING }] },
          { tags: ['release-1', 'also'] },
        ],
      },
    },
    { name: 'vendor', members: { keeper: 'guest' }, repositories: { app: [{ tags: ['v1'] }] } },
  ]);
}

interface Setup {
  readonly faults?: (call: RecordedCall) => FaultAnswer | undefined;
  readonly images?: ReturnType<typeof crictlRun>;
  readonly config?: Readonly<Record<string, object>>;
}

function service({ faults, images, config }: Setup = {}) {
  const answers = recordedAnswers(NODE);
  return createService({
    harbor: { registry: registry(), ...(faults && { faults }) },
    crictl: { ...answers, ...(images && { images }) },
    config: {
      app_config: { write_token: { ci: 'write-token-of-ci' }, read_token: 'read-token-of-test' },
      harbor_config: LOGIN,
      ...config,
    },
  });
}

async function remove(running: Service, path: string, headers: Record<string, string> = {}) {
  const res = await running.get(`/harbor/artifacts/${path}`, {
    method: 'DELETE',
    headers: { authorization: 'Bearer write-token-of-ci', ...headers },
  });
  return { status: res.status, body: await bodyOf(res) };
}

const deletes = ({ standIn }: Service) =>
  (standIn?.calls ?? []).filter(({ method }) => method === 'DELETE').map(({ path }) => path);

describe('DELETE /harbor/artifacts/{project}/{repository}/{reference}', () => {
  it('resolves a tag and deletes by digest', async () => {
    const running = service();
    const { status, body } = await remove(running, 'library/app/lonely');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      dry_run: false,
      deleted: true,
      project: 'library',
      repository: 'app',
      reference: 'lonely',
      digest: ELSEWHERE,
      tags: ['lonely'],
      usage: 'absent',
      blockers: [],
    });
    expect(deletes(running)).toEqual([
      `/api/v2.0/projects/library/repositories/app/artifacts/${ELSEWHERE}`,
    ]);
  });

  it('refuses with every guard at once and calls nothing', async () => {
    const running = service();
    const { status, body } = await remove(running, 'library/app/v1');
    expect(status).toBe(409);
    expect(body.code).toBe('other_tags');
    expect(body.blockers.map(({ code }) => code)).toEqual(['other_tags', 'in_use']);
    expect(deletes(running)).toEqual([]);
  });

  it('deletes the artifact with all its tags when a digest names it', async () => {
    const running = service();
    const { body } = await remove(running, `library/app/${RUNNING}?dry_run=true`);
    expect(body.tags).toEqual(['stable', 'v1']);
    expect(body.blockers.map(({ code }) => code)).toEqual(['in_use']);
  });

  it('removes one tag and keeps the artifact with tag_only, in use or not', async () => {
    const running = service();
    const { status, body } = await remove(running, 'library/app/v1?tag_only=true');
    expect(status).toBe(200);
    expect(body.tags).toEqual(['v1']);
    expect(deletes(running)).toEqual([
      `/api/v2.0/projects/library/repositories/app/artifacts/${RUNNING}/tags/v1`,
    ]);
    const last = await remove(running, 'library/app/stable?tag_only=true');
    expect(last.body.code).toBe('in_use');
  });

  it('answers the plan of a dry run with only the right to read', async () => {
    const running = service();
    const plan = await remove(running, 'library/apps/web/release-1?dry_run=true', {
      authorization: 'Bearer read-token-of-test',
    });
    expect(plan.status).toBe(200);
    expect(plan.body).toMatchObject({ dry_run: true, deleted: false, tags: ['also', 'release-1'] });
    expect(plan.body.blockers.map(({ code }) => code)).toEqual([
      'other_tags',
      'artifact_immutable',
    ]);
    expect(deletes(running)).toEqual([]);
    const real = await remove(running, 'library/apps/web/release-1', {
      authorization: 'Bearer read-token-of-test',
    });
    expect(real.body.code).toBe('unauthorized');
  });

  it.each([
    ['?dry_run=yes', 'dry_run'],
    ['?dry_run=true&dry_run=true', 'dry_run'],
    ['?force=', 'force'],
    ['?dryrun=true', 'dryrun'],
    ['?tag_only=1', 'tag_only'],
  ])('refuses the query %s and names %s', async (query, parameter) => {
    const running = service();
    const { status, body } = await remove(running, `library/app/lonely${query}`);
    expect(status).toBe(422);
    expect(body.errors[0]?.parameter).toBe(parameter);
    expect(running.standIn?.calls.filter(({ path }) => path.includes('artifacts'))).toEqual([]);
  });

  it.each([
    [`"${ELSEWHERE}"`, 200, undefined],
    ['*', 200, undefined],
    [`"${RUNNING}", "${ELSEWHERE}"`, 200, undefined],
    [`"${RUNNING}"`, 412, 'reference_moved'],
    [`W/"${ELSEWHERE}"`, 412, 'reference_moved'],
    [ELSEWHERE, 422, 'invalid_request'],
    ['"v1"', 422, 'invalid_request'],
  ])('answers If-Match: %s with %i', async (ifMatch, expected, code) => {
    const running = service();
    const { status, body } = await remove(running, 'library/app/lonely', { 'if-match': ifMatch });
    expect(status).toBe(expected);
    expect(body.code).toBe(code);
    expect(deletes(running)).toHaveLength(expected === 200 ? 1 : 0);
  });

  it('logs the digests of If-Match', async () => {
    const running = service();
    await remove(running, 'library/app/lonely', { 'if-match': `"${RUNNING}", "${ELSEWHERE}"` });
    const line = running.log.find(({ route }) => String(route).includes('{reference}'));
    expect(line).toMatchObject({ status: 200, if_match: [RUNNING, ELSEWHERE] });
  });

  it('names a moved reference among the blockers of a dry run', async () => {
    const running = service();
    const path = 'library/app/lonely?dry_run=true&force=true';
    const { status, body } = await remove(running, path, { 'if-match': `"${RUNNING}"` });
    expect(status).toBe(200);
    expect(body.blockers.map(({ code }) => code)).toEqual(['reference_moved']);
  });

  it('plans, and removes a tag that is not the last, although the host cannot be read', async () => {
    const running = service({ images: crictlRun(NODE, 'no-socket') });
    const plan = await remove(running, 'library/app/lonely?dry_run=true');
    expect(plan).toMatchObject({ status: 200, body: { usage: 'unknown', deleted: false } });
    expect(plan.body.blockers.map(({ code }) => code)).toEqual(['usage_unknown']);
    const removed = await remove(running, 'library/app/v1?tag_only=true');
    expect(removed).toMatchObject({ status: 200, body: { usage: 'unknown', deleted: true } });
  });

  it('does not read the host with delete_guard off', async () => {
    const running = service({ config: { delete_config: { delete_guard: 'off' } } });
    const { body } = await remove(running, `library/app/${RUNNING}`);
    expect(body).toMatchObject({ deleted: true, usage: 'not_checked' });
    expect(running.crictl?.calls().filter((args) => args.includes('ps'))).toEqual([]);
  });

  it.each([
    ['library/apps/web/release-1?force=true', 409, 'artifact_immutable'],
    ['library/apps/web/also?force=true', 409, 'artifact_immutable'],
    [`library/apps/web/${RUNNING}?force=true`, 409, 'artifact_referenced'],
    ['vendor/app/v1', 403, 'harbor_forbidden'],
    ['library/app/nope', 404, 'harbor_not_found'],
    ['library/nope/v1', 404, 'harbor_not_found'],
    ['nope/app/v1', 403, 'harbor_forbidden'],
  ])('answers DELETE %s with %i %s', async (path, expected, code) => {
    const running = service();
    const { status, body } = await remove(running, path);
    expect({ status, code: body.code }).toEqual({ status: expected, code });
  });

  it('deletes once when many delete the same artifact, and answers harbor_not_found to the others', async () => {
    const running = service();
    const all = Array.from({ length: 8 }, () => remove(running, 'library/app/lonely'));
    const statuses = (await Promise.all(all)).map(({ status }) => status);
    expect(statuses.toSorted()).toEqual([200, 404, 404, 404, 404, 404, 404, 404]);
  });

  it('answers and logs an unknown outcome when the connection breaks and the artifact still exists', async () => {
    const running = service({
      faults: ({ method }) =>
        method === 'DELETE' ? { answer: {}, cut: 'before-answer' } : undefined,
    });
    const { status, body } = await remove(running, 'library/app/lonely');
    expect(status).toBe(504);
    expect(body).toMatchObject({ code: 'harbor_timeout', outcome: 'unknown' });
    const line = running.log.find(({ route }) => String(route).includes('{reference}'));
    expect(line).toMatchObject({ level: 'WARNING', digest: ELSEWHERE, outcome: 'unknown' });
  });

  it('is waited for by a stop', async () => {
    const running = service({
      faults: ({ method }) => {
        if (method !== 'DELETE') return undefined;
        stopped = server.close();
        return { delayMs: 500 };
      },
    });
    let stopped: Promise<void> | undefined;
    const server = await running.listen();
    const { status } = await remove({ ...running, get: server.get }, 'library/app/lonely');
    await stopped;
    expect(status).toBe(200);
    expect(running.log.at(-1)).toMatchObject({ outcome: 'deleted', digest: ELSEWHERE });
  });

  it('leaves lines at WARNING for a deletion, and one for a refused one', async () => {
    const running = service();
    await remove(running, 'library/app/lonely');
    await remove(running, 'library/app/v1?force=true', { authorization: 'Bearer wrong' });
    await remove(running, 'library/app/v1');
    const [intent, ...lines] = running.log.filter(
      ({ level, msg }) => level === 'WARNING' && msg !== 'journal',
    );
    expect(intent).toMatchObject({ outcome: 'pending', digest: ELSEWHERE, tags: ['lonely'] });
    expect(lines).toEqual([
      expect.objectContaining({
        level: 'WARNING',
        peer: '127.0.0.1',
        token: 'ci',
        digest: ELSEWHERE,
        tags: ['lonely'],
        outcome: 'deleted',
      }),
      expect.objectContaining({
        level: 'WARNING',
        code: 'unauthorized',
        status: 401,
        target: '/harbor/artifacts/library/app/v1?force=true',
        detail: expect.stringContaining('write_token'),
      }),
      expect.objectContaining({
        level: 'WARNING',
        token: 'ci',
        code: 'other_tags',
        digest: RUNNING,
      }),
    ]);
  });

  it.each(['ERROR', 'CRITICAL'])(
    'leaves the same lines at %s, but none for a read',
    async (log_level) => {
      const app_config = { write_token: { ci: 'write-token-of-ci' }, log_level };
      const running = service({ config: { app_config } });
      const id = { 'x-request-id': 'forced' };
      await remove(running, 'library/app/v1?force=true', id);
      await remove(running, 'library/app/v1?force=true', { ...id, authorization: 'Bearer wrong' });
      await running.get('/harbor/projects');
      const lines = running.log.map(({ msg, event, outcome, status, request_id }) => [
        ...[msg, event ?? outcome, status],
        request_id,
      ]);
      const request = 'DELETE /harbor/artifacts/{project}/{repository}/{reference}';
      expect(lines).toEqual([
        ['journal', 'intent', undefined, 'forced'],
        ['the deletion is sent to Harbor', 'pending', undefined, 'forced'],
        ['journal', 'outcome', undefined, 'forced'],
        [request, 'deleted', 200, 'forced'],
        [request, undefined, 401, 'forced'],
      ]);
    },
  );
});
