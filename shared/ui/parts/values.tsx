/** How pages show single values: sizes, times, names that can be copied. */
import { humanSize } from '../../values/size.ts';

/** In place of a value that is not known, or not there. */
export function Unknown({ text = 'unknown' }: { readonly text?: string }) {
  return <span class="unknown">{text}</span>;
}

/** A size; unknown is not zero. */
export function Size({ bytes }: { readonly bytes: number | null }) {
  return bytes === null ? <Unknown /> : <span>{humanSize(bytes)}</span>;
}

/** A size with a bar that compares it with the largest of a list; without a list, there is no bar. */
export function SizeBar({
  bytes,
  largest,
}: {
  readonly bytes: number | null;
  readonly largest: number | undefined;
}) {
  if (bytes === null || largest === undefined) return <Size bytes={bytes} />;
  const share = largest === 0 ? 0 : (100 * bytes) / largest;
  return (
    <span class="size-bar">
      <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
        <rect class="track" width="100" height="6" />
        <rect class="fill" width={share.toFixed(1)} height="6" />
      </svg>
      <Size bytes={bytes} />
    </span>
  );
}

/** A time of the API (RFC 3339). */
export function Time({ at }: { readonly at: string | null }) {
  if (at === null) return <Unknown />;
  return <time datetime={at}>{`${at.slice(0, 10)} ${at.slice(11, 16)} UTC`}</time>;
}

/** The time of a pull: Harbor knows of each. */
export function PullTime({ at }: { readonly at: string | null }) {
  return at === null ? <span>never</span> : <Time at={at} />;
}

/** A digest, cut, with a button that copies all of it. */
export function Digest({ digest }: { readonly digest: string | null }) {
  if (digest === null) return <Unknown text="none" />;
  return (
    <span class="digest">
      <code title={digest}>{digest.slice(0, 19)}</code>
      <CopyButton text={digest} what="digest" />
    </span>
  );
}

/** A text that people copy, in full. */
export function Copied({ text, what }: { readonly text: string; readonly what: string }) {
  return (
    <>
      <code>{text}</code> <CopyButton text={text} what={what} />
    </>
  );
}

/** Copies a text. Without JavaScript it has no use, so the style sheet hides it then. */
export function CopyButton({ text, what }: { readonly text: string; readonly what: string }) {
  return (
    <button
      type="button"
      class="copy"
      data-copy={text}
      title={`Copy the ${what}`}
      aria-label={`Copy the ${what} ${text}`}
    />
  );
}
