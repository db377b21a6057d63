/** What is counted of the queues of a process. */

/** All queues. Each has a limit, apart from `harbor_calls`. */
export type QueueName =
  | 'crictl_images'
  | 'crictl_containers'
  | 'harbor_requests'
  | 'harbor_calls'
  | 'harbor_deletions'
  | 'harbor_deletion_turns'
  | 'harbor_crawls'
  | 'webhook_events'
  | 'webhook_invocations'
  | 'notifications';

/** Watches one queue. */
export interface QueueObserver {
  /** How many more are in the queue; negative: fewer. */
  waiting(change: number): void;
  /** One was refused as `overloaded`, or dropped. */
  refused(): void;
}

export const noQueueObserver: QueueObserver = {
  waiting: () => undefined,
  refused: () => undefined,
};
