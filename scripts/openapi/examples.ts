/** Examples of answers and bodies. */

export const DIGEST = `sha256:${'2ec23b0db30e485789635a6a7eaef5ff'.repeat(2)}`;
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
