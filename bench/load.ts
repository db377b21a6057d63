/** Load on one URL from a process of its own. */
import { runProgram } from './program.ts';

export interface LoadOptions {
  readonly url: string;
  readonly connections: number;
  readonly seconds: number;
  /** Whether answers other than 2xx are a result; by default they are an error. */
  readonly mayRefuse?: boolean;
}

/** Per second. */
export interface Load {
  readonly answered: number;
  readonly refused: number;
}

export async function runLoad(options: LoadOptions): Promise<Load> {
  return (await runProgram('load', options)) as Load;
}
