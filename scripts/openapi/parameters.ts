/** Descriptions of parameters. */
import { INVOCABLE_FUNCTIONS } from '../../functions/webhook-invoke.ts';
import type { ParameterName } from './declared.ts';
import { DIGEST } from './examples.ts';

interface ParameterTexts {
  /** The name in the document, if it differs from the declaration (header names are in lower case there). */
  readonly name?: string;
  readonly description: string;
  /** The part of the schema that the route does not declare. */
  readonly schema?: Readonly<Record<string, unknown>>;
  readonly example?: unknown;
}

export const PARAMETERS: Readonly<Record<ParameterName, ParameterTexts>> = {
  project: {
    description: 'Name of a Harbor project',
    example: 'shop',
  },
  repository: {
    description:
      'Name of a repository without its project. It may be nested; its slashes may be encoded',
    example: 'apps/web/frontend',
  },
  reference: {
    description: 'A tag or a digest',
    example: 'v1',
    // The route parses it, and zod does not see how.
    schema: {
      pattern: '^(?:[A-Za-z0-9_][A-Za-z0-9._-]{0,127}|sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$',
    },
  },
  page: { description: 'Number of the slice; the first is 1' },
  page_size: { description: 'Rows per slice' },
  q: { description: 'Keeps the rows whose name contains this text, in upper or lower case' },
  sort: { description: 'Field to sort by; a - before it reverses the order' },
  dry_run: { description: 'Returns the plan and deletes nothing' },
  tag_only: {
    description: 'Removes the tag and keeps the artifact; needs a tag as reference, not a digest',
  },
  force: {
    description:
      'Overrides the guards of this service, but never a rule of Harbor. It needs `reason` once there is a journal',
  },
  reason: {
    description:
      'Why, for the journal: 1 to 500 characters. Required with force=true once there is a journal',
    example: 'replaced by v2',
  },
  node: {
    description: 'Name of a node. Of `/drift`, a name that no node has is refused',
    example: 'node-1',
  },
  status: { description: 'Keeps the rows of this status', example: 'gone' },
  running: { description: '`true` keeps the images of running containers, `false` the others' },
  namespace: {
    description: 'Keeps the images that a container of this namespace uses',
    example: 'shop',
  },
  older_than: {
    description:
      'Keeps what was neither pushed nor pulled for this long: `45m`, `12h`, `30d`, `4w`. At most 100 years',
    example: '30d',
  },
  allow_partial: {
    description: 'Answers although nodes cannot be read; the answer then has `partial: true`',
  },
  actor: { description: 'Keeps the deletions of this token, `local` or `webhook`', example: 'ci' },
  outcome: { description: 'Keeps the deletions with this outcome', example: 'deleted' },
  since: {
    description: 'Keeps the deletions from this time on (RFC 3339)',
    example: '2026-11-24T00:00:00Z',
  },
  until: {
    description: 'Keeps the deletions before this time (RFC 3339)',
    example: '2026-11-25T00:00:00Z',
  },
  verbose: {
    description:
      'Lists more: of `/readyz` the checks, as JSON; of a cleanup what is kept. It needs no value',
  },
  function: {
    description: 'Name of a function: the name of its file',
    // Any text for the route: an unknown name is 404.
    schema: { enum: Object.keys(INVOCABLE_FUNCTIONS) },
    example: 'delete-harbor-artifact',
  },
  'webhook-id': { description: 'Id of the message, the same in each repeat (Standard Webhooks)' },
  'webhook-timestamp': {
    description: 'Seconds since the epoch, within five minutes of now (Standard Webhooks)',
  },
  'webhook-signature': {
    description: '`v1,` and base64 of HMAC-SHA256 over `id.timestamp.body` (Standard Webhooks)',
  },
  'if-match': {
    name: 'If-Match',
    description:
      'Digest that the reference must have, in double quotes, or the ETag of a deletion plan that must still hold, alone, or *; of a cleanup: the ETag of its plan, alone, which `apply` needs',
    example: `"${DIGEST}"`,
  },
  'if-none-match': { name: 'If-None-Match', description: 'ETag of an answer that the caller has' },
  'cache-control': {
    name: 'Cache-Control',
    description: '`no-cache` requires a reading of the host that begins now',
    example: 'no-cache',
  },
};

/** Descriptions of the members of an invocation: its parameters, and those that stand for headers. */
export const MEMBERS: Readonly<Record<string, Pick<ParameterTexts, 'description'>>> = {
  ...PARAMETERS,
  no_cache: { description: 'Requires a reading of the host that begins now' },
  if_match: {
    description:
      'Digest that the reference must have, or the ETag of a plan. Of a deletion it is required, unless the reference is a digest or `dry_run` is true',
  },
};
