import { describe, expect, it } from 'vitest';
import { createService } from '../support/service.ts';

const READ = 'read-token-of-the-test';

describe('GET /metrics', () => {
  it('counts the requests by route, method and status', async () => {
    const { get } = createService({});
    await get('/livez');
    await get('/livez');
    const text = await (await get('/metrics')).text();
    expect(text).toContain(
      'image_api_http_request_duration_seconds_count{route="/livez",method="GET",status="200"} 2\n',
    );
  });

  it('needs the right to read', async () => {
    const { get } = createService({ config: { app_config: { read_token: READ } } });
    const authorization = `Bearer ${READ}`;
    const answers = [await get('/metrics'), await get('/metrics', { headers: { authorization } })];

    expect(answers.map(({ status }) => status)).toEqual([401, 200]);
  });

  it.each([
    ['', 'text/plain; version=0.0.4; charset=utf-8'],
    ['*/*', 'text/plain; version=0.0.4; charset=utf-8'],
    ['text/plain', 'text/plain; version=0.0.4; charset=utf-8'],
    [
      'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5',
      'application/openmetrics-text; version=1.0.0; charset=utf-8',
    ],
    ['application/openmetrics-text;q=0.5,text/plain', 'text/plain; version=0.0.4; charset=utf-8'],
    ['application/openmetrics-text;q=0', 'text/plain; version=0.0.4; charset=utf-8'],
    ['application/openmetrics-text;version=9.0.0', 'text/plain; version=0.0.4; charset=utf-8'],
    ['Application/OpenMetrics-Text', 'application/openmetrics-text; version=1.0.0; charset=utf-8'],
    [
      'application/openmetrics-text;q=0.5,text/plain;q=0,*/*;q=0.9',
      'application/openmetrics-text; version=1.0.0; charset=utf-8',
    ],
    ['application/openmetrics-text;q=0.5,text/*', 'text/plain; version=0.0.4; charset=utf-8'],
  ])('answers Accept: %s with %s', async (accept, type) => {
    const { get } = createService({});
    const answer = await get('/metrics', { headers: accept === '' ? {} : { accept } });
    expect(answer.headers.get('content-type')).toBe(type);
    expect(answer.headers.get('vary')).toBe('Authorization, Accept');
  });

  it('has the same counters in the text after an answer in OpenMetrics', async () => {
    const { get } = createService({});
    const text = async (accept: string) => (await get('/metrics', { headers: { accept } })).text();
    const before = await text('text/plain');
    const open = await text('application/openmetrics-text');
    const after = await text('text/plain');
    const types = (exposition: string) => exposition.match(/^# TYPE .*$/gm);
    expect(types(after)).toEqual(types(before));
    expect(before).toContain('# TYPE process_cpu_seconds_total counter');
    expect(open).toContain('# TYPE process_cpu_seconds counter');
    expect(open.endsWith('\n# EOF\n')).toBe(true);
  });
});
