import { describe, expect, it } from 'vitest';
import { projectNamed, repositoryNamed } from '../../../support/names.ts';
import {
  CHECK,
  counted,
  harborError,
  html,
  json,
  LISTS,
  REFUSED,
  type Reply,
  recorded,
  type Script,
  STATISTICS,
  scriptHarbor,
  sessionAt,
  sharedWork,
} from './scripted-harbor.ts';

const LIST = 'GET /projects';
const REPOSITORIES = 'GET /projects/team/repositories';
const team = projectNamed('team');
const everything = json(
  [
    { project_id: 1, name: 'private', repo_count: 1 },
    { project_id: 2, name: 'public', repo_count: 1, metadata: { public: 'true' } },
  ],
  2,
);
const unauthorized = harborError(401, 'UNAUTHORIZED', 'unauthorized');
const forbidden = harborError(403, 'FORBIDDEN', 'forbidden');

describe('credentials', () => {
  it('are sent alone: no cookie of an earlier answer is kept', async () => {
    const setting = (reply: Reply): Reply => ({
      ...reply,
      headers: { ...reply.headers, 'set-cookie': 'sid=abc; Path=/' },
    });
    const harbor = await scriptHarbor({ [REPOSITORIES]: setting(json([], 0)) });
    const session = sessionAt(harbor);
    await session.repositories(team);
    await session.repositories(team);

    expect(harbor.requests.map(({ headers }) => headers.cookie)).toEqual([undefined, undefined]);
  });

  it('are sent as UTF-8, without cookies', async () => {
    const harbor = await scriptHarbor({
      [LIST]: everything,
      [STATISTICS]: counted([1, 1], [1, 1]),
    });
    await sessionAt(harbor, { username: 'robot$zoë' }).projects();
    const headers = harbor.requests[0]?.headers;
    expect(headers?.authorization).toBe(
      `Basic ${Buffer.from('robot$zoë:sésame:2').toString('base64')}`,
    );
    expect(headers?.cookie).toBeUndefined();
    expect(headers?.accept).toBe('application/json');
    expect(headers?.['x-request-id']).toBe('req-1');
  });

  it('that are refused are tried once more, 2 s later', async () => {
    const harbor = await scriptHarbor({ [REPOSITORIES]: [unauthorized, json([], 0)] });
    const session = sessionAt(harbor);
    expect(await session.repositories(team)).toEqual({ rows: [], total: 0 });
    expect(session.slept).toEqual([2000]);
  });

  it('that are refused twice are harbor_unauthorized', async () => {
    const harbor = await scriptHarbor({ [REPOSITORIES]: unauthorized });
    await expect(sessionAt(harbor).repositories(team)).rejects.toMatchObject({
      code: 'harbor_unauthorized',
    });
    expect(harbor.calls).toEqual([...Array(2).fill(expect.stringContaining(REPOSITORIES)), LISTS]);
  });

  it('that lack a right are harbor_forbidden immediately, after one call', async () => {
    const harbor = await scriptHarbor({ [REPOSITORIES]: forbidden });
    const session = sessionAt(harbor);
    await expect(session.repositories(team)).rejects.toMatchObject({ code: 'harbor_forbidden' });
    expect(session.slept).toEqual([]);
    expect(harbor.calls).toHaveLength(1);
  });
});

describe('check', () => {
  it('makes one call when the credentials are accepted', async () => {
    const harbor = await scriptHarbor({ [CHECK]: recorded('project-head-missing') });
    await sessionAt(harbor).check();
    expect(harbor.calls).toEqual([CHECK]);
  });

  it('sends refused credentials no second time', async () => {
    const harbor = await scriptHarbor({ [CHECK]: REFUSED, [LISTS]: json([], 0) });
    await expect(sessionAt(harbor).check()).rejects.toMatchObject({ code: 'harbor_unauthorized' });
    expect(harbor.requests.map(({ headers }) => headers.authorization !== undefined)).toEqual([
      true,
      false,
    ]);
  });

  it('is harbor_error when Harbor refuses logins because its database is down', async () => {
    const harbor = await scriptHarbor({
      [CHECK]: REFUSED,
      [LISTS]: recorded('dbdown-projects-anonymous'),
    });
    await expect(sessionAt(harbor).check()).rejects.toMatchObject({ code: 'harbor_error' });
  });

  it('succeeds when no credentials are configured, although Harbor refuses the call', async () => {
    const harbor = await scriptHarbor({ [CHECK]: REFUSED, [LISTS]: json([], 0) });
    await expect(sessionAt(harbor, { username: '' }).check()).resolves.toBeUndefined();
  });

  it.each([
    ['the portal at a wrong base path', 'harbor_bad_response', recorded('path-root')],
    ['an empty 404 at a wrong base path', 'harbor_bad_response', recorded('path-api-v2')],
    ['a proxy without Harbor', 'harbor_unreachable', recorded('coredown-502-list')],
  ])('is not taken in by %s', async (_, code, reply) => {
    const harbor = await scriptHarbor({ [CHECK]: { ...reply, body: '' } });
    await expect(sessionAt(harbor).check()).rejects.toMatchObject({ code });
  });
});

describe('a refusal that the process remembers', () => {
  /** Requests of one process, for which Harbor lists repositories by these answers. */
  async function remembering(answers: Script) {
    const harbor = await scriptHarbor({
      [REPOSITORIES]: answers,
      [CHECK]: recorded('project-head-missing'),
    });
    let nowMs = 0;
    const shared = sharedWork({ now: () => nowMs });
    const open = () => sessionAt(harbor, { shared });
    const list = () => open().repositories(team);
    const refused = () => expect(list()).rejects.toMatchObject({ code: 'harbor_unauthorized' });
    /** How often the login was sent. */
    const logins = () => harbor.requests.filter(({ headers }) => headers.authorization).length;
    return { harbor, open, list, refused, logins, pass: (ms: number) => (nowMs += ms) };
  }

  it('prevents that the wrong password is sent again for 10 s', async () => {
    const { logins, refused, pass } = await remembering(unauthorized);
    await refused();
    pass(9_999);
    await refused();

    expect(logins()).toBe(2);
  });

  it('is checked once after that, without a pause', async () => {
    const { logins, open, refused, pass } = await remembering(unauthorized);
    await refused();
    pass(10_000);
    const session = open();

    await expect(session.repositories(team)).rejects.toMatchObject({ code: 'harbor_unauthorized' });
    expect(session.slept).toEqual([]);
    expect(logins()).toBe(3);
  });

  it('does not prevent a second try after a minute, when the login may be accepted again', async () => {
    const { open, refused, pass } = await remembering([
      ...Array(3).fill(unauthorized),
      json([], 0),
    ]);
    await refused();
    pass(60_000);
    const session = open();

    expect((await session.repositories(team)).total).toBe(0);
    expect(session.slept).toEqual([2000]);
  });

  it('is the problem of the call that is not sent', async () => {
    const { open, list } = await remembering(unauthorized);
    const first = await list().catch((err: unknown) => err);

    await expect(open().artifacts(team, repositoryNamed('app'))).rejects.toMatchObject({
      message:
        'Check username and password. Harbor refused the login less than 10 s ago, so it was not sent again. ' +
        'The call was GET /projects/team/repositories/app/artifacts.',
      facts: { sent: false },
      cause: first,
    });
  });

  it('is forgotten when the login is accepted', async () => {
    const { open, list, refused, pass } = await remembering([
      unauthorized,
      unauthorized,
      json([], 0),
    ]);
    await refused();
    pass(10_000);
    await open().check();

    expect((await list()).total).toBe(0);
  });

  it('is not remembered for a login that worked a minute ago, because that is probably locked', async () => {
    const { open, list, refused, pass } = await remembering([
      unauthorized,
      unauthorized,
      json([], 0),
    ]);
    await open().check();
    pass(59_999);
    await refused();

    expect((await list()).total).toBe(0);
  });

  it('is remembered for such a login too if it is refused for longer than a lock lasts', async () => {
    const { logins, open, refused, pass } = await remembering(unauthorized);
    await open().check();
    await refused();
    pass(2_999);
    await refused();
    pass(1);
    await refused();
    const before = logins();
    await refused();
    pass(10_000);
    await refused();
    await refused();

    // Again one call after ten seconds.
    expect(logins()).toBe(before + 1);
  });

  it.each([
    ['the login is accepted in between', 5_000, true],
    ['long passes in between', 10_000, false],
  ])('is not remembered for such a login if %s', async (_, ms, isAccepted) => {
    const { open, list, refused, pass } = await remembering([
      ...Array(4).fill(unauthorized),
      json([], 0),
    ]);
    await open().check();
    await refused();
    pass(ms);
    await (isAccepted && open().check());
    await refused();

    expect((await list()).total).toBe(0);
  });

  it('is not a 403, and not another failure', async () => {
    const { list } = await remembering([forbidden, html(500), json([], 0)]);
    await expect(list()).rejects.toMatchObject({ code: 'harbor_forbidden' });
    await list().catch(() => undefined);

    expect((await list()).total).toBe(0);
  });

  describe('while the lists of Harbor fail', () => {
    const DOWN = recorded('dbdown-projects-anonymous');

    async function failing(lists: Script) {
      const harbor = await scriptHarbor({
        [LISTS]: lists,
        [REPOSITORIES]: [unauthorized, unauthorized, json([], 0)],
        [CHECK]: REFUSED,
      });
      let nowMs = 0;
      const shared = sharedWork({ now: () => nowMs });
      const open = () => sessionAt(harbor, { shared });
      const list = () => open().repositories(team);
      return { open, list, shared, pass: (ms: number) => (nowMs += ms) };
    }

    it('is not remembered, and the failure of the lists is the problem', async () => {
      const { list } = await failing(DOWN);
      await expect(list()).rejects.toMatchObject({ code: 'harbor_error', facts: { status: 401 } });
      expect((await list()).total).toBe(0);
    });

    it('is no problem of an earlier refusal either', async () => {
      const { list, open } = await failing([json([], 0), DOWN]);
      await expect(list()).rejects.toMatchObject({ code: 'harbor_unauthorized' });
      await expect(list()).rejects.toMatchObject({ code: 'harbor_error', facts: { sent: false } });
      expect((await open().repositories(team)).total).toBe(0);
    });

    it('is not remembered for 10 s after they worked again, and is afterwards', async () => {
      const { open, shared, pass } = await failing([DOWN, json([], 0)]);
      await expect(open().check()).rejects.toMatchObject({ code: 'harbor_error' });
      for (const [ms, isRemembered] of [
        [9_999, false],
        [1, true],
      ] as const) {
        pass(ms);
        await expect(open().check()).rejects.toMatchObject({ code: 'harbor_unauthorized' });
        expect(shared.refusals.recent() !== undefined).toBe(isRemembered);
      }
    });
  });
});
