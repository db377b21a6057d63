/** What is on the nodes. */
import { lines } from '../kinds.ts';
import { BAD_ABOVE_ZERO, type Row } from '../panel.ts';
import { byNode } from '../queries.ts';
import { table } from '../table.ts';

export function nodesRow(): Row {
  const column = (metric: string, heading: string, unit: string) => ({
    expr: byNode(`image_api_node_${metric}`),
    heading,
    unit,
  });
  return {
    title: 'Nodes',
    panels: [
      table({
        title: 'Nodes now',
        description:
          'What a node has by its last reading. Reclaimable: sizes of images that no container uses, an upper bound.',
        label: 'node',
        columns: [
          {
            ...column('up', 'Up', 'none'),
            thresholds: [
              [null, 'red'],
              [1, 'green'],
            ],
          },
          column('reading_age_seconds', 'Age', 's'),
          column('images', 'Images', 'none'),
          column('images_bytes', 'Size', 'bytes'),
          column('reclaimable_bytes', 'Reclaimable', 'bytes'),
          column('containers', 'Containers', 'none'),
          {
            expr: byNode('image_api_running_images_gone'),
            heading: 'Running, gone',
            unit: 'none',
            thresholds: BAD_ABOVE_ZERO,
          },
        ],
        width: 12,
      }),
      lines({
        title: 'Running images gone by node',
        description:
          'Images that running containers of the node use and that Harbor no longer has.',
        queries: [{ expr: byNode('image_api_running_images_gone'), legend: '{{node}}' }],
        unit: 'none',
        width: 6,
      }),
      lines({
        title: 'Reclaimable bytes by node',
        description: 'Sizes of the images that no container uses. They may share layers.',
        queries: [{ expr: byNode('image_api_node_reclaimable_bytes'), legend: '{{node}}' }],
        unit: 'bytes',
        width: 6,
      }),
    ],
  };
}
