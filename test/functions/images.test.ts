import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { apiError } from '../../demo/harbor/answer.ts';
import type { FaultAnswer, RecordedCall } from '../../demo/harbor/faults.ts';
import { comparisonRegistry, GENERATED_ACCOUNT } from '../../demo/harbor/generate.ts';
import type { PersonalityName } from '../../demo/harbor/personality.ts';
import type { CrictlAnswers } from '../fake-crictl/index.ts';
import { recordedAnswers } from '../fake-crictl/recorded.ts';
import { crictlRun } from '../fixtures/recordings.ts';
import { bodyOf } from '../support/body.ts';
import { eventually } from '../support/eventually.ts';
import { createService } from '../support/service.ts';

const NODE = 'v1.33.0-containerd-1.7.24';
const ACCOUNT = {
  harbor_username: GENERATED_ACCOUNT.name,
  harbor_password: GENERATED_ACCOUNT.password,
};

interface Images {
  readonly containerd_images: readonly Record<string, string>[];
  readonly harbor_images: readonly Record<string, string>[];
  readonly errors: readonly { readonly source: string; readonly error: string }[];
}

interface Setup {
  readonly personality?: PersonalityName;
  readonly faults?: (call: RecordedCall) => FaultAnswer | undefined;
  readonly crictl?: CrictlAnswers;
  readonly harbor_config?: object;
}

const service = ({ personality, faults, crictl, harbor_config }: Setup = {}) =>
  createService({
    harbor: {
      registry: comparisonRegistry(),
      ...(personality && { personality }),
      ...(faults && { faults }),
    },
    crictl: crictl ?? recordedAnswers(NODE),
    config: { harbor_config: { ...ACCOUNT, ...harbor_config } },
  });

describe('GET /images', () => {
  it.each(['v2.14.4', 'v2.8.6'] as const)(
    'answers every tag of a Harbor %s',
    async (personality) => {
      const { json } = service({ personality });
      const images = await json<Images>('/images');
      expect(images.errors).toEqual([]);
      expect(images.containerd_images).toHaveLength(9);
      expect(images.harbor_images).toHaveLength(379);
      const tags = images.harbor_images.map(
        (row) => `${row['project']}/${row['repository']}:${row['tag']}`,
      );
      expect(new Set(tags).size).toBe(379);
    },
  );

  it('has the fields of the old service, all of them strings', async () => {
    const { json } = service();
    const images = await json<Images>('/images');
    expect(images.containerd_images[0]).toEqual({
      repository: '127.0.0.1:5050/library/app',
      tag: 'stable',
      image_id: '91e65becf5210',
      size: '1.12MB',
    });
    expect(images.harbor_images[0]).toEqual({
      repository: expect.any(String),
      tag: expect.any(String),
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      size: expect.any(String),
      project: expect.any(String),
    });
  });

  it('makes at most one call for each project that has repositories, and five more', async () => {
    const { json, standIn } = service();
    standIn?.calls.splice(0);
    await json('/images');
    const projects = [...(standIn?.registry.projects() ?? [])];
    const full = projects.filter(({ repositories }) => repositories.size > 0).length;
    expect(full).toBe(7);
    // What the readiness watch asks is a HEAD.
    const calls = standIn?.calls.filter(({ method }) => method === 'GET') ?? [];
    expect(calls.length).toBeLessThanOrEqual(full + 5);
  });

  it('makes one failing repository an entry in errors', async () => {
    const { json } = service({
      personality: 'v2.8.6',
      faults: ({ path }) =>
        path.includes('repository-100/artifacts')
          ? { answer: apiError(500, 'UNKNOWN', 'internal server error') }
          : undefined,
    });
    const images = await json<Images>('/images');
    expect(images.errors).toEqual([
      { source: 'harbor', error: expect.stringContaining('repository-100') },
    ]);
    expect(images.harbor_images.length).toBeGreaterThan(300);
  });

  it('answers Harbor alone when the host cannot be read', async () => {
    const { get } = service({ crictl: { images: crictlRun(NODE, 'no-socket') } });
    const res = await get('/images');
    expect(res.status).toBe(200);
    const images = await bodyOf<Images>(res);
    expect(images.containerd_images).toEqual([]);
    expect(images.harbor_images).toHaveLength(379);
    expect(images.errors).toEqual([
      { source: 'containerd', error: expect.stringMatching(/^runtime_unreachable: /) },
    ]);
  });

  it('answers the host alone when the credentials are wrong', async () => {
    const { get } = service({ harbor_config: { harbor_password: 'wrong-password' } });
    const res = await get('/images');
    expect(res.status).toBe(200);
    const images = await bodyOf<Images>(res);
    expect(images.containerd_images).toHaveLength(9);
    expect(images.harbor_images).toEqual([]);
    expect(images.errors).toEqual([
      { source: 'harbor', error: expect.stringMatching(/^harbor_unauthorized: /) },
    ]);
  });

  it('answers 502 with the three keys when nothing answers', async () => {
    const { get } = createService({ crictl: { images: crictlRun(NODE, 'no-socket') } });
    const res = await get('/images');
    expect(res.status).toBe(502);
    expect(res.headers.get('content-type')).toBe('application/problem+json');
    expect(await res.json()).toMatchObject({
      code: 'no_source',
      containerd_images: [],
      harbor_images: [],
      errors: [
        { source: 'containerd', error: expect.stringMatching(/^runtime_unreachable: /) },
        { source: 'harbor', error: expect.stringMatching(/^harbor_not_configured: /) },
      ],
    });
  });

  it('leaves no rejection unhandled when the client is gone before it begins', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => void unhandled.push(reason);
    process.on('unhandledRejection', note);
    onTestFinished(() => void process.off('unhandledRejection', note));
    const { get } = service();

    const answer = await get('/images', { signal: AbortSignal.abort() });
    await setImmediate();

    expect(answer.status).toBe(499);
    expect(unhandled).toEqual([]);
  });

  it('ends its calls when the client disconnects, and reports no failure', async () => {
    const { listen, log, standIn } = service({
      faults: ({ path }) => (path.includes('/artifacts') ? { hang: true } : undefined),
    });
    const { get } = await listen();
    const asked = () => standIn?.calls.filter(({ path }) => path.includes('/artifacts')).length;
    const client = new AbortController();
    const answer = get('/images', { signal: client.signal }).catch((err: Error) => err.name);
    await eventually(() => expect(asked()).toBe(1));
    client.abort();
    expect(await answer).toBe('AbortError');
    const line = () => log.find(({ route }) => route === '/images');
    await eventually(() => expect(line()).toMatchObject({ status: 499, aborted: true }));
    expect(line()).not.toHaveProperty('err');
    expect(asked()).toBe(1);
  });
});
