import { describe, expect, it } from 'vitest';
import { parseProject } from '../../../shared/harbor/names.ts';
import {
  ACCEPTED,
  harborError,
  html,
  json,
  PROOF,
  REFUSED,
  recorded,
  scriptHarbor,
  sessionAt,
} from './scripted-harbor.ts';

const LIST = 'GET /projects';
const full = recorded('projects-p2-100');
const project = (id: number, name: string) => ({ project_id: id, name, repo_count: 1 });
const publicOnly = json([project(1, 'public')], 1);
const everything = json([project(1, 'private'), project(2, 'public')], 2);

describe('credentials', () => {
  it('are proven beside a list that would show the public part only', async () => {
    const harbor = await scriptHarbor({
      [PROOF]: recorded('project-head-exists-bad-password'),
      [LIST]: recorded('projects-as-bad-password'),
    });
    const session = sessionAt(harbor);
    await expect(session.projects()).rejects.toMatchObject({
      code: 'harbor_unauthorized',
      message: expect.stringMatching(/username and password/),
    });
    expect(session.slept).toEqual([2000]);
  });

  it('are accepted by a 404: there need not be a project "library"', async () => {
    const harbor = await scriptHarbor({
      [PROOF]: recorded('project-head-missing'),
      [LIST]: everything,
    });
    expect((await sessionAt(harbor).projects()).total).toBe(2);
    expect(harbor.calls).toHaveLength(2);
  });

  it('in doubt for a moment make the list be fetched again', async () => {
    const harbor = await scriptHarbor({
      [PROOF]: [REFUSED, ACCEPTED],
      [LIST]: [publicOnly, everything],
    });
    const session = sessionAt(harbor);
    expect((await session.projects()).rows.map(({ name }) => name)).toEqual(['private', 'public']);
    expect(session.slept).toEqual([2000]);
  });

  it('are proven once more at the end of several pages', async () => {
    const page = Array.from({ length: 100 }, (_, id) => project(id, `p${id}`));
    const harbor = await scriptHarbor({
      [PROOF]: ACCEPTED,
      [LIST]: [json(page, 101), json([project(100, 'last')], 101)],
    });
    expect((await sessionAt(harbor).projects()).total).toBe(101);
    expect(harbor.calls.at(-1)).toBe(PROOF);
    expect(harbor.calls).toHaveLength(4);
  });

  it('are proven once for the pages within a project, of which there is no public part', async () => {
    const name = (id: number) => ({ name: `team/r${id}`, creation_time: null });
    const page = Array.from({ length: 100 }, (_, id) => name(id));
    const harbor = await scriptHarbor({
      [PROOF]: ACCEPTED,
      'GET /projects/team/repositories': [json(page, 101), json([name(100)], 101)],
    });
    const listed = await sessionAt(harbor).repositories(parseProject('team'));
    expect(listed.total).toBe(101);
    expect(harbor.calls.filter((call) => call === PROOF)).toHaveLength(1);
  });

  it('locked in the middle of several pages make them be fetched again', async () => {
    const page = Array.from({ length: 100 }, (_, id) => project(id, `p${id}`));
    const last = json([project(100, 'last')], 101);
    const harbor = await scriptHarbor({
      [PROOF]: [ACCEPTED, REFUSED, ACCEPTED],
      [LIST]: [json(page, 101), json([], 101), json(page, 101), last, json(page, 101), last],
    });
    const session = sessionAt(harbor);
    expect((await session.projects()).total).toBe(101);
    expect(session.slept).toEqual([2000]);
  });

  it('refused and accepted in turn are refused', async () => {
    const harbor = await scriptHarbor({
      [PROOF]: [ACCEPTED, REFUSED, ACCEPTED, REFUSED, ACCEPTED, REFUSED, ACCEPTED],
      [LIST]: [1, 2, 3].flatMap(() => [
        json(
          Array.from({ length: 100 }, (_, id) => project(id, `p${id}`)),
          101,
        ),
        json([project(100, 'last')], 101),
      ]),
    });
    await expect(sessionAt(harbor).projects()).rejects.toMatchObject({
      code: 'harbor_unauthorized',
      message: expect.stringContaining('in turn'),
    });
  });

  it('are proven once in a session, whatever it asks', async () => {
    const harbor = await scriptHarbor({
      [PROOF]: ACCEPTED,
      [LIST]: everything,
      'GET /projects/team-a/repositories': json([], 0),
    });
    const session = sessionAt(harbor);
    await session.projects();
    await session.repositories(parseProject('team-a'));
    expect(harbor.calls.filter((call) => call === PROOF)).toHaveLength(1);
  });

  it('that are refused win over what the refused call says', async () => {
    const harbor = await scriptHarbor({
      [PROOF]: REFUSED,
      [LIST]: harborError(403, 'FORBIDDEN', 'forbidden'),
    });
    await expect(sessionAt(harbor).projects()).rejects.toMatchObject({
      code: 'harbor_unauthorized',
    });
  });

  it.each([
    ['harbor_forbidden', harborError(403, 'FORBIDDEN', 'forbidden')],
    ['harbor_unauthorized', harborError(401, 'UNAUTHORIZED', 'unauthorized')],
  ])('that are accepted leave %s its meaning, asked once more', async (code, refusal) => {
    const harbor = await scriptHarbor({ [PROOF]: ACCEPTED, [LIST]: refusal });
    const session = sessionAt(harbor);
    await expect(session.projects()).rejects.toMatchObject({ code });
    expect(session.slept).toEqual([2000]);
    expect(harbor.calls.filter((call) => call.startsWith('GET'))).toHaveLength(2);
  });

  it('are sent as UTF-8, without cookies', async () => {
    const harbor = await scriptHarbor({ [PROOF]: ACCEPTED, [LIST]: full });
    await sessionAt(harbor, { username: 'robot$zoë' }).projects({ page: 2, pageSize: 100 });
    const headers = harbor.requests[0]?.headers;
    expect(headers?.authorization).toBe(
      `Basic ${Buffer.from('robot$zoë:sésame:2').toString('base64')}`,
    );
    expect(headers?.cookie).toBeUndefined();
    expect(headers?.accept).toBe('application/json');
    expect(headers?.['x-request-id']).toBe('req-1');
  });

  it('that are not configured leave the anonymous view, unproven', async () => {
    const harbor = await scriptHarbor({ [LIST]: publicOnly });
    const { rows } = await sessionAt(harbor, { username: '' }).projects();
    expect(rows.map(({ name }) => name)).toEqual(['public']);
    expect(harbor.requests[0]?.headers.authorization).toBeUndefined();
  });

  it('that cannot be proven fail the list', async () => {
    const harbor = await scriptHarbor({ [PROOF]: html(502), [LIST]: everything });
    await expect(sessionAt(harbor).projects()).rejects.toMatchObject({
      code: 'harbor_unreachable',
    });
  });
});

describe('check', () => {
  it('makes one call, and no second one when refused', async () => {
    const harbor = await scriptHarbor({ [PROOF]: REFUSED });
    await expect(sessionAt(harbor).check()).rejects.toMatchObject({ code: 'harbor_unauthorized' });
    expect(harbor.calls).toEqual([PROOF]);
  });

  it('is fine with Harbor refusing who has no credentials', async () => {
    const harbor = await scriptHarbor({ [PROOF]: REFUSED });
    await sessionAt(harbor, { username: '' }).check();
    expect(harbor.calls).toEqual([PROOF]);
  });

  it.each([
    ['the portal at a wrong base path', 'harbor_bad_response', recorded('path-root')],
    ['an empty 404 at a wrong base path', 'harbor_bad_response', recorded('path-api-v2')],
    ['a proxy without Harbor', 'harbor_unreachable', recorded('coredown-502-list')],
  ])('is not taken in by %s', async (_, code, reply) => {
    const harbor = await scriptHarbor({ [PROOF]: { ...reply, body: '' } });
    await expect(sessionAt(harbor).check()).rejects.toMatchObject({ code });
  });
});
