/** Reads metrics as a scrape does. */
import type { Metrics } from '../../shared/ports/metrics/metrics.ts';
import { samplesOf } from './exposition.ts';

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
