/** How pages show what Harbor says of an artifact. Unknown is never shown as no. */

import type { Platform } from '../../ports/registry-rows.ts';
import { firstNames } from '../../values/first-names.ts';
import type { RepositoryAt } from '../../values/names.ts';
import { Badge } from '../parts/badge.tsx';
import { Digest, Unknown } from '../parts/values.tsx';
import { artifactAddress } from '../view/links.ts';

/** How many platforms, or immutable tags, are named. */
const MAX_LISTED = 50;

export function TypeName({ type }: { readonly type: string | null }) {
  return type === null ? <Unknown /> : <span>{type.toLowerCase()}</span>;
}

/** Several platforms unfold; each is a manifest of its own. */
export function Platforms({
  at,
  platforms,
}: {
  readonly at: RepositoryAt;
  readonly platforms: readonly Platform[];
}) {
  const [only] = platforms;
  if (only === undefined) return <Unknown text="none listed" />;
  if (platforms.length === 1) return <span>{platformName(only)}</span>;
  return (
    <details class="unfold">
      <summary>{platforms.length} platforms</summary>
      <ul>
        {platforms.slice(0, MAX_LISTED).map((platform) => (
          <li>
            <a href={artifactAddress({ ...at, reference: platform.digest })}>
              {platformName(platform)}
            </a>{' '}
            <Digest digest={platform.digest} />
          </li>
        ))}
        {platforms.length > MAX_LISTED && <li>and {platforms.length - MAX_LISTED} more</li>}
      </ul>
    </details>
  );
}

function platformName({ os, architecture, variant }: Platform): string {
  const known = [os, architecture, variant].filter((part) => part !== null);
  return known.length === 0 ? 'no platform' : known.join('/');
}

/** @param immutable the tags that Harbor's rules make immutable; null: not asked for */
export function Immutable({
  tags,
  immutable,
}: {
  readonly tags: readonly string[];
  readonly immutable: readonly string[] | null;
}) {
  if (immutable === null) return <Unknown />;
  if (immutable.length === 0) return <span>no</span>;
  return immutable.length === tags.length ? (
    <Badge kind="info">yes</Badge>
  ) : (
    <Badge kind="info">{firstNames(immutable, MAX_LISTED)}</Badge>
  );
}

export function Signed({ isSigned }: { readonly isSigned: boolean | null }) {
  if (isSigned === null) return <Unknown />;
  return isSigned ? <Badge kind="ok">yes</Badge> : <span>no</span>;
}
