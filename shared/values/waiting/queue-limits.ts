/** All queues of a process that its metrics show, and how many may be in each (docs/metrics.md#queues). */
export const QUEUE_LIMITS = {
  crictl_images: 256,
  crictl_containers: 256,
  harbor_requests: 256,
  /** Each request that may read Harbor has at most `harbor_concurrency` calls, and so has each crawl. */
  harbor_calls: 65_536,
  harbor_deletions: 256,
  /** In each repository. */
  harbor_deletion_turns: 256,
  harbor_crawls: 256,
  journal_pages: 256,
  journal_searches: 64,
  journal_writes: 256,
  large_answers: 256,
  cleanup_plans: 64,
  webhook_events: 4096,
  webhook_invocations: 256,
  notifications: 1000,
} as const;

export type QueueName = keyof typeof QUEUE_LIMITS;
