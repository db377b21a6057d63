/** Calls every operation through the generated TypeScript client, as a program of a user would. */
import createClient, { type Client } from 'openapi-fetch';
import type { components, operations, paths } from '../generated/schema.js';

export type Problem = components['schemas']['Problem'];

/** What one operation answered. */
export interface Called {
  readonly operation: keyof operations;
  readonly status: number;
  readonly data: unknown;
}

export interface Secrets {
  readonly url: string;
  readonly token: string;
  readonly harborWebhook: string;
  /** The headers of Standard Webhooks for a body. */
  readonly sign: (body: string) => SignedHeaders;
}

interface SignedHeaders {
  readonly 'webhook-id': string;
  readonly 'webhook-timestamp': string;
  readonly 'webhook-signature': string;
}

export function clientOf({ url, token }: Pick<Secrets, 'url' | 'token'>): Client<paths> {
  return createClient<paths>({ baseUrl: url, headers: { Authorization: `Bearer ${token}` } });
}

const REPOSITORY = { project: 'platform', repository: 'apps/web/frontend' } as const;
const STABLE = { ...REPOSITORY, reference: 'stable' } as const;

/** Calls them one after another. @throws if an answer lacks what its type promises */
export async function everyEndpoint(secrets: Secrets): Promise<readonly Called[]> {
  const client = clientOf(secrets);
  const called: Called[] = [];
  const keep = <T>(
    operation: keyof operations,
    { data, response }: { readonly data?: T; readonly response: Response },
  ): T => {
    called.push({ operation, status: response.status, data });
    if (data === undefined) throw new Error(`${operation} answered ${response.status}`);
    return data;
  };

  const images = keep('listLocalImages', await client.GET('/local-images'));
  const size: number | null | undefined = images[0]?.size_bytes;
  if (typeof size !== 'number') throw new Error('a local image has no size');
  const projects = keep(
    'listProjects',
    await client.GET('/harbor/projects', { params: { query: { sort: '-repo_count' } } }),
  );
  const project = projects[0]?.name ?? '';
  keep(
    'listRepositories',
    await client.GET('/harbor/repositories/{project}', { params: { path: { project } } }),
  );
  const artifacts = keep(
    'listArtifacts',
    await client.GET('/harbor/artifacts/{project}/{repository}', {
      params: { path: REPOSITORY, query: { page: 1, page_size: 2 } },
    }),
  );
  const platforms = artifacts.flatMap((artifact) => artifact.platforms.map(({ os }) => os));
  if (!platforms.includes('linux')) throw new Error('no artifact is for linux');
  keep('listImages', await client.GET('/images'));
  const { nodes } = keep('listNodes', await client.GET('/nodes'));
  const statuses: readonly ('ok' | 'stale' | 'unreadable')[] = nodes.map(({ status }) => status);
  if (!statuses.includes('ok')) throw new Error('no node can be read');
  keep(
    'listNodeImages',
    await client.GET('/nodes/{node}/images', {
      params: { path: { node: nodes[0]?.name ?? '' }, header: { 'Cache-Control': 'no-cache' } },
    }),
  );
  keep('compareNodes', await client.GET('/compare'));
  keep(
    'getUsage',
    await client.GET('/usage/{project}/{repository}/{reference}', { params: { path: STABLE } }),
  );
  keep('listDrift', await client.GET('/drift', { params: { query: { status: 'gone' } } }));
  keep('listUnused', await client.GET('/harbor/unused'));
  keep(
    'getDeletionPlan',
    await client.GET('/harbor/artifacts/{project}/{repository}/{reference}/deletion-plan', {
      params: { path: STABLE },
    }),
  );
  const plan = keep(
    'cleanUp',
    await client.POST('/harbor/cleanup', { body: { policy: 'nightly' } }),
  );
  // The other media type is a stream of events, for clients that ask for it.
  if (typeof plan === 'string' || plan.applied) throw new Error('a plan was applied');
  const deletion = keep(
    'deleteArtifact',
    await client.DELETE('/harbor/artifacts/{project}/{repository}/{reference}', {
      params: { path: STABLE, query: { dry_run: true } },
    }),
  );
  if (deletion.blockers.every(({ code }) => code !== 'in_use')) throw new Error('not in use');
  keep('listJournal', await client.GET('/journal', { params: { query: { outcome: 'deleted' } } }));
  keep('getLiveness', await client.GET('/livez', { parseAs: 'text' }));
  keep(
    'getReadiness',
    await client.GET('/readyz', { params: { query: { verbose: true } }, parseAs: 'json' }),
  );
  keep('getMetrics', await client.GET('/metrics', { parseAs: 'text' }));
  keep('getOpenapi', await client.GET('/openapi.json'));
  keep(
    'receiveHarborEvent',
    await client.POST('/webhooks/harbor', {
      headers: { Authorization: secrets.harborWebhook },
      body: {
        type: 'DELETE_ARTIFACT',
        occur_at: 1_795_502_545,
        event_data: {
          resources: [{ digest: artifacts[0]?.digest ?? '', tag: 'stable' }],
          repository: { repo_full_name: 'platform/apps/web/frontend' },
        },
      },
    }),
  );
  const invocation = JSON.stringify({ q: 'gateway' });
  keep(
    'invokeFunction',
    await client.POST('/webhooks/{function}', {
      params: { path: { function: 'local-images' }, header: secrets.sign(invocation) },
      body: { q: 'gateway' },
      bodySerializer: () => invocation,
    }),
  );
  return called;
}

/** The problem of a repository that does not exist. */
export async function missingRepository(client: Client<paths>): Promise<Problem | undefined> {
  const { error } = await client.GET('/harbor/artifacts/{project}/{repository}', {
    params: { path: { project: 'platform', repository: 'none' } },
  });
  return error;
}
