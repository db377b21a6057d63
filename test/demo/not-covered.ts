/** The recorded exchanges that the stand-in does not have, by reason. The replay test checks the list. */

const CORE = 'sent to the core without nginx: the service always comes through nginx';
const REGISTRY = 'the registry API and its tokens: the service uses the management API only';
const RECEIVED = 'what a webhook receiver got: an input of the webhook endpoint, not an answer';
const NOT_ASKED = 'a part of the management API that the service never asks';
const SCOPED = 'the rights within a scope: the service asks without a scope, as proof of a login';

/** Version → reason → names of fixtures. */
export const NOT_COVERED: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'v2.14.4': {
    [CORE]: [
      'artifacts-nested-25252F-core',
      'artifacts-nested-252F-core',
      'artifacts-nested-252f-lower-core',
      'artifacts-nested-2F-core',
      'artifacts-nested-raw-core',
      'delete-nested-2F-core',
      'dotdot-9-delete-dotdot-core',
      'dotdot-a-delete-dotdot-core-raw',
    ],
    [REGISTRY]: [
      'token-admin',
      'token-anonymous-private',
      'token-anonymous-public',
      'token-bad-password',
      'v2-admin',
      'v2-bad-password',
      'v2-challenge',
      'v2-delete-digest',
      'v2-delete-tag',
      'v2-robot',
      'v2-tags-after',
    ],
    [RECEIVED]: [
      'webhook-delete-404',
      'webhook-delete-as-robot',
      'webhook-delete-index',
      'webhook-delete-last-tag-only',
      'webhook-delete-multi-tag',
      'webhook-delete-nested',
      'webhook-delete-repository',
      'webhook-delete-tag-only',
      'webhook-delete-untagged',
      'webhook-delete-v2',
      'webhook-delete-with-accessory',
      'webhook-gc-untagged',
      'webhook-pull-digest',
      'webhook-pull-head',
      'webhook-pull-tag',
      'webhook-push-index',
      'webhook-push-single',
      'webhook-push-three-tags',
      'webhook-retry-fail',
      'webhook-retry-flaky',
      'webhook-retry-redirect',
      'webhook-retry-slow',
      'webhook-tag-moved',
      'webhook-tag-retention',
    ],
    [NOT_ASKED]: [
      'addition-build-history',
      'addition-vulnerabilities',
      'auditlogs',
      'gc-history',
      'project-summary',
      'quotas-project',
      'quotas-project-dev',
      'robots-list',
      'robots-list-project',
      'search',
      'webhook-events',
      'webhook-executions-failed',
      'webhook-policies',
      'webhook-policies-as-robot',
      'webhook-policy-create-cloudevents',
      'webhook-policy-create-default',
      'webhook-tasks-failed',
    ],
    [SCOPED]: [
      'users-current-permissions-admin',
      'users-current-permissions-dev',
      'users-current-permissions-robot',
      'users-current-permissions-robot-system',
    ],
  },
  'v2.8.6': {
    [CORE]: ['artifacts-nested-2F-core'],
    [RECEIVED]: ['webhook-delete-multi-tag', 'webhook-push-single'],
    [SCOPED]: ['users-current-permissions-admin', 'users-current-permissions-robot'],
  },
};
