/** Policies of cleanups, their globs, plans in `If-Match`, and the trace of a request. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
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
import { DIGEST, POLICY } from './examples.ts';
import { holds, unlessRefused } from './fuzz.ts';
import { mutatedJson } from './json-mutations.ts';
import { anyText, headerText, mutated, sendable } from './texts.ts';

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

it('a text of any kind matches no tag that it does not have', () => {
  holds(anyText, (text) =>
    expect(matchesTag(text, '"never"')).toBe(text.split(',').some((entry) => entry.trim() === '*')),
  );
});
