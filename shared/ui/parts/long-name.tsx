/** A name with slashes, such as that of a repository. Where the line is too short, it breaks after a slash or a colon. */

/** Registries allow fewer. A runtime may say anything, and each place to break is an element. */
const MAX_PARTS = 50;

export function LongName({ name }: { readonly name: string }) {
  const parts = name.split(/(?<=[/:])/, MAX_PARTS);
  const rest = name.slice(parts.join('').length);
  return (
    <>
      {parts.map((part, index) => (
        <>
          {index > 0 && <wbr />}
          {part}
        </>
      ))}
      {rest}
    </>
  );
}
