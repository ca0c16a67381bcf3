// Does the same with many things, a bounded number at a time.

/**
 * Results in the order of `items`, whichever is done first; each is begun in that order as soon as one before it has
 * ended. When one rejects none is begun any more, and the whole rejects.
 */
export async function sideBySide<Item, Result>(
  items: readonly Item[],
  atOnceMax: number,
  perform: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const left = items.entries();
  let failed = false;
  const lane = async () => {
    // All lanes take from the same iterator.
    for (const [index, item] of left) {
      try {
        results[index] = await perform(item);
      } catch (error) {
        failed = true;
        throw error;
      }
      if (failed) return;
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnceMax, items.length) }, lane));
  return results;
}
