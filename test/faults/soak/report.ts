/** The tables that the soak prints. */
import { readFileSync } from 'node:fs';
import type { Asking } from './asking.ts';
import type { ProcessMemory } from './process-memory.ts';
import type { Topology } from './topology.ts';

export interface Sample {
  readonly atS: number;
  readonly router: ProcessMemory;
  readonly bridges: readonly ProcessMemory[];
}

export interface SoakReport {
  readonly seed: number;
  readonly seconds: number;
  readonly asking: Asking;
  readonly recoveries: ReadonlyMap<string, readonly number[]>;
  readonly samples: readonly Sample[];
}

export function printReport({ seed, seconds, asking, recoveries, samples }: SoakReport): void {
  const lines = [
    `soak: seed ${seed}, ${seconds} s; slowest answer ${asking.slowestMs.ms} ms: ${asking.slowestMs.what}`,
    ...table(
      ['requests', 'all', 'outcomes'],
      [...asking.outcomes].map(([kind, outcomes]) => [
        kind,
        [...outcomes.values()].reduce((sum, count) => sum + count, 0),
        [...outcomes]
          .sort(([, one], [, other]) => other - one)
          .map(([outcome, count]) => `${outcome} ${count}`)
          .join(', '),
      ]),
    ),
    ...table(
      ['recovered from', 'times', 'median ms', 'largest ms'],
      [...recoveries].map(([fault, times]) => [
        fault,
        times.length,
        medianOf(times),
        Math.max(...times),
      ]),
    ),
    ...table(
      ['after s', 'router MB used', 'MB resident', 'descriptors', 'bridges MB used', 'descriptors'],
      samples.map(({ atS, router, bridges }) => [
        Math.round(atS),
        router.usedMb.toFixed(1),
        router.residentMb.toFixed(0),
        router.descriptors,
        bridges.map(({ usedMb }) => usedMb.toFixed(1)).join(' '),
        bridges.map(({ descriptors }) => descriptors).join(' '),
      ]),
    ),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** What the processes said, for a run that fails. */
export function printFailure(seed: number, { router, nodes, logFile }: Topology): void {
  const ends = [
    ['stderr of the router', router.stderr()],
    ['log of the router', readOrSay(logFile)],
    ...nodes.map(({ name, bridge }) => [`stderr of the bridge of ${name}`, bridge.stderr()]),
  ].map(([what, text = '']) => `${what}:\n${text.slice(-SHOWN)}\n`);
  process.stdout.write(`the soak with SOAK_SEED=${seed} fails\n${ends.join('\n')}`);
}
const SHOWN = 8000;

function readOrSay(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (err) {
    return String(err); // it may be removed just now
  }
}

export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] {
  const cells = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return [
    '',
    ...cells.map((row) => row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ')),
  ];
}
