/** Measures and prints: the sides of each question with their ratios, then whether the goals are met. */
import { GOALS, isMet, limitOf, number } from './goals.ts';
import { type Measured, measure, median, ratio, type Side } from './measure.ts';

const missed: string[] = [];

/** Finds a side by its question and by who it is. @throws Error if there is none */
export type Find = (what: string, who: string) => Measured;

/** Measures the sides and prints them. */
export async function compare(
  title: string,
  sides: readonly Side[],
  rounds: { readonly rounds: number; readonly warmUp?: boolean },
): Promise<Find> {
  print(`\n${title}`);
  const measured = await measure(sides, rounds);
  print(
    `  ${'median'.padStart(58)}${'lowest to highest'.padStart(24)}${'of the first'.padStart(16)}`,
  );
  for (const what of new Set(sides.map((side) => side.what))) {
    const group = measured.filter((side) => side.what === what);
    print(`  ${what}`);
    for (const side of group) print(row(side, group[0]));
  }
  return (what, who) => {
    const found = measured.find((side) => side.what === what && side.who === who);
    if (found === undefined) throw new Error(`nothing was measured for ${what}, ${who}`);
    return found;
  };
}

/** Prints a value that has a goal, and whether it is met. */
export function goal(name: keyof typeof GOALS, value: number): void {
  const one = GOALS[name];
  const met = isMet(value, one);
  if (!met) missed.push(one.what);
  print(`  ${one.what}: ${number(value)} ${one.unit} (${limitOf(one)}: ${met ? 'met' : 'MISSED'})`);
}

export function summary(): void {
  print(`\n${missed.length === 0 ? 'Every goal is met.' : `Missed: ${missed.join('; ')}.`}`);
}

function row(side: Measured, first: Measured | undefined): string {
  const { who, unit, samples } = side;
  const middle = `${number(median(samples))} ${unit}`;
  const spread = `${number(Math.min(...samples))} to ${number(Math.max(...samples))}`;
  const times = first === undefined || first === side ? '' : timesOf(ratio(side, first));
  return `    ${who.padEnd(40)}${middle.padStart(16)}${spread.padStart(24)}${times.padStart(16)}`;
}

/** Three digits, because a rate can be a small part of another. */
function timesOf(value: number): string {
  return `${value.toLocaleString('en-US', { maximumSignificantDigits: 3 })} times`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
