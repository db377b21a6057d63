/**
 * A Harbor for the demo, the tests and the benchmarks: a registry in memory that answers like the
 * recorded ones behind their nginx, including dangerous behaviour, on a socket or in process.
 */
import type { Answer } from './answer.ts';
import { type Clock, SYSTEM_CLOCK } from './clock.ts';
import { type Core, work } from './core.ts';
import type { CarriedOutDeletion } from './deletions.ts';
import {
  type FaultAnswer,
  type Faults,
  listOf,
  pageOfTarget,
  type RecordedCall,
} from './faults.ts';
import { createHttpHandler, type HttpHandler, type HttpServer, listen } from './http-server.ts';
import { createFetch, type Fetch } from './in-process.ts';
import { LOGIN_LOCK_MS, Logins } from './logins.ts';
import type { Outage } from './outage.ts';
import { PERSONALITIES, type PersonalityName } from './personality.ts';
import type { Played, PlayedRequest } from './play.ts';
import type { Registry } from './registry.ts';

export interface HarborStandInOptions {
  readonly registry: Registry;
  /** The Harbor version; default: v2.14.4. */
  readonly personality?: PersonalityName;
  /** Added to every answer: the network and Harbor's own work. */
  readonly latencyMs?: number;
  /** How long a wrong password takes and locks its account; Harbor has 1500. Default: 0, off. */
  readonly loginLockMs?: number;
  readonly faults?: Faults;
  /** Default: the machine's time. */
  readonly clock?: Clock;
}

export interface HarborStandIn {
  /** Calls the stand-in without a socket. The host of the URL has no meaning. */
  readonly fetch: Fetch;
  /** For a server of the caller's own, for example one with TLS. */
  readonly handler: HttpHandler;
  /** Listens on 127.0.0.1, by default on a free port. */
  listen(port?: number): Promise<HttpServer>;
  /** All requests so far. A test may empty it. */
  readonly calls: RecordedCall[];
  /** All deletions that were carried out for a call, in their order. A test may empty it. */
  readonly deletions: CarriedOutDeletion[];
  readonly registry: Registry;
  /** The part of Harbor that is down; null: none. */
  outage: Outage | null;
  faults: Faults;
  /** Locks an account, as a wrong password does. Robots are not affected. */
  lockLogin(name: string): void;
}

/** Makes a stand-in; nothing listens until `listen` is called or `handler` is mounted. */
export function createHarborStandIn(options: HarborStandInOptions): HarborStandIn {
  const { registry, latencyMs = 0, loginLockMs = 0, clock = SYSTEM_CLOCK } = options;
  const personality = PERSONALITIES[options.personality ?? 'v2.14.4'];
  const logins = new Logins(registry, { lockMs: loginLockMs, clock });
  let arrived = 0;

  const handler = createHttpHandler(play);
  const standIn: HarborStandIn = {
    fetch: createFetch(play),
    handler,
    listen: (port = 0) => listen(handler, port),
    calls: [],
    deletions: [],
    registry,
    outage: null,
    faults: options.faults ?? (() => undefined),
    lockLogin: (name) => logins.lock(name, loginLockMs > 0 ? loginLockMs : LOGIN_LOCK_MS),
  };

  async function play(request: PlayedRequest): Promise<Played> {
    const call = arrive(request);
    const body = await request.body();
    const fault = standIn.faults(call) ?? {};
    await pause(latencyMs + (fault.delayMs ?? 0));
    const honest = await carryOut({ ...call, body }, fault);
    await pause(fault.lateMs ?? 0);
    return { answer: replace(honest, fault), ending: fault.hang ? 'hang' : (fault.cut ?? null) };
  }

  function arrive({ method, target, headers }: PlayedRequest): RecordedCall {
    arrived += 1;
    const call: RecordedCall = {
      method,
      path: target,
      headers,
      number: arrived,
      at: clock.now(),
      list: listOf(method, target),
      page: pageOfTarget(target),
    };
    standIn.calls.push(call);
    return call;
  }

  /** Harbor's own answer; null when the call does not reach it, or not yet. */
  async function carryOut(
    call: RecordedCall & { readonly body: string },
    fault: FaultAnswer,
  ): Promise<Answer | null> {
    const { carryOutAfterMs } = fault;
    if (carryOutAfterMs !== undefined) {
      void clock.sleep(carryOutAfterMs).then(() => reach(call, fault));
      return null;
    }
    if (fault.answer !== undefined && !fault.carryOut) return null;
    if (fault.repeat) await reach(call, fault);
    return reach(call, fault);
  }

  function reach(
    call: RecordedCall & { readonly body: string },
    fault: FaultAnswer,
  ): Promise<Answer> {
    const record: Core['record'] = (deletion, caller) => {
      const by = caller?.name ?? null;
      standIn.deletions.push({ ...deletion, call: call.number, by, at: clock.now() });
    };
    return work(call, { registry, personality, logins, outage: standIn.outage, record }, fault);
  }

  async function pause(ms: number): Promise<void> {
    if (ms > 0) await clock.sleep(ms);
  }

  return standIn;
}

function replace(honest: Answer | null, fault: FaultAnswer): Answer {
  const answer = honest ?? { status: 200, headers: {}, body: '' };
  if (fault.answer !== undefined) return { status: 200, headers: {}, body: '', ...fault.answer };
  return fault.change === undefined ? answer : fault.change(answer);
}
