import { describe, expect, it } from 'vitest';
import {
  changesBetween,
  changesSince,
  isPlanTag,
  type PlanContent,
  planTag,
} from '../../../../shared/domain/deletion/plan-tag.ts';

const CONTENT: PlanContent = {
  reference: '["team","web","v1"]',
  digest: 'sha256:1',
  tags: '["v1"]',
  children: '[]',
  accessories: '[]',
  indexes: '[]',
  immutable_tags: '[]',
  read_only: 'false',
  size_bytes: '1',
  usage: 'absent',
  uses: '[]',
  present_on: '[]',
  nodes: '["a ok"]',
  other_repositories: '[]',
  blockers: '[]',
  tag_only: 'false',
};

describe('the tag of a plan', () => {
  it('is the same for the same plan', async () => {
    expect(await planTag({ ...CONTENT })).toBe(await planTag(CONTENT));
  });

  it('is a tag of a plan, and other texts are not', async () => {
    const tag = await planTag(CONTENT);
    expect(isPlanTag(tag)).toBe(true);
    expect(isPlanTag(tag.slice(0, -1))).toBe(false);
    expect(isPlanTag(`${tag}x`)).toBe(false);
    expect(isPlanTag('plan-')).toBe(false);
    expect(isPlanTag('sha256:1')).toBe(false);
  });

  it('tells no change', async () => {
    expect(await changesSince(await planTag(CONTENT), CONTENT)).toBe(null);
  });

  it.each(Object.keys(CONTENT) as (keyof PlanContent)[])('tells a change of %s', async (member) => {
    const changed = { ...CONTENT, [member]: 'other' };
    expect(await changesSince(await planTag(CONTENT), changed)).toEqual([member]);
    expect(changesBetween(CONTENT, changed)).toEqual([member]);
  });

  it('does not take one member for another', async () => {
    const swapped = { ...CONTENT, usage: CONTENT.read_only, read_only: CONTENT.usage };
    expect(await changesSince(await planTag(CONTENT), swapped)).toEqual(['read_only', 'usage']);
  });
});
