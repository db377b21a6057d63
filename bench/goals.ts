/** The goals, in the order of their table in docs/performance.md. */

export interface Goal {
  readonly what: string;
  readonly unit: Unit;
  /** One of the two. */
  readonly atMost?: number;
  readonly atLeast?: number;
  /** The name of the benchmark. */
  readonly benchmark: string;
}

export type Unit = 'ms' | '/s' | 'MB' | 'KiB' | 'times' | '%';

export const GOALS = {
  fresh: {
    what: 'a fresh `/local-images`, above crictl alone',
    unit: 'ms',
    atMost: 3,
    benchmark: 'fresh',
  },
  shared: {
    what: '`/local-images` to 16 connections, of the answers of bare Hono',
    unit: '%',
    atLeast: 50,
    benchmark: 'local-images',
  },
  crictlEachTime: {
    what: 'the same, against crictl for each request',
    unit: 'times',
    atLeast: 50,
    benchmark: 'local-images',
  },
  artifacts: {
    what: '10,000 artifacts of a repository, against page after page',
    unit: 'times',
    atLeast: 4,
    benchmark: 'long-lists',
  },
  images: {
    what: '`/images` with 379 tags, of the time of a crawl',
    unit: '%',
    atMost: 20,
    benchmark: 'long-lists',
  },
  peak: {
    what: 'peak memory of a list of 100,000 artifacts, above idle',
    unit: 'MB',
    atMost: 200,
    benchmark: 'memory',
  },
  compare: {
    what: 'first `/compare` of 1,000 nodes',
    unit: 'ms',
    atMost: 5_000,
    benchmark: 'nodes',
  },
  compareLater: {
    what: '`/compare` of 1,000 nodes again, after 5 s',
    unit: 'ms',
    atMost: 500,
    benchmark: 'nodes',
  },
  drift: {
    what: 'first `/drift` of 1,000 nodes and 20,000 artifacts',
    unit: 'ms',
    atMost: 5_000,
    benchmark: 'nodes',
  },
  nodesPeak: {
    what: 'peak memory with 1,000 nodes',
    unit: 'MB',
    atMost: 400,
    benchmark: 'nodes',
  },
  plan: {
    what: 'first plan of a cleanup, 100 nodes and 20,000 artifacts',
    unit: 'ms',
    atMost: 5_000,
    benchmark: 'cleanup',
  },
  journalPage: {
    what: 'a page of a journal of 60,000 lines',
    unit: 'ms',
    atMost: 50,
    benchmark: 'journal',
  },
  crowd: {
    what: '150 clients of a list of 30,000 artifacts, above one client',
    unit: 'MB',
    atMost: 150,
    benchmark: 'crowd',
  },
  page: {
    what: 'a page of 100 rows, above the JSON of the same data',
    unit: 'ms',
    atMost: 100,
    benchmark: 'pages',
  },
  weight: {
    what: 'first visit of a page, over the wire',
    unit: 'KiB',
    atMost: 60,
    benchmark: 'pages',
  },
  start: {
    what: 'start to the first answer, against bare Hono',
    unit: 'times',
    atMost: 1.6,
    benchmark: 'start',
  },
  idle: {
    what: 'idle memory',
    unit: 'MB',
    atMost: 90,
    benchmark: 'start',
  },
} as const satisfies Record<string, Goal>;

/** The limit for people, such as `at most 3 ms`. */
export function limitOf({ unit, ...limits }: Goal): string {
  return limits.atMost === undefined
    ? `at least ${number(limits.atLeast ?? 0)} ${unit}`
    : `at most ${number(limits.atMost)} ${unit}`;
}

export function isMet(value: number, { atMost, atLeast }: Goal): boolean {
  return atMost === undefined ? value >= (atLeast ?? 0) : value <= atMost;
}

/** A number for people, with two or three digits that matter. */
export function number(value: number): string {
  const digits = Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0;
  return value.toLocaleString('en-US', { maximumFractionDigits: digits });
}
