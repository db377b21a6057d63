/** Prints the results: a table of the sides, then the comparisons and whether the goals are met. Keeps them, too. */
import type { Measured } from './measure.ts';
import { type Curve, type Figure, isMet, type Section } from './result.ts';

const COLUMNS = [44, 12, 22, 14];
const missed: string[] = [];
let sections: Section[] = [];

export function title(text: string): void {
  sections.push({ title: text, unit: '', sides: [], figures: [], curves: [] });
  print(`\n${text}`);
}

export function table(sides: readonly Measured[], unit: string): void {
  const last = sections.pop();
  if (last === undefined) throw new Error('a table needs a title');
  const rows = sides.map(({ samples, ...side }) => side);
  sections.push({ ...last, unit, sides: [...last.sides, ...rows] });
  print(row(['', 'median', 'lowest to highest', 'peak memory']));
  for (const { name, median, lowest, highest, peakMb } of sides) {
    const peak = peakMb === null ? '' : `${Math.round(peakMb)} MB`;
    const spread = `${number(lowest)} to ${number(highest)}`;
    print(row([name, `${number(median)} ${unit}`, spread, peak]));
  }
}

export function figure(told: Figure): void {
  const { what, value, unit, atLeast, atMost } = told;
  sections.at(-1)?.figures.push(told);
  const text = `  ${what}: ${number(value)} ${unit}`;
  const goal = atLeast ?? atMost;
  if (goal === undefined) {
    print(text);
    return;
  }
  const met = isMet(told);
  const bound = atLeast === undefined ? 'at most' : 'at least';
  if (!met) missed.push(what);
  print(`${text} (goal: ${bound} ${number(goal)} ${unit}): ${met ? 'met' : 'MISSED'}`);
}

/** How an answer grew, for a plot. */
export function curve(drawn: Curve): void {
  sections.at(-1)?.curves.push(drawn);
}

/** What was reported since the last call. */
export function takeSections(): readonly Section[] {
  const taken = sections;
  sections = [];
  return taken;
}

export function summary(): void {
  print(`\n${missed.length === 0 ? 'Every goal is met.' : `Missed: ${missed.join('; ')}.`}`);
}

function row(cells: readonly string[]): string {
  const [name = '', ...rest] = cells;
  const padded = rest.map((cell, index) => cell.padStart(COLUMNS[index + 1] ?? 0));
  return `  ${name.padEnd(COLUMNS[0] ?? 0)}${padded.join('')}`;
}

/** A number for people, with two or three digits that matter. */
export function number(value: number): string {
  const digits = Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0;
  return value.toLocaleString('en-US', { maximumFractionDigits: digits });
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
