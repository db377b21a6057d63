import { gunzipSync, gzipSync } from 'node:zlib';
import type { Handler } from 'hono';
import { describe, expect, it } from 'vitest';
import { lambdaHandler } from '../../deploy/lambda/adapter.ts';
import { createApp } from '../../shared/http/app.ts';
import { answer } from '../../shared/http/base/answer.ts';
import { defer } from '../../shared/http/defer.ts';
import { createFunction, type FunctionEnv } from '../../shared/http/function.ts';
import { json } from '../../shared/http/json-answer.ts';
import { trivialServices } from '../../shared/http/trivial-services.ts';
import { parseConfiguration } from '../../shared/values/configuration/configuration.ts';
import { functionUrlEvent } from '../contract/lambda-events.ts';
import { memoryLog } from '../support/log.ts';

describe('the Lambda adapter', () => {
  const { logger, lines } = memoryLog();
  const answering = (handler: Handler<FunctionEnv>) => {
    const { configuration } = parseConfiguration({ environment: {} });
    if (configuration === null) throw new Error('the defaults are not valid');
    const services = trivialServices(configuration, logger);
    return lambdaHandler(createApp(createFunction().get('/x', handler), () => services));
  };
  const event = functionUrlEvent({
    method: 'GET',
    target: '/x?q=a%20b',
    headers: { 'x-request-id': 'r1', 'accept-language': 'de,en' },
  });

  it('answers response_too_large when Lambda would not accept the answer', async () => {
    const got = await answering((c) => json(c, '"'.repeat(4_000_000)))(event);
    expect(got.statusCode).toBe(501);
    expect(got.headers['x-request-id']).toBe('r1');
    expect(JSON.parse(got.body)).toMatchObject({ code: 'response_too_large', instance: '/x' });
  });

  it('lets an answer of almost 6 MB through', async () => {
    const text = 'x'.repeat(6 * 1024 * 1024 - 2_000);
    const got = await answering((c) => answer(c, text))(event);
    expect(got.statusCode).toBe(200);
    expect(got.body).toHaveLength(text.length);
  });

  it('finishes deferred work before it answers, because Lambda suspends the process then', async () => {
    let done = false;
    const later = async () => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      done = true;
    };
    await answering((c) => {
      defer(c, later());
      return answer(c, null);
    })(event);
    expect(done).toBe(true);
  });

  it('logs deferred work that fails', async () => {
    const err = new Error('a bug');
    const got = await answering((c) => {
      defer(c, Promise.reject(err));
      return answer(c, null);
    })(event);

    expect(got.statusCode).toBe(200);
    expect(lines).toContainEqual(
      expect.objectContaining({ level: 'ERROR', msg: 'work after the answer failed', err }),
    );
  });

  it('passes on the query and headers that came joined', async () => {
    const got = await answering((c) => {
      const seen = { q: c.req.query('q'), language: c.req.header('accept-language') };
      return c.json(seen);
    })(event);
    expect(JSON.parse(got.body)).toEqual({ q: 'a b', language: 'de,en' });
  });

  it('passes on the cookies of the request, and those of the answer one by one', async () => {
    const cookies = ['a=1', 'b=2'];
    const got = await answering((c) => {
      c.header('Set-Cookie', 'one=1; Path=/ui');
      c.header('Set-Cookie', 'two=2; Expires=Thu, 01 Jan 2026 00:00:00 GMT', { append: true });
      return c.json({ cookie: c.req.header('cookie') });
    })({ ...event, cookies });
    expect(JSON.parse(got.body)).toEqual({ cookie: 'a=1; b=2' });
    expect(got.cookies).toEqual([
      'one=1; Path=/ui',
      'two=2; Expires=Thu, 01 Jan 2026 00:00:00 GMT',
    ]);
    expect(got.headers).not.toHaveProperty('set-cookie');
  });

  it('answers a compressed page in base64', async () => {
    const text = 'ä page '.repeat(10_000);
    const got = await answering((c) =>
      answer(c, new Uint8Array(gzipSync(text)), { headers: { 'Content-Encoding': 'gzip' } }),
    )(event);
    expect(got).toMatchObject({ isBase64Encoded: true, headers: { 'content-encoding': 'gzip' } });
    expect(gunzipSync(Buffer.from(got.body, 'base64')).toString()).toBe(text);
  });

  it('supports only events of payload format 2.0', async () => {
    const old = { ...event, version: '1.0' };
    await expect(answering((c) => answer(c, null))(old)).rejects.toThrow('2.0');
  });
});
