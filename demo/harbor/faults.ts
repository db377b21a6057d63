/** Faults that a test can put between the caller and the stand-in. */
import type { Answer } from './answer.ts';

/** One request as it arrived, before nginx touched it. */
export interface RecordedCall {
  readonly method: string;
  /** The request target byte for byte, query included. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * What happens to a call instead of an honest answer. The parts combine: `{ answer: nginxError(504),
 * carryOut: true }` is a DELETE that the proxy gave up on and that Harbor did all the same.
 */
export interface FaultAnswer {
  /** Waits this long first. */
  readonly delayMs?: number;
  /** Answers this; the registry does not see the call unless `carryOut` is set. */
  readonly answer?: Partial<Answer>;
  /** Lets the call take effect although the caller does not get its answer. */
  readonly carryOut?: boolean;
  /** Changes the honest answer. */
  readonly change?: (answer: Answer) => Answer;
  /** Never answers; the connection stays open until the caller or the server closes it. */
  readonly hang?: boolean;
  /** Ends the connection: before the first byte, or after half of the body. */
  readonly cut?: 'before-answer' | 'in-body';
  /** Serves the caller as anonymous, as a locked account is. */
  readonly anonymous?: boolean;
}

/** Asked once for each call, in the order of their arrival. */
export type Faults = (call: RecordedCall) => FaultAnswer | undefined;
