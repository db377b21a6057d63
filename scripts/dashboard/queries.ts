/** The parts that queries of the dashboard have in common. */

/** The labels of each process. */
export const JOB = 'job=~"$job"';
const NODE = `${JOB},node=~"$node"`;
export const RATE = '$__rate_interval';

/** The value of each node: several routers show the same nodes. */
export const byNode = (metric: string, labels = 'node') =>
  `max by (${labels}) (${metric}{${NODE}})`;

/** The quantile of a histogram, over all processes. */
export const quantile = (q: number, histogram: string, by = 'le') =>
  `histogram_quantile(${q}, sum by (${by}) (rate(${histogram}_bucket{${JOB}}[${RATE}])))`;

/** Of rare events, the number in each interval says more than the rate. */
export const newIn = (metric: string, label: string) =>
  `sum by (${label}) (increase(image_api_${metric}{${JOB}}[${RATE}]))`;
