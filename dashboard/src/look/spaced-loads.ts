// Loads what changes, however fast it changes: at once, then at most once in a while, and the last change is always loaded.

/**
 * Gives what is to be called on each change. One load at a time.
 *
 * @param restMs between the end of a load and the next
 * @param over nothing is loaded any more
 */
export function spacedLoads(load: () => Promise<unknown>, restMs: number, over: AbortSignal): () => void {
  let changed = false;
  let busy = false;
  const loadAll = async () => {
    busy = true;
    while (changed && !over.aborted) {
      changed = false;
      // What fails is shown where it is loaded; the next change loads it again.
      await load().catch(() => undefined);
      await rest(restMs, over);
    }
    busy = false;
  };
  return () => {
    changed = true;
    if (!busy) void loadAll();
  };
}

function rest(ms: number, over: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    over.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
