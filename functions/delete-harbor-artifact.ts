/**
 * DELETE /harbor/artifacts/{project}/{repository}/{reference}: deletes one artifact, or one tag of
 * it, without taking away what is in use or otherwise tagged. Upstreams: Harbor and the bridge.
 */
import * as z from 'zod/mini';
import { type Blocker, blockerSchema, deletionBlockers } from '../shared/deletion/guards.ts';
import { deletionQuerySchema, readDeletionOptions } from '../shared/deletion/options.ts';
import { artifactUsage, usageSchema } from '../shared/deletion/usage-check.ts';
import { edgeApp } from '../shared/edge/edge.ts';
import { edgeBridge } from '../shared/edge/edge-bridge.ts';
import type { Endpoint } from '../shared/endpoint.ts';
import { deleteArtifact, deleteTag, getArtifact } from '../shared/harbor/artifact.ts';
import { parseProject, parseReference, parseRepository } from '../shared/harbor/names.ts';
import { harborSession } from '../shared/harbor-rows.ts';
import { Problem } from '../shared/problem.ts';

const answerSchema = z.object({
  dry_run: z.boolean(),
  deleted: z.boolean(),
  project: z.string(),
  repository: z.string(),
  reference: z.string(),
  digest: z.string(),
  tags: z.array(z.string()),
  size_bytes: z.nullable(z.number()),
  usage: usageSchema,
  blockers: z.array(blockerSchema),
  request_id: z.string(),
});

export const deleteHarborArtifact: Endpoint = {
  name: 'delete-harbor-artifact',
  method: 'DELETE',
  path: '/harbor/artifacts/{project}/{repository}/{reference}',
  query: deletionQuerySchema,
  answer: answerSchema,
  right: ({ query }) => (query.getAll('dry_run').join() === 'true' ? 'read' : 'write'),
  handle: async (exchange) => {
    const { segments, fields } = exchange;
    const project = parseProject(segments[0] ?? '');
    const repository = parseRepository(segments.slice(1, -1));
    const reference = parseReference(segments.at(-1) ?? '');
    const options = readDeletionOptions(exchange, reference);
    const named = reference.kind === 'tag' ? reference.tag : reference.digest;
    Object.assign(fields, { project, repository, reference: named, ...options.flags });
    if (options.flags.dry_run) exchange.logLevel = 'INFO';

    const session = harborSession(exchange);
    const at = { project, repository };
    const [artifact, askHost] = await exchange.upstream(
      Promise.all([
        getArtifact(session, at, reference),
        artifactUsage(exchange, { project, repository, fresh: !options.flags.dry_run }),
      ]),
    );
    const { digest, size_bytes } = artifact;
    const tags = options.flags.tag_only ? [named] : artifact.tags;
    const usage = askHost(artifact);
    Object.assign(fields, { digest, tags, usage: usage.usage });

    const { ifMatch } = options;
    const blockers = deletionBlockers({ artifact, reference, usage, ifMatch, ...options.flags });
    const answer = (deleted: boolean, standing: readonly Blocker[]) =>
      exchange.json({
        dry_run: options.flags.dry_run,
        deleted,
        project,
        repository,
        reference: named,
        digest,
        tags,
        size_bytes,
        usage: usage.usage,
        blockers: standing,
        request_id: exchange.requestId,
      });
    if (options.flags.dry_run) return answer(false, blockers.all);
    const [first] = blockers.ours;
    if (first !== undefined) {
      throw new Problem(first.code, first.detail, { extras: { blockers: blockers.ours, digest } });
    }

    exchange.signal.throwIfAborted();
    await exchange.upstream(
      options.flags.tag_only && reference.kind === 'tag'
        ? deleteTag(session, at, { digest, tag: reference.tag })
        : deleteArtifact(session, at, digest),
    );
    fields['outcome'] = options.flags.tag_only ? 'untagged' : 'deleted';
    return answer(true, []);
  },
};

export const endpoints = [deleteHarborArtifact];
export default edgeApp(endpoints, { bridge: edgeBridge });
