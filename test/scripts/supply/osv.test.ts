import { expect, it } from 'vitest';
import { knownVulnerabilities } from '../../../scripts/supply/osv.ts';

const PACKAGES = [
  { name: 'a', version: '1.0.0' },
  { name: 'b', version: '2.0.0' },
];

/** OSV's answer, and what it was asked. */
function osv(status: number, answer: unknown) {
  const asked: unknown[] = [];
  const answering = async (_: unknown, init?: RequestInit) => {
    asked.push(JSON.parse(String(init?.body)));
    return Response.json(answer, { status });
  };
  return { asked, options: { fetch: answering as typeof fetch, timeoutMs: 1000 } };
}

it('names each advisory with its package', async () => {
  const { asked, options } = osv(200, { results: [{}, { vulns: [{ id: 'GHSA-1' }] }] });

  expect(await knownVulnerabilities(PACKAGES, options)).toEqual(['b@2.0.0: GHSA-1']);
  expect(asked).toEqual([
    {
      queries: [
        { package: { name: 'a', ecosystem: 'npm' }, version: '1.0.0' },
        { package: { name: 'b', ecosystem: 'npm' }, version: '2.0.0' },
      ],
    },
  ]);
});

it.each([
  ['an error', 500, {}, 'OSV answered 500'],
  ['fewer results than packages', 200, { results: [{}] }, 'another number of results'],
  ['something else', 200, { hello: 1 }, 'expected'],
])('rejects with %s, and finds nothing instead of all', async (_, status, answer, message) => {
  const { options } = osv(status, answer);

  await expect(knownVulnerabilities(PACKAGES, options)).rejects.toThrow(message);
});
