/** What the Harbor of the soak does wrong, by name. Each fault hits some of the calls only. */
import { apiError, INTERNAL_ERROR, nginxError } from '../../../demo/harbor/answer.ts';
import type { FaultAnswer, Faults, RecordedCall } from '../../../demo/harbor/faults.ts';
import type { Outage } from '../../../demo/harbor/outage.ts';
import type { Random } from './random.ts';

type FaultOf = (random: Random, call: RecordedCall) => FaultAnswer | undefined;

const some =
  (probability: number, fault: (random: Random) => FaultAnswer): FaultOf =>
  (random) =>
    random.chance(probability) ? fault(random) : undefined;

const deletes =
  (fault: (random: Random) => FaultAnswer): FaultOf =>
  (random, { method }) =>
    method === 'DELETE' ? fault(random) : undefined;

const CALLS = {
  slow: some(0.5, (random) => ({ delayMs: random.between(50, 1200) })),
  'late answers': some(0.3, (random) => ({ lateMs: random.between(500, 3000) })),
  'internal errors': some(0.5, () => ({ answer: INTERNAL_ERROR })),
  'errors of nginx': some(0.5, (random) => ({ answer: nginxError(random.pick([502, 503, 504])) })),
  'too many requests': some(0.5, () => ({
    answer: { ...apiError(429, 'TOOMANYREQUESTS', 'slow down'), status: 429 },
  })),
  resets: some(0.4, () => ({ cut: 'before-answer' })),
  'broken bodies': some(0.4, () => ({ cut: 'in-body' })),
  hanging: some(0.3, () => ({ hang: true })),
  'swallowed errors': some(0.5, () => ({ failSubQueries: {} })),
  'the anonymous view': some(0.7, () => ({ anonymous: true })),
  'lost answers of deletes': deletes(() => ({ cut: 'before-answer' })),
  'answers of deletes that time out': deletes(() => ({ answer: nginxError(504), carryOut: true })),
  'late deletes': deletes((random) => ({
    answer: nginxError(504),
    carryOutAfterMs: random.between(100, 1500),
  })),
  'repeated deletes': deletes(() => ({ repeat: true })),
} as const satisfies Readonly<Record<string, FaultOf>>;

const OUTAGES = {
  'no core': 'core',
  'no database': 'database',
  'no lookup of projects': 'project-lookup',
  'no Redis': 'redis',
  'no table of artifacts': { table: 'artifact' },
  'no table of repositories': { table: 'repository' },
  'no table of tags': { table: 'tag' },
  'no table of immutable rules': { table: 'immutable_tag_rule' },
} as const satisfies Readonly<Record<string, Outage>>;

/** The server is gone: connections are refused. */
const DOWN = 'down';
const READ_ONLY = 'read-only';
/** Few lists at a time get a correct answer. */

export const HARBOR_FAULTS: readonly string[] = [
  ...Object.keys(CALLS),
  ...Object.keys(OUTAGES),
  DOWN,
  READ_ONLY,
];

/** The state of a stand-in that has the fault; null: none. */
export function harborState(name: string | null, random: Random) {
  const fault = CALLS[name as keyof typeof CALLS] as FaultOf | undefined;
  const faults: Faults = fault === undefined ? () => undefined : (call) => fault(random, call);
  return {
    faults,
    outage: (OUTAGES[name as keyof typeof OUTAGES] ?? null) as Outage | null,
    readOnly: name === READ_ONLY,
    isDown: name === DOWN,
  };
}
