import { describe, expect, it } from 'vitest';
import { DEMO_ACCOUNT, demoRegistry } from '../../demo/registry.ts';
import { health } from '../../functions/health.ts';
import type { Readiness } from '../../shared/domain/readiness/readiness-answer.ts';
import { createApp } from '../../shared/http/app.ts';
import { trivialServices } from '../../shared/http/trivial-services.ts';
import { recordedAnswers } from '../fake-crictl/recorded.ts';
import { crictlRun } from '../fixtures/recordings.ts';
import { bodyOf } from '../support/body.ts';
import { configurationOf } from '../support/configuration.ts';
import { eventually } from '../support/eventually.ts';
import { memoryLog } from '../support/log.ts';
import { createService, type Service } from '../support/service.ts';

const NODE = 'v1.33.0-containerd-1.7.24';

interface Setup {
  readonly password?: string;
  readonly hostDown?: boolean;
  readonly harbor?: boolean;
  readonly app_config?: object;
  readonly hang?: boolean;
}

function service({ password, hostDown, harbor = true, app_config, hang }: Setup = {}) {
  const images = hostDown ? crictlRun(NODE, 'no-socket') : recordedAnswers(NODE).images;
  return createService({
    watching: true,
    ...(harbor && {
      harbor: { registry: demoRegistry(), ...(hang && { faults: () => ({ hang: true }) }) },
    }),
    crictl: { ...(images && { images }) },
    config: {
      app_config,
      harbor_config: {
        harbor_username: DEMO_ACCOUNT.name,
        harbor_password: password ?? DEMO_ACCOUNT.password,
      },
    },
  });
}

/** The function alone, over a readiness that is settled. */
function readyz(readiness: Readiness = { status: 'ok', checks: [] }) {
  const services = {
    ...trivialServices(configurationOf({}), memoryLog().logger),
    readiness: () => readiness,
  };
  return createApp(health, () => services);
}

/** Waits until each source has been checked. */
async function settled({ get }: Service): Promise<Response> {
  return eventually(async () => {
    const res = await get('/readyz?verbose');
    const { status } = await bodyOf<Readiness>(res.clone());
    expect(status).not.toBe('starting');
    return res;
  });
}

const statuses = ({ checks }: Readiness) =>
  Object.fromEntries(checks.map(({ name, status }) => [name, status]));

describe('GET /livez', () => {
  it('answers ok whatever the sources do', async () => {
    const { get } = service({ hostDown: true, harbor: false });
    const res = await get('/livez');
    expect([res.status, await res.text()]).toEqual([200, 'ok\n']);
  });
});

describe('GET /readyz', () => {
  it.each([
    ['ok', 200],
    ['degraded', 200],
    ['down', 503],
    ['starting', 503],
  ] as const)('answers %s with %i', async (status, code) => {
    const res = await readyz({ status, checks: [] }).request('/readyz');
    expect([res.status, await res.text()]).toEqual([code, `${status}\n`]);
  });

  it('is ok when both sources work, each check by its name', async () => {
    const running = service();
    const res = await settled(running);
    expect(res.status).toBe(200);
    const readiness = await bodyOf<Readiness>(res);
    expect(readiness.status).toBe('ok');
    expect(statuses(readiness)).toEqual({
      configuration: 'ok',
      crictl: 'ok',
      harbor: 'ok',
      harbor_credentials: 'ok',
    });
  });

  it('distinguishes refused credentials from an unreachable Harbor', async () => {
    const res = await settled(service({ password: 'wrong-password' }));
    const text = await res.text();
    const readiness = JSON.parse(text) as Readiness;
    expect([res.status, readiness.status]).toEqual([200, 'degraded']);
    expect(statuses(readiness)).toMatchObject({ harbor: 'ok', harbor_credentials: 'down' });
    expect(text).not.toContain('wrong-password');
  });

  it('is fine without a configured Harbor', async () => {
    const readiness = await bodyOf<Readiness>(await settled(service({ harbor: false })));
    expect(readiness.status).toBe('ok');
    expect(statuses(readiness)).toMatchObject({ harbor: 'not_configured' });
  });

  it('is 503 when no source works', async () => {
    const res = await settled(service({ harbor: false, hostDown: true }));
    expect([res.status, (await bodyOf<Readiness>(res)).status]).toEqual([503, 'down']);
  });

  it.each([
    ['/readyz?verbose', '*/*'],
    ['/readyz?verbose=true', '*/*'],
    ['/readyz', 'application/json'],
    ['/readyz', 'application/json; charset=utf-8'],
    ['/readyz?verbose=false', 'application/json'],
  ])('answers %s with Accept: %s as JSON', async (path, accept) => {
    const res = await readyz().request(path, { headers: { accept } });
    expect(res.headers.get('content-type')).toBe('application/json');
    expect(res.headers.get('vary')).toBe('Authorization, Accept');
  });

  it.each([
    ['/readyz', '*/*'],
    ['/readyz', 'text/plain, application/json;q=0.5'],
    ['/readyz', 'text/html,application/xhtml+xml,*/*;q=0.8'],
    ['/readyz', 'application/json, text/plain, */*'],
    ['/readyz', 'text/html, application/json;q=0.9, */*;q=0.8'],
    ['/readyz?verbose=false', '*/*'],
  ])('answers %s with Accept: %s as one word', async (path, accept) => {
    const res = await readyz().request(path, { headers: { accept } });
    expect(res.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(res.headers.get('vary')).toBe('Authorization, Accept');
  });
});
