/**
 * The counters whose labels have closed lists of values, by the names that `/metrics` has. A new one is a row here and a
 * call of `Metrics.count`.
 */

import { BLOCKER_CODES } from '../../values/blocker-codes.ts';
import { BASE_COUNTERS, type CounterTable, type CountIn, type LabelsIn } from './base-counters.ts';
import { REFRESH_PARTS } from './fleet-metrics.ts';

/** Why a request was not taken. `refused`: by its token or signature, or because no webhook is configured. */
const NOT_TAKEN = ['refused', 'invalid', 'overloaded', 'failed'] as const;
export type NotTaken = (typeof NOT_TAKEN)[number];

export const COUNTERS = {
  ...BASE_COUNTERS,
  /**
   * `gone`: another deletion was faster. `refused`: by a guard or by a rule of Harbor. `failed`: for any other reason,
   * and nothing was deleted. `cancelled`: the client left before it was sent. `dry_run`: a plan.
   */
  image_api_deletions_total: {
    of: 'functions',
    help: 'Deletions and dry runs by how they ended, including the deletions of cleanups.',
    labels: {
      outcome: [
        'deleted',
        'tag_removed',
        'gone',
        'refused',
        'failed',
        'cancelled',
        'unknown',
        'dry_run',
      ],
    },
  },
  image_api_deletion_blockers_total: {
    of: 'functions',
    help: 'Reasons why deletions were refused; one deletion can have several.',
    labels: { blocker: BLOCKER_CODES },
  },
  image_api_journal_writes_total: {
    of: 'functions',
    help: 'Lines of the journal by whether they could be written.',
    labels: { outcome: ['written', 'failed'] },
  },
  /**
   * `planned`: nothing was to be deleted. `completed`: each candidate was tried. `stopped`: it ended before, for a reason
   * that the answer names. `abandoned`: the client left. `refused`: the plan has changed. `failed`: there is no plan.
   */
  image_api_cleanup_runs_total: {
    of: 'functions',
    help: 'Cleanups by how they ended.',
    labels: { outcome: ['planned', 'completed', 'stopped', 'abandoned', 'refused', 'failed'] },
  },
  image_api_cleanup_candidates_total: {
    of: 'functions',
    help: 'Artifacts that cleanups began to delete.',
    labels: {},
  },
  image_api_cleanup_artifacts_total: {
    of: 'functions',
    help: 'What became of the artifacts that cleanups began to delete.',
    labels: { outcome: ['deleted', 'kept', 'failed'] },
  },
  image_api_cleanup_deleted_bytes_total: {
    of: 'functions',
    help: 'Total size of the artifacts that cleanups deleted, as Harbor reports it; artifacts can share layers.',
    labels: {},
  },
  /** `ignored`: no event of the delivery concerns images. */
  image_api_webhook_deliveries_total: {
    of: 'functions',
    help: "Deliveries of Harbor's webhooks, by how they were answered.",
    labels: { outcome: ['accepted', 'ignored', ...NOT_TAKEN] },
  },
  /** `repeated`: Harbor had sent it before. */
  image_api_webhook_events_total: {
    of: 'functions',
    help: "Events of Harbor's webhooks, by what became of them.",
    labels: { outcome: ['processed', 'repeated', 'failed'] },
  },
  /** `answered`: the function was called, whatever it answered. `repeated`: by the answer of an earlier call. */
  image_api_webhook_invocations_total: {
    of: 'functions',
    help: 'Function calls by webhook, by how they were answered.',
    labels: { outcome: ['answered', 'repeated', ...NOT_TAKEN] },
  },
  /** `dropped`: too many waited. `logged`: there is no `notify_url`. */
  image_api_notifications_total: {
    of: 'functions',
    help: 'Notifications of events, by what became of them.',
    labels: { outcome: ['sent', 'failed', 'dropped', 'logged'] },
  },
  image_api_metrics_refresh_failures_total: {
    of: 'fleet',
    help: 'Background refreshes that failed.',
    labels: { part: REFRESH_PARTS },
  },
} as const satisfies CounterTable;

export type CounterLabels<Name extends keyof typeof COUNTERS> = LabelsIn<typeof COUNTERS, Name>;
export type Count = CountIn<typeof COUNTERS>;
