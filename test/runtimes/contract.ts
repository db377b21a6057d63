/** The contract suite over processes. */
import { sendTo } from '../contract/answers.ts';
import { contractSuite, type Platform } from '../contract/suite.ts';
import type { Start } from './platforms.ts';

export function contractOver(
  title: string,
  start: Start,
  traits: Pick<Platform, 'folds' | 'files'> = {},
): void {
  contractSuite({
    title,
    ...traits,
    deploy: async (what, environment) => {
      const program = await start(what, environment);
      return {
        send: (sent, signal) => sendTo(program.port, sent, signal),
        stop: () => program.stop(),
      };
    },
  });
}
