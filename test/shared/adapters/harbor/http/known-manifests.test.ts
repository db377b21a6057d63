import { expect, it } from 'vitest';
import { createKnownManifests } from '../../../../../shared/adapters/harbor/http/known-manifests.ts';

const sha = (digit: string) => `sha256:${digit.repeat(64)}`;

it('forgets the manifest that was read first, and a configuration with its last manifest', () => {
  const known = createKnownManifests(2);
  known.add(sha('1'), { configDigest: sha('a') });
  known.add(sha('2'), { configDigest: sha('b') });
  known.add(sha('2'), { configDigest: sha('b') });
  known.add(sha('3'), { configDigest: sha('b') });

  expect(known.get(sha('1'))).toBeUndefined();
  expect(known.of([sha('2'), sha('3')])).toEqual([sha('b'), sha('b')]);
  expect(['a', 'b'].map((digit) => known.hasId(digit.repeat(64)))).toEqual([false, true]);

  known.add(sha('4'), { configDigest: sha('c') });
  expect(known.hasId(sha('b'))).toBe(true);
  known.add(sha('5'), { configDigest: sha('c') });
  expect(known.hasId(sha('b'))).toBe(false);
});
