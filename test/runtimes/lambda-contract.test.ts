import type { LambdaEvent } from '../../deploy/lambda/adapter.ts';
import type { Sent } from '../contract/answers.ts';
import { answerOfLambda, functionUrlEvent, httpApiEvent } from '../contract/lambda-events.ts';
import { contractSuite } from '../contract/suite.ts';
import { startOnLambda } from './platforms.ts';

contractBehind('a function URL', functionUrlEvent);
contractBehind('an HTTP API', httpApiEvent);

function contractBehind(front: string, eventOf: (sent: Sent) => LambdaEvent): void {
  contractSuite({
    title: `Lambda behind ${front}`,
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
}
