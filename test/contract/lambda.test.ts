import { describe, expect, it } from 'vitest';
import { lambdaHandler } from '../../deploy/lambda/adapter.ts';
import { endpoints, routes } from '../../functions/router.ts';
import { type App, createApp } from '../../shared/app.ts';
import { parseConfiguration } from '../../shared/configuration/configuration.ts';
import { edgeBridge } from '../../shared/edge/edge-bridge.ts';
import type { Endpoint, Services } from '../../shared/endpoint.ts';
import { runAlways } from '../../shared/webhooks/answer-once.ts';
import { deliverySettings, NO_DELIVERIES } from '../../shared/webhooks/delivery-settings.ts';
import { createEdgeDeliveries } from '../../shared/webhooks/edge-deliveries.ts';
import { memoryLog } from '../support/service.ts';
import { answerOfLambda, functionUrlEvent } from './lambda-events.ts';
import { contractSuite, type Deployed } from './suite.ts';

/** What a function has on Lambda: nothing that outlives a request. */
function lambdaApp(what: Deployed, environment: Readonly<Record<string, string>>): App {
  const { configuration, problems } = parseConfiguration({ environment });
  if (configuration === null) throw new Error(problems.join('\n'));
  const basics = {
    configuration,
    logger: memoryLog().logger,
    fetch,
    bridge: edgeBridge(configuration),
    now: Date.now,
    // Long pauses before another try are not what is tested here.
    sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, Math.min(ms, 2_100))),
    deferral: 'before' as const,
  };
  const delivery = { ...basics, ...deliverySettings(configuration, basics.bridge) };
  const services: Services = {
    ...basics,
    webhooks: createEdgeDeliveries(delivery),
    answerOnce: runAlways,
  };
  const own = what === 'router' ? routes : endpoints.filter(({ name }) => name === what);
  return createApp(own, () => services);
}

contractSuite({
  title: 'Lambda behind a function URL',
  deploy: async (what, environment) => {
    const handler = lambdaHandler(lambdaApp(what, environment));
    return {
      // Lambda hands over JSON and takes JSON.
      send: async (sent) => {
        const answer = await handler(JSON.parse(JSON.stringify(functionUrlEvent(sent))));
        return answerOfLambda(JSON.stringify(answer));
      },
      stop: async () => undefined,
    };
  },
});

describe('the Lambda adapter', () => {
  const answering = (handle: Endpoint['handle']) => {
    const { configuration } = parseConfiguration({ environment: {} });
    if (configuration === null) throw new Error('the defaults are not valid');
    const services: Services = {
      configuration,
      logger: memoryLog().logger,
      fetch,
      bridge: null,
      now: Date.now,
      sleep: async () => undefined,
      webhooks: NO_DELIVERIES,
      answerOnce: runAlways,
    };
    const endpoint: Endpoint = { name: 'x', method: 'GET', path: '/x', right: 'open', handle };
    return lambdaHandler(createApp([endpoint], () => services));
  };
  const event = functionUrlEvent({
    method: 'GET',
    target: '/x?q=a%20b',
    headers: { 'x-request-id': 'r1', 'accept-language': 'de,en' },
  });

  it('answers response_too_large for what Lambda would not take', async () => {
    const answer = await answering((exchange) => exchange.json('"'.repeat(4_000_000)))(event);
    expect(answer.statusCode).toBe(501);
    expect(answer.headers['x-request-id']).toBe('r1');
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'response_too_large', instance: '/x' });
  });

  it('lets an answer of almost 6 MB through', async () => {
    const text = 'x'.repeat(6 * 1024 * 1024 - 2_000);
    const answer = await answering((exchange) => exchange.answer(text))(event);
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toHaveLength(text.length);
  });

  it('has done what was deferred before it answers: Lambda freezes with the answer', async () => {
    let done = false;
    const later = async () => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      done = true;
    };
    await answering((exchange) => {
      exchange.defer(later());
      return exchange.answer(null);
    })(event);
    expect(done).toBe(true);
  });

  it('passes on the query and headers that came joined', async () => {
    const answer = await answering(({ query, request }) => {
      const seen = { q: query.get('q'), language: request.headers.get('accept-language') };
      return new Response(JSON.stringify(seen));
    })(event);
    expect(JSON.parse(answer.body)).toEqual({ q: 'a b', language: 'de,en' });
  });

  it('understands events of payload format 2.0 alone', async () => {
    const old = { ...event, version: '1.0' };
    await expect(answering((exchange) => exchange.answer(null))(old)).rejects.toThrow('2.0');
  });
});
