/** The code of a system error (`ENOENT`), else its text. */
export function errorCode(err: unknown): string {
  if (err instanceof Error && 'code' in err && typeof err.code === 'string') return err.code;
  return err instanceof RangeError ? 'ENOMEM' : String(err); // no address space for a buffer
}
