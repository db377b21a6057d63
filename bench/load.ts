/** Load on one URL from a process of its own. */
import { runProgram } from './program.ts';

export interface LoadOptions {
  readonly url: string;
  readonly connections: number;
  readonly seconds: number;
}

/** The answers per second. */
export async function runLoad(options: LoadOptions): Promise<number> {
  return (await runProgram('load', options)) as number;
}
