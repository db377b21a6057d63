/** Reads metrics as a scrape does. */
import type { Metrics } from '../../shared/metrics/metrics.ts';

/** The samples of Prometheus' text by their name with labels, in the order of the text. */
export function samplesOf(text: string): ReadonlyMap<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line): [string, number] => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
}

/** The samples of these metrics. */
export async function samples(metrics: Metrics): Promise<ReadonlyMap<string, number>> {
  return samplesOf((await metrics.exposition('text')).body);
}

/** The values of one label that are not 0: `{deleted: 1}`. */
export async function countsOf(
  metrics: Metrics,
  name: string,
): Promise<Readonly<Record<string, number>>> {
  const found = [...(await samples(metrics))].flatMap(([sample, value]) => {
    const [, label] = sample.startsWith(`${name}{`) ? (/="([^"]*)"}$/.exec(sample) ?? []) : [];
    return label === undefined || value === 0 ? [] : [[label, value] as const];
  });
  return Object.fromEntries(found);
}
