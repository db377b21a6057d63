/** Descriptions of parameters. */
import { INVOCABLE_FUNCTIONS } from '../../functions/webhook-invoke.ts';
import type { ParameterName } from './declared.ts';
import { DIGEST } from './examples.ts';

interface ParameterTexts {
  /** How it is written, where the declaration has another form (header names in lower case). */
  readonly name?: string;
  readonly description: string;
  /** What the route does not declare. */
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
      'Name of a repository without its project; may be nested, with slashes raw or encoded',
    example: 'apps/web/frontend',
  },
  reference: { description: 'A tag or a digest', example: 'v1' },
  page: { description: 'Which slice, from 1' },
  page_size: { description: 'Rows of a slice' },
  q: { description: 'Only rows whose name holds this text, in any case' },
  sort: { description: 'Field to sort by, with - in front for descending' },
  dry_run: { description: 'Answers the plan and deletes nothing' },
  tag_only: { description: 'Removes the tag and keeps the artifact' },
  force: { description: "Overrides this service's guards, never Harbor's" },
  verbose: { description: 'Asks for the checks, as JSON; `?verbose` alone will do' },
  function: {
    description: 'Name of a function: the name of its file',
    // Any text for the route: an unknown name is 404.
    schema: { enum: Object.keys(INVOCABLE_FUNCTIONS) },
    example: 'delete-harbor-artifact',
  },
  'webhook-id': { description: 'Id of the message, the same over repeats (Standard Webhooks)' },
  'webhook-timestamp': {
    description: 'Seconds since the epoch, at most five minutes off (Standard Webhooks)',
  },
  'webhook-signature': {
    description: '`v1,` and base64 of HMAC-SHA256 over `id.timestamp.body` (Standard Webhooks)',
  },
  'if-match': {
    name: 'If-Match',
    description: 'Digest that the reference must have, in double quotes, or *',
    example: `"${DIGEST}"`,
  },
  'if-none-match': { name: 'If-None-Match', description: 'ETag of a list that the caller has' },
  'cache-control': {
    name: 'Cache-Control',
    description: '`no-cache` asks for a look at the host that begins now',
    example: 'no-cache',
  },
};
