/** A request to the stand-in, from a socket or in process, and its answer. */
import type { Answer } from './answer.ts';

export interface PlayedRequest {
  readonly method: string;
  /** The request target: path and query. */
  readonly target: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: () => Promise<string>;
}

/** The answer, and how its connection ends; null: normally. */
export interface Played {
  readonly answer: Answer;
  readonly ending: 'hang' | 'before-answer' | 'in-body' | null;
}

export type Play = (request: PlayedRequest) => Promise<Played>;
