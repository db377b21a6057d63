import { describe } from 'vitest';
import { answerOfLambda, functionUrlEvent, httpApiEvent } from '../contract/lambda-events.ts';
import { contractSuite } from '../contract/suite.ts';
import { startOnLambda } from './platforms.ts';

describe.each([
  ['a function URL', functionUrlEvent],
  ['an HTTP API', httpApiEvent],
])('behind %s', (_, eventOf) => {
  contractSuite({
    title: 'Lambda',
    deploy: async (what, environment) => {
      const { port, stop } = await startOnLambda(what, environment);
      const url = `http://127.0.0.1:${port}`;
      return {
        send: async (sent, signal) => {
          const body = JSON.stringify(eventOf(sent));
          const answer = await fetch(url, { method: 'POST', body, signal: signal ?? null });
          return answerOfLambda(await answer.text());
        },
        stop,
      };
    },
  });
});
