/** The artifacts that a plan keeps, and why. */
import { KEPT_REASONS, type Kept } from '../../domain/cleanup/cleanup-answer.ts';
import { humanSize } from '../../values/size.ts';
import { ArtifactName } from './artifact-name.tsx';
import { artifactsText, KEPT_TEXTS } from './policy-texts.ts';

/** The number of artifacts shown of those that are kept for one reason. */
const MAX_EXAMPLES = 20;

/** Shows what the policy covers and the plan keeps, by reason. */
export function KeptArtifacts({ kept }: { readonly kept: readonly Kept[] }) {
  if (kept.length === 0) return null;
  return (
    <section aria-labelledby="kept">
      <h2 id="kept">{`${artifactsText(kept.length)} kept, and why`}</h2>
      {KEPT_REASONS.flatMap((reason) => {
        const rows = kept.filter((row) => row.reason === reason);
        return rows.length === 0 ? [] : <KeptFor reason={KEPT_TEXTS[reason]} rows={rows} />;
      })}
    </section>
  );
}

function KeptFor({ reason, rows }: { readonly reason: string; readonly rows: readonly Kept[] }) {
  const more = rows.length - MAX_EXAMPLES;
  return (
    <details>
      <summary>
        <strong>{rows.length}</strong> {reason}
      </summary>
      <ul>
        {rows.slice(0, MAX_EXAMPLES).map((row) => (
          <li>
            <ArtifactName row={row} /> <span class="small">({humanSize(row.size_bytes)})</span>{' '}
            {row.detail}
          </li>
        ))}
      </ul>
      {more > 0 && <p>{`and ${more} more`}</p>}
    </details>
  );
}
