/** Plans a cleanup, applies the plan if it is to, and prints what it does. */
import * as z from 'zod/mini';
import { cleanupAnswerSchema, cleanupEventSchemas } from '../../domain/cleanup/cleanup-answer.ts';
import { humanSize } from '../../values/size.ts';
import { type CleanupClient, CleanupRefused } from './cleanup-client.ts';
import type { CleanupSettings } from './cleanup-settings.ts';
import { eventsOf } from './read-events.ts';

/** Listed artifacts of a plan; the others are counted. */
const MAX_LISTED = 200;
/** A push between the plan and its application changes the plan. */
const MAX_PLANS = 3;

export interface CleanupCommand extends Pick<CleanupSettings, 'policy' | 'apply' | 'reason'> {
  readonly client: CleanupClient;
  /** Writes a line. */
  readonly print: (line: string) => void;
}

/**
 * @returns whether everything that was to be done is done
 * @throws CleanupRefused
 */
export async function runCleanup(options: CleanupCommand): Promise<boolean> {
  for (let plansLeft = MAX_PLANS - 1; ; plansLeft--) {
    const plan = await makePlan(options);
    if (!options.apply || plan.isEmpty) return true;
    try {
      return await applyPlan(options, plan.etag);
    } catch (err) {
      const isChanged = err instanceof CleanupRefused && err.code === 'plan_changed';
      if (!isChanged || plansLeft === 0) throw err;
      options.print(err.message);
    }
  }
}

async function makePlan({ client, policy, print }: CleanupCommand) {
  const response = await client.call({
    body: { policy },
    headers: { accept: 'application/json', 'cache-control': 'no-cache' },
  });
  const { candidates, size_bytes, kept_counts } = read(
    cleanupAnswerSchema,
    await response.json().catch(() => null),
  );
  const kept = Object.entries(kept_counts).map(([reason, count]) => `${count} ${reason}`);
  print(
    `The policy ${policy} selects ${counted(candidates.length)} (${humanSize(size_bytes)}). ` +
      `Kept: ${kept.join(', ') || 'none'}.`,
  );
  for (const candidate of candidates.slice(0, MAX_LISTED)) print(`  ${rowText(candidate)}`);
  const more = candidates.length - MAX_LISTED;
  if (more > 0) print(`  and ${more} more`);
  return { etag: response.headers.get('etag') ?? '', isEmpty: candidates.length === 0 };
}

async function applyPlan(
  { client, policy, reason, print }: CleanupCommand,
  etag: string,
): Promise<boolean> {
  const { body } = await client.call({
    body: { policy, apply: true, reason },
    headers: { accept: 'text/event-stream', 'if-match': etag },
  });
  if (body === null) throw new CleanupRefused(null, 'The answer of the service is empty.');
  for await (const { event, data } of eventsOf(body)) {
    if (event === 'deleted' || event === 'kept' || event === 'failed') {
      const { detail, ...row } = read(cleanupEventSchemas[event], data);
      print(`${event}: ${rowText(row)}${detail === null ? '' : `: ${detail}`}`);
    }
    if (event === 'done') {
      const { deleted, deleted_bytes, kept_now, failed, stopped } = read(
        cleanupEventSchemas.done,
        data,
      );
      if (stopped !== null) print(`The cleanup ended early: ${stopped.detail}`);
      print(
        `Deleted ${counted(deleted)} (${humanSize(deleted_bytes)}); kept ${kept_now}, failed ${failed}.`,
      );
      return failed === 0 && stopped === null;
    }
  }
  throw new CleanupRefused(
    null,
    'The answer of the service ended before the cleanup did. Run the cleanup again.',
  );
}

/** @throws CleanupRefused if another program answered, or another version of the service */
function read<S extends z.ZodMiniType>(schema: S, value: unknown): z.output<S> {
  const result = z.safeParse(schema, value);
  if (result.success) return result.data;
  throw new CleanupRefused(null, 'The answer is not from this version of the service.');
}

const counted = (count: number) => `${count} artifact${count === 1 ? '' : 's'}`;

function rowText(row: {
  readonly project: string;
  readonly repository: string;
  readonly digest: string;
  readonly tags: readonly string[];
  readonly size_bytes: number;
}): string {
  const { project, repository, digest, tags, size_bytes } = row;
  const named = tags.length === 0 ? 'no tag' : tags.join(', ');
  return `${project}/${repository}@${digest} (${named}, ${humanSize(size_bytes)})`;
}
