/** What a scrape shows. */

/** The samples of an exposition: `name{labels}` as it is written, and its value. */
export function samplesOf(text: string): ReadonlyMap<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const end = line.lastIndexOf(' ');
      return [line.slice(0, end), Number(line.slice(end + 1))];
    }),
  );
}

/** A metric of an exposition in Prometheus' text format. */
export interface ShownMetric {
  readonly name: string;
  readonly type: string;
  /** The labels of its samples, sorted, without that of buckets; null: it has no samples. */
  readonly labels: readonly string[] | null;
}

/** The metrics of an exposition. */
export function metricsOf(text: string): readonly ShownMetric[] {
  const keys = [...samplesOf(text).keys()];
  return [...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name = '', type = '']) => {
    const own = keys.filter((key) => new RegExp(`^${name}(_bucket|_sum|_count)?(\\{|$)`).test(key));
    const labels = own.flatMap((key) =>
      [...key.matchAll(/[{,](\w+)="/g)].map(([, label = '']) => label),
    );
    const names = [...new Set(labels)].filter((label) => label !== 'le').toSorted();
    return { name, type, labels: own.length === 0 ? null : names };
  });
}

/** The samples of the metrics whose names begin with `image_api_` and one of `names`, without that prefix. */
export async function scrape(
  get: (path: string) => Promise<Response>,
  ...names: string[]
): Promise<Readonly<Record<string, number>>> {
  const text = await (await get('/metrics')).text();
  const own = [...samplesOf(text)].map(([key, value]) => [key.replace('image_api_', ''), value]);
  return Object.fromEntries(
    own.filter(([key]) => names.some((name) => String(key).startsWith(name))),
  );
}
