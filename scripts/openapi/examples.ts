/** Examples of answers and bodies. */

export const DIGEST = `sha256:${'2ec23b0db30e485789635a6a7eaef5ff'.repeat(2)}`;
const OTHER_DIGEST = `sha256:${'b7e1fc5ac0d14e0b8c96a9d0f4dd6a53'.repeat(2)}`;
const IMAGE_ID = '91e65becf52108d5f79bbbf5f03d315d7145881ad0c9f3383111061db4bfcb58';
const TIME = '2026-11-24T06:35:23.161Z';
const REPOSITORY = { project: 'shop', repository: 'apps/web/frontend' } as const;

const tableRow = {
  repository: 'registry.example.test:9443/shop/web',
  tag: 'v1',
  image_id: IMAGE_ID.slice(0, 13),
  size: '1.12MB',
};

export const localImage = {
  ...tableRow,
  id: IMAGE_ID,
  digest: DIGEST,
  size_bytes: 1119727,
  pinned: false,
};

export const project = {
  name: 'shop',
  project_id: 2,
  public: false,
  repo_count: 3,
  owner_name: 'admin',
  creation_time: TIME,
  update_time: TIME,
};

export const repository = {
  name: 'apps/web/frontend',
  full_name: 'shop/apps/web/frontend',
  project: 'shop',
  artifact_count: 4,
  pull_count: 12,
  creation_time: TIME,
  update_time: TIME,
};

export const artifact = {
  digest: DIGEST,
  tags: ['v1', 'stable'],
  type: 'IMAGE',
  media_type: 'application/vnd.oci.image.config.v1+json',
  size: '1.12MB',
  size_bytes: 1119727,
  push_time: TIME,
  pull_time: null,
  platforms: [{ os: 'linux', architecture: 'amd64', variant: null, digest: DIGEST }],
  annotations: {},
};

export const deletion = {
  dry_run: false,
  deleted: true,
  ...REPOSITORY,
  reference: 'v1',
  digest: DIGEST,
  tags: ['v1'],
  children: [],
  accessories: [],
  size_bytes: 1119727,
  usage: 'absent',
  blockers: [],
  request_id: '4c2f9a3e-6f0b-4a52-9a86-0e4d1f4f7f10',
};

export const images = {
  containerd_images: [tableRow],
  harbor_images: [{ ...REPOSITORY, tag: 'v1', digest: DIGEST, size: '1.12MB' }],
  errors: [],
};

export function readiness(status: 'ok' | 'down') {
  const names = ['crictl', 'harbor', 'harbor_credentials'];
  const checks = names.map((name) => ({ name, status }));
  return { status, checks: [{ name: 'configuration', status: 'ok' }, ...checks] };
}

export const delivery = {
  outcome: 'accepted',
  request_id: '4c2f9a3e-6f0b-4a52-9a86-0e4d1f4f7f10',
};

export const harborEvent = {
  type: 'DELETE_ARTIFACT',
  occur_at: 1795502545,
  operator: 'admin',
  event_data: {
    resources: [{ digest: DIGEST, tag: 'v1' }],
    repository: { repo_full_name: 'shop/apps/web/frontend' },
  },
};

export const invocation = { ...REPOSITORY, reference: DIGEST };

const OK_NODE = {
  name: 'node-1',
  status: 'ok',
  read_at: TIME,
  age_ms: 12,
  error: null,
};
const OVER_NODES = { complete: true, nodes: [OK_NODE] };
const RUNNING = { namespace: 'shop', pod: 'web-7d9f', container: 'app', state: 'running' };

export const nodes = {
  complete: true,
  nodes: [
    {
      ...OK_NODE,
      runtime: { name: 'containerd', version: '1.7.24' },
      images: 31,
      images_bytes: 2147483648,
      disk_bytes: 6442450944,
      containers: 42,
      reclaimable_bytes_max: 536870912,
    },
  ],
};

export const nodeImages = {
  ...OVER_NODES,
  images: [{ ...localImage, in_use: true, containers: [RUNNING] }],
};

const COMPARED = {
  by: 'digest',
  digest: DIGEST,
  id: IMAGE_ID,
  names: ['registry.example.test:9443/shop/web:v1'],
  size_bytes: 1119727,
};
const TWO_NODES = { complete: true, nodes: [OK_NODE, { ...OK_NODE, name: 'node-2' }] };

export const comparison = {
  ...TWO_NODES,
  common: [],
  partial: [],
  single: [{ ...COMPARED, nodes: ['node-1'], missing_on: ['node-2'] }],
  skew: [
    {
      name: 'registry.example.test:9443/shop/api:v2',
      variants: [
        { digest: DIGEST, id: IMAGE_ID, nodes: ['node-1'] },
        { digest: OTHER_DIGEST, id: null, nodes: ['node-2'] },
      ],
    },
  ],
};

const use = {
  node: 'node-1',
  ...RUNNING,
  since: TIME,
  match: 'artifact',
  image: `registry.example.test:9443/shop/apps/web/frontend@${DIGEST}`,
};

export const usage = {
  ...OVER_NODES,
  ...REPOSITORY,
  reference: 'v1',
  digest: DIGEST,
  in_registry: true,
  uses: [use],
};

export const drift = {
  ...OVER_NODES,
  errors: [],
  images: [
    {
      status: 'gone',
      repository: 'registry.example.test:9443/shop/apps/web/frontend',
      tag: 'v1',
      digest: DIGEST,
      image_id: null,
      registry_digest: null,
      digest_gone: null,
      detail: 'Harbor has neither the tag nor the digest any more.',
      nodes: ['node-1'],
      running: true,
      containers: [{ node: 'node-1', ...RUNNING }],
    },
  ],
};

const row = {
  ...REPOSITORY,
  digest: DIGEST,
  tags: ['v1'],
  size_bytes: 1119727,
  push_time: TIME,
  pull_time: null,
};

export const unused = {
  ...OVER_NODES,
  partial: false,
  size_bytes: 1119727,
  left_out: [],
  artifacts: [{ ...row, type: 'IMAGE', size: '1.12MB' }],
};

const { dry_run: _, deleted: __, ...planned } = deletion;
export const deletionPlan = {
  ...planned,
  ...OVER_NODES,
  indexes: [],
  immutable_tags: [],
  rules_proven: true,
  read_only: false,
  uses: [],
  present_on: [],
  other_repositories: [],
};

export const cleanupRequest = { policy: { projects: ['shop'], keep_newest: 3, older_than: '30d' } };

export const cleanup = {
  ...OVER_NODES,
  applied: false,
  rules_proven: true,
  policy: null,
  candidates: [{ ...row, age_seconds: 2592000, rules: ['keep_newest', 'older_than'] }],
  size_bytes: 1119727,
  kept_counts: { in_use: 2, newest: 3 },
  kept: [],
  results: [],
  deleted: 0,
  deleted_bytes: 0,
  kept_now: 0,
  failed: 0,
  stopped: null,
  request_id: deletion.request_id,
};

/** The end of a stream. */
export const cleanupEvents = `event: done\ndata: ${JSON.stringify({
  deleted: 1,
  deleted_bytes: 1119727,
  kept_now: 0,
  failed: 0,
  stopped: null,
  request_id: deletion.request_id,
})}\n\n`;

export const journalRow = {
  time: TIME,
  id: '0f8b2c6e-5f0a-4a6e-9c0d-5d1f3c1b7a10',
  request_id: deletion.request_id,
  peer: '192.0.2.10',
  actor: 'ci',
  registry: 'harbor.example.test',
  ...REPOSITORY,
  reference: 'v1',
  digest: DIGEST,
  tags: ['v1'],
  children: [],
  accessories: [],
  size_bytes: 1119727,
  push_time: TIME,
  reason: 'replaced by v2',
  force: false,
  tag_only: false,
  guards: [],
  nodes: ['node-1'],
  outcome: 'deleted',
  settled_at: TIME,
};
