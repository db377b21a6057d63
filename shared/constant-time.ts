/** Comparison of secrets. */

/** Whether two texts are equal. The time does not reveal where they differ. */
export async function equalTexts(a: string, b: string): Promise<boolean> {
  const [left, right] = await Promise.all([digest(a), digest(b)]);
  let difference = 0;
  for (let index = 0; index < left.length; index += 1) {
    difference |= (left[index] ?? 0) ^ (right[index] ?? 0xff);
  }
  return difference === 0;
}

/** All digests have the same length, and an attacker cannot choose their bytes. */
async function digest(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
}
