/** What a run of a benchmark found, as bench/results/NAME.json keeps it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import path from 'node:path';

export type Unit = '%' | 'times' | 'ms' | 'MB' | 'KiB' | '/s' | 'more' | 'exponent';

/** A figure, with its goal if it has one. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: Unit;
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** One side of a comparison. */
export interface SideRow {
  readonly name: string;
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
  readonly peakMb: number | null;
}

/** How an answer grows with what it is made from. */
export interface Curve {
  readonly name: string;
  /** What grows, such as `nodes`. */
  readonly of: string;
  /** How much of it there was, the median in milliseconds, and the highest memory in megabytes. */
  readonly points: readonly {
    readonly size: number;
    readonly ms: number;
    readonly peakMb: number;
  }[];
}

/** One comparison: its table, and what follows from it. */
export interface Section {
  readonly title: string;
  readonly unit: string;
  readonly sides: SideRow[];
  readonly figures: Figure[];
  readonly curves: Curve[];
}

export interface Result {
  readonly name: string;
  /** Of the run, UTC. */
  readonly date: string;
  readonly machine: string;
  readonly node: string;
  readonly sections: readonly Section[];
}

const FOLDER = path.join(import.meta.dirname, 'results');

/** Writes the result of a run. It names no host and no path. */
export function writeResult(name: string, sections: readonly Section[]): void {
  const result: Result = {
    name,
    date: new Date().toISOString().slice(0, 10),
    machine: machine(),
    node: process.version,
    sections,
  };
  const text = JSON.stringify(result, (_, value) => rounded(value), 2);
  writeFileSync(path.join(FOLDER, `${name}.json`), `${text}\n`);
}

/** Reads the result of the latest run. */
export function readResult(name: string): Result {
  return JSON.parse(readFileSync(path.join(FOLDER, `${name}.json`), 'utf8')) as Result;
}

/** Whether a figure reaches its goal; null if it has none. */
export function isMet({ value, atLeast, atMost }: Figure): boolean | null {
  if (atLeast !== undefined) return value >= atLeast;
  return atMost === undefined ? null : value <= atMost;
}

function machine(): string {
  const [cpu] = cpus();
  const gigabytes = Math.round(totalmem() / 1024 ** 3);
  return `${cpus().length} × ${cpu?.model ?? 'CPU'}, ${gigabytes} GB, ${type()} ${release()}`;
}

/** Four digits are more than the noise leaves. */
function rounded(value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(4)) : value;
}
