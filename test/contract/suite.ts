/**
 * The contract suite: every case over one kind of deployment, behind the router and by its function
 * alone. All cases run at the same time, because they mostly wait for upstreams.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  FUNCTION_NAMES,
  type FunctionName,
} from '../../shared/values/configuration/configuration.ts';
import { eventually } from '../support/eventually.ts';
import type { Answer, Sent } from './answers.ts';
import type { Case, Deployment } from './cases/case.ts';
import { CASES } from './cases/index.ts';
import { expectedAnswer, faultsOfBody } from './expectations.ts';
import { logIn } from './login.ts';
import { environmentOf, WRITE_TOKEN } from './secrets.ts';
import { startUpstreams, type Upstreams } from './upstreams.ts';

export type Deployed = 'router' | FunctionName;

/** A deployment. */
export interface Running {
  send(sent: Sent, signal?: AbortSignal): Promise<Answer>;
  stop(): Promise<void>;
}

export interface Platform {
  readonly title: string;
  /** Deploys one function, or the router, with this environment and no other configuration. */
  readonly deploy: (
    what: Deployed,
    environment: Readonly<Record<string, string>>,
  ) => Promise<Running>;
  /** The runtime resolves dot segments before any code sees them. */
  readonly folds?: true;
  /** It has files: it runs on Node. */
  readonly files?: true;
}

/** The functions whose requests share what they ask for. */
const SHARING: ReadonlySet<string> = new Set([
  'images',
  'delete-harbor-artifact',
  'nodes',
  'node-images',
  'compare',
  'usage',
  'drift',
  'harbor-unused',
  'deletion-plan',
  'harbor-cleanup',
  'ui',
  'webhook-invoke',
]);
/** Those that share readings of nodes for a second, whatever `max_age_ms` is, also with one that hangs. */
const PLANNING: ReadonlySet<string> = new Set(['harbor-cleanup', 'webhook-invoke']);
const DEPLOYMENTS = [...new Set(CASES.map(({ deployment }) => deployment))];
const DEPLOYED: readonly Deployed[] = ['router', ...FUNCTION_NAMES];
/** The number of simultaneous requests, in addition to one that disconnects. */
const OVERLAPPING = 15;

/** Defines the tests of a platform. */
export function contractSuite(platform: Platform): void {
  const cases = CASES.filter(
    ({ folds, files }) => !(folds && platform.folds) && files !== (platform.files === undefined),
  );
  const casesOf = (what: Deployed, deployment: Deployment) =>
    cases.filter(
      (one) => one.deployment === deployment && (what === 'router' || one.name === what),
    );
  const fleet = DEPLOYED.flatMap((what) =>
    DEPLOYMENTS.map((deployment) => ({ what, deployment, own: casesOf(what, deployment) })),
  ).filter(({ own }) => own.length > 0);
  const routers = fleet.filter(({ what }) => what === 'router');
  const alone = fleet.filter(({ what }) => what !== 'router');

  describe(platform.title, () => {
    let upstreams: Upstreams;
    const running = new Map<string, Running>();
    const routed = new Map<string, Promise<Answer>>();
    const turns = new Map<string, Promise<unknown>>();

    beforeAll(async () => {
      upstreams = await startUpstreams();
      const deploy = async ({ what, deployment }: (typeof fleet)[number]) => {
        const environment = {
          ...upstreams.environment,
          ...upstreams.trust[platform.files ? 'files' : 'runtime'],
          ...environmentOf(deployment),
          ...(deployment === 'partial' && upstreams.partial),
        };
        running.set(`${what} ${deployment}`, await platform.deploy(what, environment));
      };
      await Promise.all(fleet.map(deploy));
    });
    afterAll(async () => {
      await Promise.all([...running.values()].map(({ stop }) => stop()));
      await upstreams.close();
    });

    function runningOf(what: Deployed, deployment: Deployment): Running {
      const found = running.get(`${what} ${deployment}`);
      if (found === undefined) throw new Error(`${what} is not deployed ${deployment}`);
      return found;
    }

    /**
     * Waits until no other such request is under way in a deployment. Requests for /images share one run
     * of calls to Harbor, and those over nodes share readings and lists; the upstream chooses its fault by
     * the id of one of these requests.
     */
    function inTurn<T>(where: string, work: () => Promise<T>): Promise<T> {
      const done = (turns.get(where) ?? Promise.resolve()).then(work);
      const next = done.catch(() => undefined); // the test that asked fails
      turns.set(where, next);
      return done;
    }

    function ask(what: Deployed, one: Case): Promise<Answer> {
      const send = () => runningOf(what, one.deployment).send(sentOf(one));
      return SHARING.has(one.name) ? inTurn(`${what} ${one.deployment}`, send) : send();
    }

    /** The router's answer to a case, requested once. The function alone must answer the same. */
    function answerBehindRouter(one: Case): Promise<Answer> {
      const answer = routed.get(one.requestId) ?? ask('router', one);
      routed.set(one.requestId, answer);
      return answer;
    }

    describe.concurrent.each(named(routers))('%s', (_, { own }) => {
      const expectAnswer = (one: Case, answer: Answer): void => {
        expect(answer).toEqual(expectedAnswer(one));
        expect(faultsOfBody(one, answer)).toEqual([]);
      };
      it.each(titled(own.filter((one) => !asksReadiness(one))))('%s', async (_, one) =>
        expectAnswer(one, await answerBehindRouter(one)),
      );
      // A check that took too long on a busy machine shows until the next one.
      it.each(titled(own.filter(asksReadiness)))('%s, in the end', (_, one) =>
        eventually(async () => expectAnswer(one, await ask('router', one))),
      );
      it.each(titled(own.filter(({ shows }) => shows !== null)))(
        '%s, and shows the nodes',
        async (_, one) => {
          const { body } = await answerBehindRouter(one);
          expect(JSON.parse(body)).toMatchObject(one.shows ?? {});
        },
      );
    });

    describe.concurrent.each(named(alone))('%s', (_, { what, own }) => {
      it.each(titled(own.filter((one) => !asksReadiness(one))))(
        '%s, exactly as behind the router',
        async (_, one) => {
          const answer = await ask(what, one);
          expect(settled(answer)).toEqual(settled(await answerBehindRouter(one)));
        },
      );
      it.each(titled(own.filter(asksReadiness)))(
        '%s, in the end exactly as behind the router',
        (_, one) =>
          eventually(async () => {
            const answer = await ask(what, one);
            expect(settled(answer)).toEqual(settled(await ask('router', one)));
          }),
      );
    });

    it.concurrent.each([
      ['harbor-artifacts', 'GET, HEAD'],
      ['delete-harbor-artifact', 'DELETE'],
    ] as const)('%s alone takes %s where the router takes both', async (what, allow) => {
      const target = '/harbor/artifacts/platform/apps/web/frontend';
      const answer = await runningOf(what, 'open').send({ method: 'POST', target, headers: HOST });
      expect(answer).toMatchObject({ status: 405, headers: { allow } });
    });

    it.concurrent.each(DEPLOYED)(
      '%s answers overlapping requests each as it should, although one hangs up',
      async (what) => {
        const { send } = runningOf(what, 'open');
        const own = casesOf(what, 'open');
        const quick = own.filter(({ requestId }) => requestId.startsWith('fine'));
        const fifteen = Array.from(
          { length: OVERLAPPING },
          (_, index) => quick[index % quick.length] as Case,
        );
        const stuck = { ...(own[0] as Case), requestId: `all-slow.${what}` };
        const expected = await Promise.all(fifteen.map(answerBehindRouter));

        const answers = await inTurn(`${what} open`, async () => {
          const hangUp = new AbortController();
          const gone = send(unshared(stuck), hangUp.signal).catch(() => 'gone');
          const overlapping = Promise.all(fifteen.map((one) => send(unshared(one))));
          setTimeout(() => hangUp.abort(), 20);
          await gone;
          return overlapping;
        });

        expect(answers.map(settled)).toEqual(expected.map(settled));
      },
    );

    it.each(['router', 'ui'] as const)(
      '%s logs in, and the cookie opens pages only',
      async (what) => {
        const { send } = runningOf(what, 'guarded');

        const { answer, headers } = await logIn(send);
        const [page, api] = await Promise.all(
          ['/ui', '/harbor/projects'].map((target) =>
            runningOf('router', 'guarded').send({ method: 'GET', target, headers }),
          ),
        );

        expect(answer).toMatchObject({ status: 303, headers: { location: '/ui/images' } });
        expect(answer.headers['set-cookie']).toMatch(
          /^image_api_session=[^;]+; Max-Age=43200; Path=\/ui; HttpOnly; (Secure; )?SameSite=Strict$/,
        );
        expect(page).toMatchObject({ status: 200, body: expect.stringContaining('Log out') });
        expect(api?.status).toBe(401);
      },
    );

    it('sends Harbor no dot segment', async () => {
      const folding = CASES.filter(({ folds }) => folds);
      const { send } = runningOf('router', 'open');
      await Promise.all(folding.map((one) => send(sentOf(one))));
      const paths = upstreams.harborCalls.map(({ path }) => path.split('?')[0] ?? '');
      expect(paths.length).toBeGreaterThan(cases.length);
      expect(paths.filter((path) => /\/(\.|%2e|%252e)+(\/|$)/i.test(path))).toEqual([]);
    });

    it('deletes nothing in any of the cases', () => {
      expect(upstreams.harborCalls.filter(({ method }) => method === 'DELETE')).toEqual([]);
    });

    it.each([
      ['router', '/harbor/artifacts/platform/apps/worker/1.8.4'],
      ['delete-harbor-artifact', '/harbor/artifacts/data/etl/nightly/20260706'],
    ] as const)('%s deletes an artifact, once, after all that', async (what, target) => {
      const headers = { ...HOST, Authorization: `Bearer ${WRITE_TOKEN}` };
      const { send } = runningOf(what, 'open');
      const answer = await send({ method: 'DELETE', target, headers });
      expect(answer.status).toBe(200);
      expect(JSON.parse(answer.body)).toMatchObject({ deleted: true, usage: 'absent' });
      const again = await send({ method: 'DELETE', target, headers });
      expect(again.status).toBe(404);
    });
  });
}

/** With the title of its block. */
function named<One extends { readonly what: Deployed; readonly deployment: Deployment }>(
  fleet: readonly One[],
): readonly (readonly [string, One])[] {
  return fleet.map((one) => {
    const who = one.what === 'router' ? 'router' : `${one.what} alone`;
    return [`${who}, ${one.deployment}`, one];
  });
}

const HOST = { Host: 'localhost' };

function titled(cases: readonly Case[]): readonly (readonly [string, Case])[] {
  return cases.map((one) => [one.title, one]);
}

function sentOf({ method, target, headers, body, requestId }: Case): Sent {
  const sent = { ...HOST, 'X-Request-Id': requestId, ...headers };
  return { method, target, headers: sent, ...(body !== undefined && { body }) };
}

/** As `sentOf`. Plans of cleanups would share the reading of a node that hangs because of another request's id. */
function unshared(one: Case): Sent {
  const sent = sentOf(one);
  if (!PLANNING.has(one.name)) return sent;
  return { ...sent, headers: { ...sent.headers, 'Cache-Control': 'no-cache' } };
}

/** An answer without what differs each time: the ages and times of readings, and the tokens of forms. */
function settled({ headers: { age: _, ...headers }, body, ...rest }: Answer): unknown {
  return {
    ...rest,
    headers,
    body: body
      .replace(/("(?:read_at|age_ms|age_seconds)": )("[^"]*"|\d+)/g, '$1…')
      .replace(/<time .*?<\/time>/g, '…')
      .replace(/(<input type="hidden" name="csrf" value=")[^"]+/g, '$1…'),
  };
}

function asksReadiness({ target }: Case): boolean {
  return target.startsWith('/readyz');
}
