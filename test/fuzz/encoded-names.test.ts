/** Names in any encoding, as raw bytes: no call goes out with a name other than the one that was validated. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { recordedRegistry } from '../demo/recorded-registry.ts';
import { createService } from '../support/service.ts';
import { holdsAsync } from './fuzz.ts';

const GRAMMAR =
  /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/;
const REFERENCE = /^(?:\w[\w.-]{0,127}|sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

/** Bytes that some reader takes for a dot, a slash, a backslash, an end, or for another letter. */
const PARTS = [
  ...'. .. %2e %2E %252e %25252e %c0%ae %e0%80%ae %f0%80%80%ae \xc0\xae'.split(' '),
  ...'/ %2f %2F %252F %25252f %c0%af %e0%80%af \xc0\xaf \\ %5c %255c'.split(' '),
  ...'%ef%bc%8e %ef%bc%8f \xef\xbc\x8e %e2%80%a4 %e2%88%95 %u002e %u2215 \\u002e'.split(' '),
  ...'%00 %2500 \xff %ff %fe %ed%a0%80 %ed%b0%80 %80 %zz % %2 %e'.split(' '),
  ...'e%cc%81 %c3%a9 \xc3\xa9 %e2%84%aa %c5%bf %c4%b1 %ef%bd%81 %c2%ad %e2%80%8b'.split(' '),
  ...'; ;a=b %3b %3f %23 %26 %20 + %09 %0d%0a ~ * : @ %40'.split(' '),
  ...'A a b-c v1 app team-a apps/web apps%2Fweb apps%252Fweb %61 %2561'.split(' '),
  `sha256:${'a'.repeat(64)}`,
  `sha256%3A${'a'.repeat(64)}`,
];
const segment = fc
  .array(fc.constantFrom(...PARTS), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join(''));
const target = fc.oneof(
  fc.constantFrom('GET /harbor/repositories/team-%61', 'GET /harbor/artifacts/team-a/apps%252Fweb'),
  segment.map((project) => `GET /harbor/repositories/${project}`),
  fc.tuple(segment, segment).map((names) => `GET /harbor/artifacts/${names.join('/')}`),
  fc.tuple(segment, segment).map(([a, b]) => `GET /harbor/artifacts/team-a/${a}/${b}`),
  fc.tuple(segment, segment).map(([a, b]) => `DELETE /harbor/artifacts/team-a/${a}/${b}`),
  segment.map((reference) => `DELETE /harbor/artifacts/team-a/app/${reference}`),
  segment.map((reference) => `GET /harbor/artifacts/team-a/app/${reference}/deletion-plan`),
  segment.map((reference) => `GET /usage/team-a/app/${reference}`),
  segment.map((name) => `GET /ui/harbor/team-a/${name}`),
  segment.map((name) => `GET /ui/artifacts/team-a/app/${name}`),
  segment.map((name) => `GET /nodes/${name}/images`),
);

/** The names in a call: project, repository and reference, each undefined if it has none. */
function namesIn(path: string) {
  const match =
    /^\/api\/v2\.0\/projects\/([^/]+)(?:\/repositories\/([^/]+))?(?:\/artifacts(?:\/([^/]+))?)?/.exec(
      path,
    );
  const [, project, repository, reference] = match ?? [];
  return {
    project,
    repository: repository && decodeURIComponent(decodeURIComponent(repository)),
    reference: reference && decodeURIComponent(reference),
  };
}

/** What a client asked for: decoded as often as an encoded name may be. */
function meantBy(path: string): string {
  try {
    return decodeURIComponent(decodeURIComponent(path));
  } catch {
    return ''; // no name can be meant by it
  }
}

it('every call has valid names, which are those of the request', async () => {
  const { listen, standIn } = createService({
    harbor: { registry: recordedRegistry(1) },
    config: {
      app_config: { write_token: 'token-t-of-the-test' },
      nodes_config: { max_age_ms: 0 },
      harbor_config: { harbor_username: 'admin', harbor_password: 'recorded-password' },
      delete_config: { delete_guard: 'off' },
    },
  });
  const { raw, url } = await listen();
  const headers = 'Host: localhost\r\nAuthorization: Bearer t\r\nConnection: close';
  await holdsAsync(
    target,
    async (line) => {
      const before = standIn?.calls.length ?? 0;
      const answer = await raw(`${line} HTTP/1.1\r\n${headers}\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1\.1 [1-5]\d\d/);
      expect(answer).not.toMatch(/"code": ?"internal"/);
      const paths = (standIn?.calls ?? [])
        .slice(before)
        .map(({ path }) => path.split('?')[0] ?? '');
      const folded = paths.filter(
        (path) => new URL(path, url).pathname !== path || /\/\.|;/.test(path),
      );
      expect(folded).toEqual([]);
      const names = paths.map(namesIn);
      const wrong = names.filter(
        ({ project = 'a', repository = 'a', reference = 'a' }) =>
          !GRAMMAR.test(project) || !GRAMMAR.test(repository) || !REFERENCE.test(reference),
      );
      expect(wrong).toEqual([]);
      const meant = meantBy(line);
      const others = names.filter(({ project = '' }) => !meant.includes(project));
      expect(others).toEqual([]);
      const repositories = names.filter(({ repository = '' }) => !meant.includes(repository));
      expect(repositories).toEqual([]);
    },
    200,
  );
  // Some names are valid, so calls do go out.
  expect(standIn?.calls.length).toBeGreaterThan(5);
}, 240_000);
