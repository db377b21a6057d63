/** docs/performance.md: the tables between its markers, and its plots, from bench/results/. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { plot } from './plots.ts';
import { ROOT } from './program.ts';
import { number } from './report.ts';
import { type Figure, isMet, type Result, readResult, type Section } from './result.ts';

const PAGE = 'docs/performance.md';
/** `<!-- results NAME -->` is followed by the tables of a benchmark, `<!-- goals NAME … -->` by all goals. */
const BLOCK = /<!-- (results|goals) ([\w -]+) -->\n.*?<!-- end -->/gs;

/** Each file with the text that it has when it agrees with the results. */
export function documentation(): ReadonlyMap<string, string> {
  const page = readFileSync(path.join(ROOT, PAGE), 'utf8');
  const files = new Map<string, string>();
  const text = page.replaceAll(BLOCK, (_, kind: string, names: string) => {
    const results = names.split(' ').map(readResult);
    const body =
      kind === 'goals'
        ? goalsTable(results)
        : results.map((one) => tables(one, files)).join('\n\n');
    return `<!-- ${kind} ${names} -->\n${body}\n<!-- end -->`;
  });
  return files.set(PAGE, text);
}

export function writeDocumentation(): void {
  for (const [file, text] of documentation()) writeFileSync(path.join(ROOT, file), text);
}

function tables(result: Result, files: Map<string, string>): string {
  const { name, date, machine, node, sections } = result;
  const source = `\`npm run bench ${name}\` on ${date}; ${machine}; Node ${node}.`;
  const parts = sections.map((section, index) => {
    const drawn = plotOf(section, `docs/images/${name}-${index + 1}.svg`, files);
    return [`**${section.title}**`, sidesTable(section), drawn, figuresTable(section.figures)];
  });
  return [source, ...parts.flat()].filter((part) => part !== '').join('\n\n');
}

function sidesTable({ sides, unit }: Section): string {
  if (sides.length === 0) return '';
  const rows = sides.map(({ name, median, lowest, highest, peakMb }) => [
    name,
    `${number(median)} ${unit}`,
    `${number(lowest)} to ${number(highest)}`,
    peakMb === null ? '' : `${Math.round(peakMb)} MB`,
  ]);
  return table(['', 'median', 'lowest to highest', 'peak memory'], rows);
}

function plotOf({ curves, title }: Section, file: string, files: Map<string, string>): string {
  if (curves.length === 0) return '';
  files.set(file, plot(curves));
  return `![${title}](${path.posix.relative('docs', file)})`;
}

function figuresTable(figures: readonly Figure[]): string {
  if (figures.length === 0) return '';
  const rows = figures.map((one) => [one.what, shownValue(one), goalOf(one), verdictOf(one)]);
  return table(['figure', 'value', 'goal', ''], rows);
}

function goalsTable(results: readonly Result[]): string {
  const rows = results.flatMap(({ name, sections }) =>
    sections
      .flatMap(({ figures }) => figures)
      .filter((one) => isMet(one) !== null)
      .map((one) => [
        one.what,
        goalOf(one),
        shownValue(one),
        verdictOf(one),
        `\`npm run bench ${name}\``,
      ]),
  );
  return table(['goal', 'limit', 'measured', '', 'command'], rows);
}

const shownValue = ({ value, unit }: Figure) => `${number(value)} ${unit}`;

function goalOf({ atLeast, atMost, unit }: Figure): string {
  if (atLeast !== undefined) return `at least ${number(atLeast)} ${unit}`;
  return atMost === undefined ? '' : `at most ${number(atMost)} ${unit}`;
}

function verdictOf(one: Figure): string {
  const met = isMet(one);
  if (met === null) return '';
  return met ? 'met' : '**missed**';
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const numbers = header.map((_, column) => (column === 0 ? '---' : '---:'));
  return [line(header), line(numbers), ...rows.map(line)].join('\n');
}
