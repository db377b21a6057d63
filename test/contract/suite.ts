/** The contract suite: every case over one kind of deployment, each function alone and the router. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FUNCTION_NAMES, type FunctionName } from '../../shared/configuration/configuration.ts';
import type { Answer, Sent } from './answers.ts';
import { CASES, type Case, type Deployment } from './cases.ts';
import { expectedAnswer, faultsOfBody } from './expectations.ts';
import { ENVIRONMENTS, WRITE_TOKEN } from './secrets.ts';
import { startUpstreams, type Upstreams } from './upstreams.ts';

export type Deployed = 'router' | FunctionName;

/** Something that serves, somewhere. */
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
  /** The runtime folds dot segments before anyone sees them. */
  readonly folds?: true;
}

const DEPLOYMENTS: readonly Deployment[] = ['open', 'guarded', 'bare'];
/** Requests at once, beside one that hangs up. */
const OVERLAPPING = 15;

/** Defines the tests of a platform. */
export function contractSuite(platform: Platform): void {
  const cases = CASES.filter(({ folds }) => !(folds && platform.folds));
  describe(platform.title, () => {
    let upstreams: Upstreams;
    /** What the router answered, by request id: a function alone must answer the same. */
    const routed = new Map<string, Answer>();
    beforeAll(async () => {
      upstreams = await startUpstreams();
    });
    afterAll(() => upstreams.close());

    const deployments = (what: Deployed) =>
      DEPLOYMENTS.map((deployment) => ({
        deployment,
        own: cases.filter(
          (one) => one.deployment === deployment && (what === 'router' || one.name === what),
        ),
      })).filter(({ own }) => own.length > 0);

    const deployed = (what: Deployed, deployment: Deployment) =>
      whileTested(() =>
        platform.deploy(what, { ...upstreams.environment, ...ENVIRONMENTS[deployment] }),
      );

    describe.each(deployments('router'))('router, $deployment', ({ deployment, own }) => {
      const send = deployed('router', deployment);

      it.concurrent.each(own)('$title', async (one) => {
        const answer = await send(sentOf(one));
        routed.set(one.requestId, answer);
        expect(answer).toEqual(expectedAnswer(one));
        expect(faultsOfBody(one, answer)).toEqual([]);
      });
    });

    describe.each(FUNCTION_NAMES)('%s alone', (name) => {
      describe.each(deployments(name))('$deployment', ({ deployment, own }) => {
        const send = deployed(name, deployment);

        it.concurrent.each(own)('$title, exactly as behind the router', async (one) => {
          expect(settled(await send(sentOf(one)))).toEqual(settled(routed.get(one.requestId)));
        });
      });
    });

    describe.each(['router', ...FUNCTION_NAMES] as const)('%s under load', (what) => {
      const send = deployed(what, 'open');

      it('answers overlapping requests each as it should, although one hangs up', async () => {
        const own = cases.filter(
          (one) => one.deployment === 'open' && (what === 'router' || one.name === what),
        );
        const quick = own.filter(({ requestId }) => requestId.startsWith('fine'));
        const fifteen = Array.from(
          { length: OVERLAPPING },
          (_, index) => quick[index % quick.length],
        );
        const slow = own.find(({ requestId }) => requestId.includes('slow')) ?? own[0];
        const hangUp = new AbortController();
        const gone = send(sentOf(slow as Case), hangUp.signal).catch(() => 'gone');
        const answers = fifteen.map((one) => send(sentOf(one as Case)));
        setTimeout(() => hangUp.abort(), 20);

        expect((await Promise.all(answers)).map(settled)).toEqual(
          fifteen.map((one) => settled(routed.get((one as Case).requestId))),
        );
        await gone;
      });
    });

    describe.each([
      ['router', '/harbor/artifacts/platform/apps/worker/1.8.4'],
      ['delete-harbor-artifact', '/harbor/artifacts/data/etl/nightly/20260706'],
    ] as const)('%s, last', (what, target) => {
      const send = deployed(what, 'open');

      it('deletes an artifact, once', async () => {
        const headers = { Host: 'localhost', Authorization: `Bearer ${WRITE_TOKEN}` };
        const answer = await send({ method: 'DELETE', target, headers });
        expect(answer.status).toBe(200);
        expect(JSON.parse(answer.body)).toMatchObject({ deleted: true, usage: 'absent' });
        const again = await send({ method: 'DELETE', target, headers });
        expect(again.status).toBe(404);
      });
    });

    it('lets no dot segment out to Harbor', async () => {
      const { send, stop } = await platform.deploy('router', {
        ...upstreams.environment,
        ...ENVIRONMENTS.open,
      });
      await Promise.all(CASES.filter(({ folds }) => folds).map((one) => send(sentOf(one))));
      await stop();
      expect(upstreams.harborCalls.length).toBeGreaterThan(0);
      const paths = upstreams.harborCalls.map(({ path }) => path.split('?')[0]);
      expect(paths.filter((path) => /\/(\.|%2e|%252e)+(\/|$)/i.test(path ?? ''))).toEqual([]);
    });
  });
}

/** Serves from before the first test of the block until after its last one. */
function whileTested(deploy: () => Promise<Running>): Running['send'] {
  let running: Running;
  beforeAll(async () => {
    running = await deploy();
  });
  afterAll(() => running.stop());
  return (sent, signal) => running.send(sent, signal);
}

function sentOf({ method, target, headers, body, requestId }: Case): Sent {
  const sent = { Host: 'localhost', 'X-Request-Id': requestId, ...headers };
  return { method, target, headers: sent, ...(body !== undefined && { body }) };
}

/** An answer without what may differ from one time to the next: how old the host's rows are. */
function settled(answer: Answer | undefined): unknown {
  if (answer === undefined) return undefined;
  const { age: _, ...headers } = answer.headers;
  return { ...answer, headers };
}
