/** Asks a stand-in in process, as one of the recorded callers. */
import { createVirtualClock } from '../../demo/harbor/clock.ts';
import {
  createHarborStandIn,
  type HarborStandIn,
  type HarborStandInOptions,
} from '../../demo/harbor/stand-in.ts';
import { authorizationOf, recordedRegistry } from './recorded-registry.ts';

export const API = 'http://harbor.example.test/api/v2.0';
export const MANY = '/projects/bulk/repositories/many/artifacts';

export interface Asking {
  readonly standIn: HarborStandIn;
  readonly now: () => number;
  /** Asks for a path below /api/v2.0; default: as admin. */
  readonly ask: (path: string, as?: string, init?: RequestInit) => Promise<Response>;
}

/** A stand-in over the recorded registry, or another one, by a clock without real waiting. */
export function asking(options: Partial<HarborStandInOptions> = {}): Asking {
  const clock = createVirtualClock();
  const standIn = createHarborStandIn({ registry: recordedRegistry(20), clock, ...options });
  const ask: Asking['ask'] = (path, as = 'admin', init = {}) => {
    const headers = new Headers(init.headers);
    const authorization = authorizationOf(as);
    if (authorization !== undefined) headers.set('Authorization', authorization);
    return standIn.fetch(API + path, { ...init, headers });
  };
  return { standIn, now: clock.now, ask };
}

export function totalOf(answer: Response): number {
  return Number(answer.headers.get('x-total-count'));
}

/** The rows of a list, with what the tests read of them. */
export async function rowsOf(answer: Response): Promise<readonly Row[]> {
  return (await answer.json()) as readonly Row[];
}

export interface Row {
  readonly name?: string;
  readonly digest?: string;
  readonly repo_count?: number;
  readonly artifact_count?: number;
  readonly tags?: readonly { readonly name: string; readonly immutable: boolean }[] | null;
  readonly accessories?: readonly unknown[] | null;
}
