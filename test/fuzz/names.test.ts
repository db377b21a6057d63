/** Names: of images as runtimes write them, and of Harbor. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { harborPaths, harborUrl } from '../../shared/adapters/harbor/http/url.ts';
import { imageNames, placeOf } from '../../shared/domain/images/image-names.ts';
import { localImageRows } from '../../shared/domain/local-images/local-image-rows.ts';
import { parseIgnoreList } from '../../shared/domain/local-images/parse-ignore-list.ts';
import { parseDuration } from '../../shared/values/duration.ts';
import {
  digestIn,
  isImageId,
  parseImageName,
  withoutDockerScheme,
} from '../../shared/values/image-name.ts';
import {
  isProjectName,
  isRepositoryName,
  printable,
  toReference,
} from '../../shared/values/names.ts';
import { imageRow } from '../support/host-rows.ts';
import { holds } from './fuzz.ts';
import { expectLinear } from './growth.ts';
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

describe('the time for a name grows with its length:', () => {
  const longTexts: readonly (readonly [string, (size: number) => string])[] = [
    ['letters', (n) => `${'a'.repeat(n)}!`],
    ['dashes', (n) => `a${'-'.repeat(n)}!`],
    ['underscores', (n) => `a${'__'.repeat(n / 2)}!`],
    ['dots', (n) => `${'a.'.repeat(n / 2)}!`],
    ['slashes', (n) => `${'a/'.repeat(n / 2)}!`],
    ['only slashes', (n) => '/'.repeat(n)],
    ['colons', (n) => `${'a:'.repeat(n / 2)}!`],
    ['at signs', (n) => '@'.repeat(n)],
    ['a digest', (n) => `a@a${'+a'.repeat(n / 2)}:!`],
    ['digits of a digest', (n) => `a@sha256:${'0'.repeat(n)}!`],
    ['pause', (n) => 'pause-'.repeat(n / 6)],
  ];
  const parsers = {
    isProjectName,
    isRepositoryName,
    toReference,
    printable,
    parseImageName,
    withoutDockerScheme,
    isImageId,
    parseDuration,
    placeOf: (text: string) => placeOf(text, ['harbor.example.test', 'docker.io']),
  };
  it.each(longTexts)('%s', async (_, make) => {
    for (const parse of Object.values(parsers)) await expectLinear<string>(make, parse);
  });

  it.each<[string, (n: number) => Partial<Parameters<typeof imageRow>[0]>]>([
    ['tags', (n) => ({ repo_tags: Array.from({ length: n / 8 }, (_, i) => `a${i}:1`) })],
    [
      'digests',
      (n) => ({ repo_digests: Array.from({ length: n / 80 }, (_, i) => `${i}@${DIGEST}`) }),
    ],
    [
      'both',
      (n) => ({
        repo_tags: Array.from({ length: n / 80 }, (_, i) => `a${i}:1`),
        repo_digests: Array.from({ length: n / 80 }, (_, i) => `a${i}@${DIGEST}`),
      }),
    ],
  ])('the %s of one image', async (_, make) => {
    const row = (n: number) => imageRow(make(n) as Parameters<typeof imageRow>[0]);
    await expectLinear(row, (image) => imageNames(image), { last: 512_000 });
    await expectLinear(row, (image) => localImageRows([image], nothing), { last: 512_000 });
  });
});
