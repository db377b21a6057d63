/** Whether something must be done now. */
import { lines, stat, states } from '../kinds.ts';
import { BAD_ABOVE_ZERO, type Row } from '../panel.ts';
import { byNode, JOB, RATE } from '../queries.ts';

const REQUESTS = 'image_api_http_request_duration_seconds';

export function overviewRow(): Row {
  return {
    title: 'Overview',
    panels: [
      stat({
        title: 'Nodes that cannot be read',
        description:
          'Nodes whose bridge or crictl does not answer. While there is one, deletions and cleanups are refused. `GET /nodes` has the reason.',
        queries: [
          {
            expr: `count(${byNode('image_api_node_up')} == 0) or (0 * count(${byNode('image_api_node_up')}))`,
          },
        ],
        unit: 'none',
        thresholds: BAD_ABOVE_ZERO,
        noValue: 'no nodes',
        width: 4,
      }),
      stat({
        title: 'Running images gone',
        description:
          'Images that running containers use and that Harbor no longer has. Such a pod cannot start on another node. `GET /drift?status=gone&running=true` lists them.',
        queries: [{ expr: `sum(${byNode('image_api_running_images_gone')})` }],
        unit: 'none',
        thresholds: BAD_ABOVE_ZERO,
        noValue: 'unknown',
        width: 4,
      }),
      stat({
        title: 'Unknown outcomes',
        description:
          'Deletions in the time range of which Harbor did not say whether it deleted the artifact. `GET /journal?outcome=unknown` names them.',
        queries: [
          { expr: `sum(increase(image_api_deletions_total{${JOB},outcome="unknown"}[$__range]))` },
        ],
        unit: 'none',
        thresholds: BAD_ABOVE_ZERO,
        width: 4,
      }),
      stat({
        title: 'Journal',
        description:
          'Whether the journal of deletions can be written. If not, nothing is deleted. Without a configured file there is no value.',
        queries: [{ expr: `min(image_api_journal_writable{${JOB}})` }],
        unit: 'none',
        texts: { 0: 'not writable', 1: 'writable' },
        thresholds: [
          [null, 'red'],
          [1, 'green'],
        ],
        noValue: 'no file',
        width: 4,
      }),
      stat({
        title: "Harbor's certificate ends in",
        description: 'Afterwards each call to Harbor fails with `harbor_tls`.',
        queries: [
          { expr: `min(image_api_harbor_certificate_expiry_timestamp_seconds{${JOB}}) - time()` },
        ],
        unit: 's',
        thresholds: [
          [null, 'red'],
          [7 * 86_400, 'orange'],
          [21 * 86_400, 'green'],
        ],
        noValue: 'no certificate',
        width: 4,
      }),
      stat({
        title: 'Server errors',
        description: 'Share of the answers with a status from 500 on in the last minutes.',
        queries: [
          {
            expr: `(sum(rate(${REQUESTS}_count{${JOB},status=~"5.."}[${RATE}])) or vector(0)) / sum(rate(${REQUESTS}_count{${JOB}}[${RATE}]))`,
          },
        ],
        unit: 'percentunit',
        thresholds: [
          [null, 'green'],
          [0.01, 'orange'],
          [0.05, 'red'],
        ],
        width: 4,
      }),
      states({
        title: 'Nodes and sources',
        description:
          'Whether each node could be read, and whether the checks of the sources (Harbor, its credentials, crictl, the bridge) succeeded.',
        queries: [
          { expr: byNode('image_api_node_up'), legend: '{{node}}' },
          { expr: `min by (source) (image_api_source_up{${JOB}})`, legend: '{{source}}' },
        ],
        unit: 'none',
        texts: { 0: ['down', 'red'], 1: ['up', 'green'] },
        width: 12,
      }),
      lines({
        title: 'Images by drift',
        description:
          'How the images on the nodes differ from Harbor, by status. `tag_moved`: the tag has another digest now. `gone`: Harbor no longer has it. `foreign`: of another registry. `GET /drift` lists them.',
        queries: [
          {
            expr: `sum by (status) (${byNode('image_api_drift_images', 'node, status')})`,
            legend: '{{status}}',
          },
        ],
        unit: 'none',
        stacked: true,
        colors: {
          in_sync: 'green',
          tag_moved: 'orange',
          untagged: 'yellow',
          gone: 'red',
          foreign: 'blue',
          unknown: 'purple',
        },
        width: 12,
      }),
    ],
  };
}
