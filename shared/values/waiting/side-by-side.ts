/** Work on several things at the same time, of which all must succeed. */

/** Results in the order of the items. The first failure ends the others. */
export async function sideBySide<Item, Result>(
  signal: AbortSignal,
  items: readonly Item[],
  work: (item: Item, signal: AbortSignal) => Promise<Result>,
): Promise<readonly Result[]> {
  if (items.length === 0) return [];
  const siblings = new AbortController();
  const either = AbortSignal.any([signal, siblings.signal]);
  try {
    return await Promise.all(items.map((item) => work(item, either)));
  } catch (err) {
    siblings.abort(err);
    throw err;
  }
}
