/** Asks OSV for the advisories of packages (https://google.github.io/osv.dev/post-v1-querybatch/). */
import * as z from 'zod/mini';
import type { LockedPackage } from './packages.ts';

const URL_OF_BATCH = 'https://api.osv.dev/v1/querybatch';

/** One result for each query; without `vulns` there is none. */
const answerSchema = z.object({
  results: z.array(z.object({ vulns: z.optional(z.array(z.object({ id: z.string() }))) })),
});

/**
 * @returns `NAME@VERSION: ADVISORY` for each
 * @throws Error if OSV cannot be reached, or answers something else
 */
export async function knownVulnerabilities(
  packages: readonly Pick<LockedPackage, 'name' | 'version'>[],
  options: { readonly fetch: typeof fetch; readonly timeoutMs: number },
): Promise<readonly string[]> {
  const queries = packages.map(({ name, version }) => ({
    package: { name, ecosystem: 'npm' },
    version,
  }));
  const response = await options.fetch(URL_OF_BATCH, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ queries }),
    signal: AbortSignal.timeout(options.timeoutMs),
  });
  if (!response.ok) throw new Error(`OSV answered ${response.status}`);
  const { results } = z.parse(answerSchema, await response.json());
  if (results.length !== packages.length) throw new Error('OSV answered another number of results');
  return results.flatMap(({ vulns = [] }, index) =>
    vulns.map(({ id }) => `${packages[index]?.name}@${packages[index]?.version}: ${id}`),
  );
}
