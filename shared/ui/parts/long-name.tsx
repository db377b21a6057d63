/** A name with slashes, such as that of a repository. Where the line is too short, it breaks after a slash. */
export function LongName({ name }: { readonly name: string }) {
  return (
    <>
      {name.split(/(?<=\/)/).map((part, index) => (
        <>
          {index > 0 && <wbr />}
          {part}
        </>
      ))}
    </>
  );
}
