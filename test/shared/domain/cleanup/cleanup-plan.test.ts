/** What a policy chooses and what is kept, as a table. */

import { describe, expect, it } from 'vitest';
import { type Holding, planCleanup } from '../../../../shared/domain/cleanup/cleanup-plan.ts';
import type { RegistryArtifact } from '../../../../shared/ports/registry-artifact.ts';
import { readPolicy } from '../../../../shared/values/policy/policy.ts';
import { atOnce } from '../../../../shared/values/waiting/give-way.ts';
import { projectNamed, repositoryNamed } from '../../../support/names.ts';
import { listedArtifact } from '../../../support/registry-artifact.ts';

const NOW_MS = Date.parse('2026-11-26T12:00:00Z');
const DAY_MS = 24 * 3_600_000;
const daysAgo = (days: number) => new Date(NOW_MS - days * DAY_MS).toISOString();

const repositoryAt = (repository: string) => ({
  project: projectNamed('shop'),
  repository: repositoryNamed(repository),
});

interface Row extends Partial<Omit<RegistryArtifact, 'pushTime' | 'pullTime'>> {
  /** Days ago; null: unknown. */
  readonly pushed?: number | null;
  readonly pulled?: number;
}

/** Artifacts by their digest, which is a word here. */
function artifacts(rows: Readonly<Record<string, Row>>): readonly RegistryArtifact[] {
  return Object.entries(rows).map(([digest, { pushed = 100, pulled, ...row }]) =>
    listedArtifact(digest, {
      sizeBytes: 10,
      ...row,
      pushTime: pushed === null ? null : daysAgo(pushed),
      pullTime: pulled === undefined ? null : daysAgo(pulled),
    }),
  );
}

/** The plan, short: the digests in their order with their rules, and why the others are kept. */
function planned(
  policy: object,
  rows: Readonly<Record<string, Row>>,
  held: Readonly<Record<string, Holding['reason']>> = {},
) {
  const read = readPolicy(policy).policy;
  if (read === null) throw new Error('the policy is not valid');
  const { candidates, kept } = atOnce(
    planCleanup({
      policy: read,
      repositories: [{ at: repositoryAt('web'), artifacts: artifacts(rows) }],
      holdingsIn:
        () =>
        ({ digest }) => {
          const reason = held[digest];
          return reason === undefined ? null : { reason, detail: 'It is held.' };
        },
      nowMs: NOW_MS,
    }),
  );
  return {
    chosen: candidates.map(({ digest, rules }) => `${digest} by ${rules.join('+')}`),
    kept: Object.fromEntries(kept.map(({ digest, reason }) => [digest, reason])),
  };
}

describe('tags', () => {
  it.each([
    ['all of them covered', ['v1', 'v1.0'], ['a by tags'], {}],
    ['one of them not covered', ['v1', 'prod'], [], { a: 'other_tags' }],
    ['none of them covered', ['prod'], [], { a: 'other_tags' }],
    ['none at all', [], [], { a: 'untagged' }],
  ])('an artifact with %s', (_, tags, chosen, kept) => {
    expect(planned({ tags: ['v*'] }, { a: { tags } })).toEqual({ chosen, kept });
  });
});

describe('keep_newest', () => {
  const rows = {
    old: { tags: ['v1'], pushed: 30 },
    middle: { tags: ['v2'], pushed: 20 },
    new: { tags: ['v3'], pushed: 10 },
  };

  it('keeps the newest and chooses the oldest first', () => {
    expect(planned({ keep_newest: 1 }, rows)).toEqual({
      chosen: ['old by keep_newest', 'middle by keep_newest'],
      kept: { new: 'newest' },
    });
  });

  it('counts artifacts that are in use', () => {
    expect(planned({ keep_newest: 2 }, rows, { new: 'in_use', old: 'in_use' })).toEqual({
      chosen: [],
      kept: { new: 'newest', middle: 'newest', old: 'in_use' },
    });
  });

  it('counts only what the tags of the policy cover', () => {
    const more = { ...rows, release: { tags: ['prod'], pushed: 1 }, none: { pushed: 2 } };

    expect(planned({ tags: ['v*'], keep_newest: 1 }, more)).toEqual({
      chosen: ['old by tags+keep_newest', 'middle by tags+keep_newest'],
      kept: { new: 'newest', release: 'other_tags', none: 'untagged' },
    });
  });

  it('keeps all that were pushed at the same time as the last one', () => {
    const same = { a: { tags: ['a'], pushed: 5 }, b: { tags: ['b'], pushed: 5 }, ...rows };

    expect(planned({ keep_newest: 1 }, same).kept).toEqual({ a: 'newest', b: 'newest' });
  });

  it('keeps artifacts whose push time is unknown, and does not count them', () => {
    const unknown = { ...rows, unknown: { tags: ['x'], pushed: null } };

    expect(planned({ keep_newest: 1 }, unknown).kept).toEqual({ new: 'newest', unknown: 'newest' });
  });

  it('is a number for each repository', () => {
    const policy = readPolicy({ keep_newest: 1 }).policy;
    const plan = atOnce(
      planCleanup({
        policy: policy as NonNullable<typeof policy>,
        repositories: [
          { at: repositoryAt('web'), artifacts: artifacts(rows) },
          { at: repositoryAt('api'), artifacts: artifacts({ only: { tags: ['v1'], pushed: 90 } }) },
        ],
        holdingsIn: () => () => null,
        nowMs: NOW_MS,
      }),
    );

    expect(plan.kept.map(({ repository, digest }) => `${repository} ${digest}`)).toEqual([
      'web new',
      'api only',
    ]);
  });
});

describe('older_than', () => {
  it.each([
    ['pushed long ago and never pulled', { pushed: 31 }, ['a by older_than'], {}],
    ['pushed long ago and pulled since', { pushed: 90, pulled: 29 }, [], { a: 'too_new' }],
    ['pulled long ago too', { pushed: 90, pulled: 31 }, ['a by older_than'], {}],
    ['pushed lately', { pushed: 29 }, [], { a: 'too_new' }],
    ['pushed exactly then', { pushed: 30 }, [], { a: 'too_new' }],
    ['pushed in the future', { pushed: -5 }, [], { a: 'too_new' }],
    ['pushed at an unknown time', { pushed: null }, [], { a: 'too_new' }],
  ])('an artifact that was %s', (_, row, chosen, kept) => {
    expect(planned({ older_than: '30d' }, { a: { tags: ['v1'], ...row } })).toEqual({
      chosen,
      kept,
    });
  });
});

describe('untagged', () => {
  const rows = { tagged: { tags: ['v1'], pushed: 50 }, none: { pushed: 40 }, young: { pushed: 1 } };

  it.each([
    [false, ['tagged by older_than'], { none: 'untagged', young: 'untagged' }],
    [true, ['tagged by older_than', 'none by untagged+older_than'], { young: 'too_new' }],
    ['only', ['none by untagged+older_than'], { tagged: 'tagged', young: 'too_new' }],
  ])('%s, with older_than', (untagged, chosen, kept) => {
    expect(planned({ older_than: '30d', untagged }, rows)).toEqual({ chosen, kept });
  });

  it('takes all of them, whatever keep_newest says, which does not count them', () => {
    expect(planned({ keep_newest: 1, untagged: true }, rows)).toEqual({
      chosen: ['none by untagged', 'young by untagged'],
      kept: { tagged: 'newest' },
    });
  });
});

describe('always kept', () => {
  it.each(['in_use', 'present'] as const)('what a node has (%s)', (reason) => {
    expect(planned({ tags: ['*'] }, { a: { tags: ['v1'] } }, { a: reason })).toEqual({
      chosen: [],
      kept: { a: reason },
    });
  });

  it('what Harbor makes immutable', () => {
    const rows = { a: { tags: ['v1', 'v2'], immutableTags: ['v2'] } };

    expect(planned({ tags: ['*'] }, rows)).toEqual({ chosen: [], kept: { a: 'immutable' } });
  });

  it('what an index refers to, also when the index is chosen', () => {
    const rows = { index: { tags: ['v1'], children: ['child'] }, child: { tags: ['v1-amd64'] } };

    expect(planned({ tags: ['*'] }, rows)).toEqual({
      chosen: ['index by tags'],
      kept: { child: 'referenced' },
    });
  });
});

describe('limits', () => {
  const rows = {
    third: { tags: ['v3'], pushed: 10, sizeBytes: 1 },
    first: { tags: ['v1'], pushed: 30, sizeBytes: 5 },
    second: { tags: ['v2'], pushed: 20, sizeBytes: 6 },
    never: { tags: ['x'], pushed: null, sizeBytes: 1 },
  };

  it.each([
    [{ max_deletions: 2 }, ['first', 'second']],
    [{ max_deletions: 9 }, ['first', 'second', 'third', 'never']],
    [{ max_bytes: 11 }, ['first', 'second']],
    [{ max_bytes: 10 }, ['first']],
    [{ max_bytes: 4 }, []],
    [{ max_deletions: 1, max_bytes: 11 }, ['first']],
  ])('%j chooses the oldest pushes and keeps the rest', (limits, digests) => {
    const { chosen, kept } = planned({ tags: ['*'], ...limits }, rows);

    expect(chosen).toEqual(digests.map((digest) => `${digest} by tags`));
    expect(Object.values(kept)).toEqual(Array(4 - digests.length).fill('limit'));
  });

  it('count only what would be deleted', () => {
    const { chosen } = planned({ tags: ['*'], max_deletions: 1 }, rows, { first: 'in_use' });

    expect(chosen).toEqual(['second by tags']);
  });
});
