/** Writes a tar archive (ustar), enough for OCI layouts and layers. */

export interface TarFile {
  /** Relative path, at most 100 bytes. */
  readonly name: string;
  readonly content: Uint8Array;
  readonly mode?: number;
}

/** The archive of `files`, with everything that could differ between two runs fixed. */
export function tar(files: readonly TarFile[]): Buffer {
  const blocks = files.flatMap(({ name, content, mode = 0o644 }) => [
    header(name, content.length, mode),
    content,
    Buffer.alloc((512 - (content.length % 512)) % 512),
  ]);
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

function header(name: string, size: number, mode: number): Buffer {
  const block = Buffer.alloc(512);
  const octal = (value: number, offset: number, length: number) =>
    block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, offset);
  block.write(name, 0);
  octal(mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(0, 136, 12);
  block.write('        0', 148);
  block.write('ustar\u000000', 257);
  octal(
    block.reduce((sum, byte) => sum + byte, 0),
    148,
    7,
  );
  return block;
}
