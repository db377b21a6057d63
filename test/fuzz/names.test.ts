/** Names: of images as runtimes write them, and of Harbor. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { harborPaths, harborUrl } from '../../shared/adapters/harbor/http/url.ts';
import { imageNames, placeOf } from '../../shared/domain/images/image-names.ts';
import { localImageRows } from '../../shared/domain/local-images/local-image-rows.ts';
import { parseIgnoreList } from '../../shared/domain/local-images/parse-ignore-list.ts';
import { parseDuration } from '../../shared/values/duration.ts';
import { digestIn, parseImageName, withoutDockerScheme } from '../../shared/values/image-name.ts';
import {
  isProjectName,
  isRepositoryName,
  printable,
  toReference,
} from '../../shared/values/names.ts';
import { imageRow } from '../support/host-rows.ts';
import { holds } from './fuzz.ts';
import { anyText, mutated } from './texts.ts';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;
const VALID = [
  'nginx',
  'docker.io/library/nginx:1.27',
  `harbor.example.test:8443/apps/web/frontend:v1@${DIGEST}`,
  `docker-pullable://[fd00::1]:5000/a@${DIGEST}`,
  '<none>@<none>',
  DIGEST,
];
const name = mutated(VALID);
/** Mostly within the grammar of Harbor. */
const harborName = fc.oneof(
  { weight: 4, arbitrary: fc.stringMatching(/^[a-z0-9]+([._-][a-z0-9]+){0,2}$/) },
  { weight: 1, arbitrary: fc.stringMatching(/^[a-z0-9._/-]+$/) },
  { weight: 1, arbitrary: name },
);
const GRAMMAR = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;
const nothing = parseIgnoreList('IMAGE\n').list;

it('any name of an image is read, and its parts are in it', () => {
  holds(name, (text) => {
    const { repository, tag, digest } = parseImageName(text);
    expect(text.startsWith(repository)).toBe(true);
    expect(tag === null || text.includes(`:${tag}`)).toBe(true);
    expect(digestIn(text)).toBe(digest);
    expect(digest ?? `a:${'0'.repeat(32)}`).toMatch(/^[\w+.-]+:[0-9a-f]{32,}$/);
    expect(text.endsWith(withoutDockerScheme(text))).toBe(true);
  });
});

it('images with any names have rows, and places within the grammar of Harbor', () => {
  holds(fc.tuple(anyText, fc.array(name), fc.array(name)), ([id, repo_tags, repo_digests]) => {
    const image = imageRow({ id, repo_tags, repo_digests });
    expect(localImageRows([image], nothing).length).toBeGreaterThan(0);
    const names = imageNames(image);
    expect(names.length).toBeGreaterThan(0);
    const registries = ['harbor.example.test:8443', 'docker.io'];
    const places = names.map(({ repository }) => placeOf(repository, registries));
    const within = places.flatMap((place) => (typeof place === 'string' ? [] : place));
    expect(within.filter(({ project }) => !GRAMMAR.test(project))).toEqual([]);
    expect(within.filter((at) => !at.repository.split('/').every((n) => GRAMMAR.test(n)))).toEqual(
      [],
    );
  });
});

it('no text becomes a path of Harbor other than the one of the same names', () => {
  holds(
    fc.tuple(harborName, harborName, harborName),
    ([project, repository, text]) => {
      const reference = toReference(text);
      fc.pre(isProjectName(project) && isRepositoryName(repository) && reference !== null);
      const url = harborUrl(
        'https://h/base',
        harborPaths.artifact({ project, repository }, reference),
      );
      const [, , , , , , , p = '', , r = '', , ref = ''] = url.split('/');
      expect([p, decodeURIComponent(decodeURIComponent(r)), ref]).toEqual([
        project,
        repository,
        text,
      ]);
    },
    1000,
  );
});

it('what is quoted for people is short ASCII on one line', () => {
  holds(anyText, (text) => {
    expect(printable(text)).toMatch(/^"[ -~]*…?"$/);
    expect(printable(text).length).toBeLessThan(500);
  });
});

it('a duration is a whole number of minutes up to a hundred years, or none', () => {
  holds(mutated(['45m', '12h', '30d', '4w', '99999999w']), (text) => {
    const ms = parseDuration(text) ?? 0;
    expect(ms % 60_000).toBe(0);
    expect(ms).toBeLessThanOrEqual(36_525 * 86_400_000);
  });
});
