/** Rows of a host, and bridges that answer them. */
import type { Bridge, HostContainer, HostImage } from '../../shared/ports/bridge.ts';
import { wholeNode } from '../../shared/ports/node-reading.ts';

/** An image; what is not given is unknown or empty. */
export function imageRow(fields: Partial<HostImage> = {}): HostImage {
  return {
    id: 'a'.repeat(64),
    repo_tags: [],
    repo_digests: [],
    size_bytes: 1,
    pinned: false,
    sandbox: null,
    ...fields,
  };
}

/** A running container; what is not given is unknown or empty. */
export function containerRow(fields: Partial<HostContainer> = {}): HostContainer {
  return {
    id: 'c'.repeat(64),
    name: 'web',
    state: 'CONTAINER_RUNNING',
    image_ref: '',
    image: '',
    pod: null,
    namespace: null,
    pod_uid: null,
    attempt: null,
    created_at: null,
    finished_at: null,
    ...fields,
  };
}

/** A bridge with these reads. */
export function bridgeOf(reads: Pick<Bridge, 'images' | 'containers'>): Bridge {
  return {
    configured: true,
    ...reads,
    node: (options) => wholeNode({ ...reads, now: () => performance.now() }, options),
    runtimeExpected: () => true,
  };
}
