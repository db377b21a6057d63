import { describe, expect, it } from 'vitest';
import { createProcessMetrics } from '../../../../shared/node/metrics/process-metrics.ts';
import type { NodeView } from '../../../../shared/ports/metrics/fleet-metrics.ts';

const FIGURES = { images: 1, images_bytes: 2, containers: 3, reclaimable_bytes_max: 4 };

const nodeOf = (name: string): NodeView => ({
  name,
  up: true,
  readingAgeMs: 0,
  figures: FIGURES,
  drift: new Map(),
});

/** A function that reads the lines of the nodes that are there now. */
function scrapes() {
  const metrics = createProcessMetrics();
  let nodes: readonly NodeView[] = [];
  metrics.fleet.show(() => ({ nodes, certificateExpiresAtMs: null, refreshes: [] }));
  return async (...names: string[]) => {
    nodes = names.map(nodeOf);
    const { body } = await metrics.exposition('text');
    return body.split('\n').filter((line) => line.includes('{node="'));
  };
}

describe('the label of a node', () => {
  it('has no more series after a thousand nodes have come and gone', async () => {
    const linesOf = scrapes();
    const first = await linesOf('a');
    for (let reading = 0; reading < 10; reading += 1) {
      await linesOf(...Array.from({ length: 100 }, (_, index) => `node-${reading}-${index}`));
    }
    const last = await linesOf('b');
    expect(first.length).toBeGreaterThan(10);
    expect(last).toEqual(first.map((line) => line.replace('"a"', '"b"')));
  });

  it('is escaped, whatever is in the name', async () => {
    const linesOf = scrapes();
    const lines = await linesOf('a"} 9\nimage_api_node_up{node="\\b');
    expect(lines).toContain(
      String.raw`image_api_node_up{node="a\"} 9\nimage_api_node_up{node=\"\\b"} 1`,
    );
  });
});
