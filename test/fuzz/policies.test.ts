/** Policies of cleanups, their globs, plans in `If-Match`, and the trace of a request. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { requiredCleanupTag } from '../../shared/domain/cleanup/cleanup-tag.ts';
import { deletionOptions } from '../../shared/domain/deletion/deletion-options.ts';
import { matchesTag } from '../../shared/http/lists/list-answer.ts';
import {
  childContext,
  readTraceContext,
  traceHeaders,
} from '../../shared/ports/tracing/trace-context.ts';
import { isDigest } from '../../shared/values/names.ts';
import { compileGlobs } from '../../shared/values/policy/globs.ts';
import { readPolicy } from '../../shared/values/policy/policy.ts';
import { referenceNamed } from '../support/names.ts';
import { holds, unlessRefused } from './fuzz.ts';
import { expectLinear } from './growth.ts';
import { mutatedJson } from './json-mutations.ts';
import { anyText, headerText, mutated } from './texts.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const POLICY = {
  projects: ['shop', '!shop-old'],
  repositories: ['shop/*', '*/web'],
  tags: ['ci-*', '!ci-keep'],
  keep_newest: 3,
  older_than: '30d',
  untagged: true,
  max_deletions: 10,
  max_bytes: 1000,
  reason: 'old builds',
};
const CLEANUP_TAG = `"plan-${'a'.repeat(12)}.${'b'.repeat(12)}.12.${'c'.repeat(32)}"`;

it('a bad policy has faults, one for each member, or limits that are positive', () => {
  holds(mutatedJson([POLICY, { untagged: 'only' }]), (value) => {
    const { policy, faults } = readPolicy(value);
    expect(policy === null).toBe(faults !== null && faults.length > 0);
    const members = (faults ?? []).map(({ member }) => member);
    expect(new Set(members).size).toBe(members.length);
    const { maxDeletions = 1, maxBytes = 1, keepNewest = 1, olderThanMs = 1 } = policy ?? {};
    const limits = [maxDeletions, maxBytes, keepNewest ?? 1, (olderThanMs ?? 0) + 1];
    expect(limits.filter((limit) => !(limit >= 1))).toEqual([]);
  });
});

it('globs cover what the same regular expressions match', () => {
  const part = fc.stringMatching(/^[ab*]{1,6}$/);
  holds(fc.tuple(part, fc.stringMatching(/^[ab]{0,8}$/)), ([glob, text]) => {
    const pattern = new RegExp(`^${glob.replace(/\*+/g, '.*')}$`);
    expect(compileGlobs([glob])(text)).toBe(pattern.test(text));
    expect(compileGlobs([`!${glob}`])(text)).toBe(!pattern.test(text));
  });
});

it('a bad If-Match is refused, or names digests or one plan that it holds', () => {
  const valid = [`"${DIGEST}"`, `"${DIGEST}", W/"${DIGEST}"`, '*', CLEANUP_TAG];
  const asked = { query: {}, isJournaled: true };
  holds(fc.oneof(headerText, mutated(valid)), (ifMatch) => {
    const options = unlessRefused(() =>
      deletionOptions(referenceNamed('v1'), { ...asked, ifMatch }),
    );
    expect(
      options?.ifMatch?.every((digest) => isDigest(digest) && ifMatch.includes(digest)),
    ).not.toBe(false);
    // `null` means any: only the asterisk says that.
    const isAny = options !== null && options.ifMatch === null && options.planTag === null;
    expect(isAny).toBe(ifMatch.trim() === '*');
    const tag = unlessRefused(() => requiredCleanupTag(ifMatch));
    expect(tag === null || ifMatch.includes(`"${tag}"`)).toBe(true);
  });
});

it('If-None-Match matches a tag only if it has it, or an asterisk', () => {
  holds(
    fc.tuple(mutated(['"a", W/"b"', '*']), fc.constantFrom('"a"', 'W/"b"')),
    ([given, etag]) => {
      const has = given.includes(etag.replace('W/', '')) || given.includes('*');
      expect(matchesTag(given, etag) && !has).toBe(false);
    },
  );
});

it('a traceparent is passed on only as W3C Trace Context has it', () => {
  const valid = [
    '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    'cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what-comes-later',
  ];
  const parent = fc.oneof(headerText, mutated(valid).map(sendable));
  const state = fc.oneof(headerText, mutated(['a=1,b@c=2']).map(sendable));
  holds(fc.tuple(parent, state), ([traceparent, tracestate]) => {
    const context = readTraceContext(new Headers({ traceparent, tracestate }));
    const headers = traceHeaders(childContext(context));
    expect(headers['traceparent']).toMatch(/^00-(?!0{32})[0-9a-f]{32}-[0-9a-f]{16}-0[0-3]$/);
    expect(headers['tracestate'] ?? '').toMatch(/^[^\p{Cc}]{0,512}$/u);
    expect(traceparent).toContain(context?.traceId ?? '');
  });
});

function sendable(text: string): string {
  return text.replace(/[^\x20-\x7e\x80-\xff]/g, '').trim();
}

describe('the time grows with the size of', () => {
  const members = (n: number) =>
    Object.fromEntries(Array.from({ length: n / 20 }, (_, i) => [`a${i}`, 1]));
  it.each<[string, (n: number) => unknown]>([
    ['a policy of unknown members', members],
    ['a policy of wrong globs', (n) => ({ tags: Array(Math.floor(n / 10)).fill('/') })],
    ['a glob', (n) => ({ tags: [`${'a*'.repeat(n / 2)}/`] })],
    ['a glob of slashes', (n) => ({ repositories: [`${'/'.repeat(n)}!`] })],
    ['a duration', (n) => ({ older_than: '1'.repeat(n) })],
    ['a reason', (n) => ({ tags: ['*'], reason: 'a'.repeat(n) })],
  ])('%s', async (_, make) => {
    await expectLinear(make, (value) => readPolicy(value), { last: 64_000 });
  });

  it('a text that a glob of many parts does not match', async () => {
    const covers = compileGlobs([`${'a*'.repeat(250)}b`]);
    await expectLinear((n) => 'a'.repeat(n), covers);
  });

  it.each(['-', '0', 'ff-', 'a=1,', ','])('trace headers of %j', async (part) => {
    const headers = (n: number) => {
      const text = part.repeat(n / part.length);
      return new Headers({ traceparent: `cc-${text}`, tracestate: text });
    };
    await expectLinear(headers, readTraceContext);
  });

  it.each(['"', ' ', '"a" ', '*'])('an If-Match of a plan of %j', async (part) => {
    await expectLinear((n) => part.repeat(n / part.length), requiredCleanupTag);
  });

  it('a text of any kind, as a name of a tag', () => {
    holds(anyText, (text) =>
      expect(matchesTag(text, '"never"')).toBe(text.split(',').some(isStar)),
    );
  });
});

const isStar = (entry: string) => entry.trim() === '*';
