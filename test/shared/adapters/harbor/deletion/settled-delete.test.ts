import { describe, expect, it } from 'vitest';
import { createLimit } from '../../../../../shared/values/waiting/limit.ts';
import { projectNamed, referenceNamed, repositoryNamed } from '../../../../support/names.ts';
import {
  digestOf,
  harborError,
  html,
  json,
  LISTS,
  type Reply,
  recorded,
  type Script,
  scriptHarbor,
  sessionAt,
  sharedWork,
  wireArtifact,
} from '../scripted-harbor.ts';

const project = projectNamed('scratch');
const repository = repositoryNamed('apps/web');
const REPOSITORY = '/projects/scratch/repositories/apps%252Fweb';
const id = digestOf(1);
const DELETE = `DELETE ${REPOSITORY}/artifacts/${id}`;
const GET = `GET ${REPOSITORY}/artifacts/${id}`;
const there = json(wireArtifact(1));
const gone = recorded('artifact-get-unknown-digest');
const done = recorded('delete-3tags-1-delete');

const digest = (() => {
  const reference = referenceNamed(id);
  if (reference.kind !== 'digest') throw new Error('no digest');
  return reference.digest;
})();
const tag = (() => {
  const reference = referenceNamed('v1');
  if (reference.kind !== 'tag') throw new Error('no tag');
  return reference.tag;
})();

/** How long something that hangs may take; what does not hang must be faster, on a loaded machine too. */
const HANGING = { timeoutMs: 1_000 };

async function deleting(script: Record<string, Script>, settings = {}) {
  const harbor = await scriptHarbor(script);
  const session = sessionAt(harbor, settings);
  const result = await session.deleteArtifact(project, repository, digest).then(
    () => 'done',
    (err: unknown) => err,
  );
  return { harbor, session, result };
}

describe('deleteArtifact', () => {
  it('deletes by digest with one call', async () => {
    const { harbor, result } = await deleting({ [DELETE]: done });
    expect(result).toBe('done');
    expect(harbor.calls).toEqual([DELETE]);
  });

  it.each<[string, Reply]>([
    ['harbor_not_found', recorded('delete-digest-2-repeat')],
    ['harbor_not_found', recorded('delete-unknown-repo')],
    ['harbor_bad_response', recorded('delete-nested-2F-nginx')],
    ['harbor_forbidden', recorded('delete-as-dev')],
    ['harbor_unauthorized', recorded('auth-lock-delete')],
    ['harbor_read_only', recorded('readonly-1-delete')],
    ['artifact_immutable', recorded('delete-immutable')],
    ['artifact_referenced', recorded('delete-index-child')],
  ])('is %s at once, and is not asked again', async (code, reply) => {
    const { harbor, session, result } = await deleting({ [DELETE]: reply });
    expect(result).toMatchObject({ code });
    // After a refused login, whether the lists work.
    expect(harbor.calls.filter((call) => call !== LISTS)).toEqual([DELETE]);
    expect(session.slept).toEqual([]);
  });

  const interrupted: [string, Reply][] = [
    ['nginx gives up with 504', recorded('slow-504-delete')],
    ['nginx has no core, 502', recorded('coredown-502-delete')],
    ['the framework answers 503', recorded('redisdown-delete', 'v2.8.6')],
    ['a gateway gives up with 504 in JSON', harborError(504, 'UNKNOWN', 'upstream timeout')],
    ['the connection is cut', { fault: 'before-answer' }],
    ['no answer comes', { fault: 'hang' }],
    ['a page of the portal comes', recorded('path-prefix-delete')],
    ['a page comes with 408', html(408)],
    ['a proxy answers 429', { status: 429 }],
    ['a proxy redirects', { status: 301, headers: { location: 'https://h/' } }],
  ];

  it.each(interrupted)('is done when %s and the artifact is gone later', async (_, reply) => {
    const { session, result } = await deleting(
      { [DELETE]: reply, [GET]: [there, there, gone] },
      HANGING,
    );
    expect(result).toBe('done');
    expect(session.slept).toEqual([500, 1500, 3000]);
  });

  it.each(interrupted)('has an unknown outcome when %s and it stays there', async (_, reply) => {
    const { result } = await deleting({ [DELETE]: reply, [GET]: there }, HANGING);
    expect(result).toMatchObject({
      code: 'harbor_timeout',
      status: 504,
      extras: { outcome: 'unknown' },
    });
  });

  const failed = recorded('dbdown-delete');
  const UNKNOWN = { code: 'harbor_timeout', extras: { outcome: 'unknown' } };

  it.each<[string, Reply, Script]>([
    ['Harbor answers 500, and the artifact is gone', failed, gone],
    ['a page of HTML comes with 200, and the artifact is gone later', html(200), [there, gone]],
    ['202 comes, and the artifact is gone later', { status: 202 }, [there, there, gone]],
    ['a proxy answers with 401, and the artifact is gone', html(401), gone],
    [
      'an error body is not Harbor’s, and the artifact is gone',
      { status: 429, ...json({ errors: [{ code: 1015, message: 'rate limited' }] }) },
      gone,
    ],
  ])('is done when %s', async (_, reply, state) => {
    const { result } = await deleting({ [DELETE]: reply, [GET]: state }, { shared: sharedWork() });
    expect(result).toBe('done');
  });

  it.each<[string, Reply, Reply]>([
    ['it cannot be determined', html(504), html(502)],
    ['a 404 names no artifact', html(504), recorded('delete-nested-2F-nginx')],
    ['Harbor answers 500 and then nothing', failed, recorded('dbdown-projects-admin')],
    ['a page of HTML comes with 200 and the artifact stays', html(200), there],
    ['it was answered with 202 and the artifact stays', { status: 202 }, there],
  ])('has an unknown outcome when %s', async (_, reply, state) => {
    const { result } = await deleting({ [DELETE]: reply, [GET]: state });
    expect(result).toMatchObject(UNKNOWN);
  });

  it('is harbor_error when Harbor answers 500 and the artifact is still there', async () => {
    const { result, harbor } = await deleting({ [DELETE]: failed, [GET]: there });
    expect(result).toMatchObject({ code: 'harbor_error' });
    expect(harbor.calls).toEqual([DELETE, GET]);
  });

  it.each([
    ['the artifact', recorded('delete-digest-2-repeat')],
    ['the repository', recorded('delete-unknown-repo')],
    ['the project', harborError(404, 'NOT_FOUND', 'project scratch not found')],
  ])('says that it is gone when another deletion of %s was first', async (_, reply) => {
    const { result } = await deleting({ [DELETE]: reply });
    expect(result).toMatchObject({ code: 'harbor_not_found', extras: { outcome: 'gone' } });
  });

  it('that was never sent is a plain failure', async () => {
    const session = sessionAt({ url: 'http://harbor.invalid' });
    await expect(session.deleteArtifact(project, repository, digest)).rejects.toMatchObject({
      code: 'harbor_unreachable',
      extras: {},
    });
  });
});

describe('a deletion that waits for its turn', () => {
  it('is not sent when the client has disconnected', async () => {
    const harbor = await scriptHarbor({});
    const client = new AbortController();
    const deletions = createLimit({ concurrency: 1, waiting: Infinity });
    void deletions(() => new Promise(() => undefined));
    const shared = { ...sharedWork(), deletions };
    const session = sessionAt(harbor, { shared }, client.signal);
    const waiting = [
      session.deleteArtifact(project, repository, digest),
      session.deleteTag(project, repository, digest, tag),
    ];
    client.abort(new Error('gone'));
    expect(await Promise.allSettled(waiting)).toEqual([
      { status: 'rejected', reason: new Error('gone') },
      { status: 'rejected', reason: new Error('gone') },
    ]);
    expect(harbor.calls).toEqual([]);
  });
});

describe('the questions about an unknown outcome', () => {
  it('do not wait for other deletions, and are not overloaded', async () => {
    const limit = createLimit({ concurrency: 1, waiting: 0 });
    const shared = { ...sharedWork(), deletions: limit };
    const harbor = await scriptHarbor({ [DELETE]: html(504), [GET]: gone });
    const session = sessionAt(harbor, {
      shared,
      sleep: async () => void limit(() => new Promise(() => undefined)).catch(() => undefined),
    });

    await expect(session.deleteArtifact(project, repository, digest)).resolves.toBeUndefined();

    expect(harbor.calls).toEqual([DELETE, GET]);
  });
});

describe('deleteTag', () => {
  const DELETE_TAG = `${DELETE}/tags/v1`;
  const GET_TAG = `GET ${REPOSITORY}/artifacts/v1`;

  async function untagging(script: Record<string, Script>) {
    const harbor = await scriptHarbor(script);
    const session = sessionAt(harbor);
    return session.deleteTag(project, repository, digest, tag).then(
      () => 'done',
      (err: unknown) => err,
    );
  }

  it('removes the tag from the artifact with that digest', async () => {
    expect(await untagging({ [DELETE_TAG]: recorded('tag-delete-1') })).toBe('done');
  });

  it.each<[string, Reply]>([
    ['harbor_not_found', recorded('tag-delete-4-repeat-other-ref')],
    ['artifact_immutable', recorded('delete-immutable-tag-only')],
    ['harbor_forbidden', recorded('tag-delete-as-dev')],
  ])('is %s', async (code, reply) => {
    expect(await untagging({ [DELETE_TAG]: reply })).toMatchObject({ code });
  });

  it.each<[string, Reply]>([
    ['no artifact has the tag', recorded('artifact-get-unknown-tag')],
    ['another artifact has it', json(wireArtifact(2))],
  ])('is done when the outcome was unknown and %s', async (_, reply) => {
    expect(await untagging({ [DELETE_TAG]: html(504), [GET_TAG]: reply })).toBe('done');
  });

  it('has an unknown outcome while the artifact keeps the tag', async () => {
    expect(await untagging({ [DELETE_TAG]: html(504), [GET_TAG]: there })).toMatchObject({
      extras: { outcome: 'unknown' },
    });
  });

  it('is harbor_error when Harbor failed and the artifact keeps the tag', async () => {
    const failed = harborError(500, 'UNKNOWN', 'internal server error');
    expect(await untagging({ [DELETE_TAG]: failed, [GET_TAG]: there })).toMatchObject({
      code: 'harbor_error',
    });
  });
});
