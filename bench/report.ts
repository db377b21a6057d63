/** Prints the results: a table of the sides, then the comparisons and whether the goals are met. */
import type { Measured } from './measure.ts';

/** A figure, with its goal if it has one. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: '%' | 'times' | 'ms' | 'MB' | 'KiB' | '/s' | 'more' | 'exponent';
  readonly atLeast?: number;
  readonly atMost?: number;
}

const COLUMNS = [44, 12, 22, 14];
const missed: string[] = [];

export function title(text: string): void {
  print(`\n${text}`);
}

export function table(sides: readonly Measured[], unit: string): void {
  print(row(['', 'median', 'lowest to highest', 'peak memory']));
  for (const { name, median, lowest, highest, peakMb } of sides) {
    const peak = peakMb === null ? '' : `${Math.round(peakMb)} MB`;
    const spread = `${number(lowest)} to ${number(highest)}`;
    print(row([name, `${number(median)} ${unit}`, spread, peak]));
  }
}

export function figure({ what, value, unit, atLeast, atMost }: Figure): void {
  const told = `  ${what}: ${number(value)} ${unit}`;
  const goal = atLeast ?? atMost;
  if (goal === undefined) {
    print(told);
    return;
  }
  const met = atLeast === undefined ? value <= goal : value >= goal;
  const bound = atLeast === undefined ? 'at most' : 'at least';
  if (!met) missed.push(what);
  print(`${told} (goal: ${bound} ${number(goal)} ${unit}): ${met ? 'met' : 'MISSED'}`);
}

export function summary(): void {
  print(`\n${missed.length === 0 ? 'Every goal is met.' : `Missed: ${missed.join('; ')}.`}`);
}

function row(cells: readonly string[]): string {
  const [name = '', ...rest] = cells;
  const padded = rest.map((cell, index) => cell.padStart(COLUMNS[index + 1] ?? 0));
  return `  ${name.padEnd(COLUMNS[0] ?? 0)}${padded.join('')}`;
}

function number(value: number): string {
  const digits = Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0;
  return value.toLocaleString('en-US', { maximumFractionDigits: digits });
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
