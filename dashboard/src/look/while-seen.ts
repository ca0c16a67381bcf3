// Follows while somebody may see it: a browser gives all tabs of a server six connections, and each that follows holds one.

/** How long a page follows on that nobody sees (milliseconds). */
const restsAfterMs = 30_000;

/**
 * What `follow` gives until it ends by itself or `signal` ends it. It is begun anew when a page is seen again that was hidden for half a
 * minute, and must then tell what came meanwhile.
 */
export async function* whileSeen<Told>(
  follow: (signal: AbortSignal) => AsyncIterable<Told>,
  signal: AbortSignal,
): AsyncGenerator<Told> {
  while (!signal.aborted) {
    const rest = restOf(signal);
    try {
      yield* follow(rest.signal);
    } finally {
      rest.end();
    }
    if (!rest.signal.aborted) return;
    await seen(signal);
  }
}

/** Aborted with `outer`, and when the page has been hidden for long. */
function restOf(outer: AbortSignal) {
  const control = new AbortController();
  const abort = () => control.abort();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = () => {
    clearTimeout(timer);
    if (document.hidden) timer = setTimeout(abort, restsAfterMs);
  };
  document.addEventListener("visibilitychange", look);
  outer.addEventListener("abort", abort);
  look();
  return {
    signal: control.signal,
    end() {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", look);
      outer.removeEventListener("abort", abort);
    },
  };
}

/** Resolves when the page is seen, or `signal` ends it. */
function seen(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (document.hidden && !signal.aborted) return;
      document.removeEventListener("visibilitychange", look);
      signal.removeEventListener("abort", look);
      resolve();
    };
    document.addEventListener("visibilitychange", look);
    signal.addEventListener("abort", look);
    look();
  });
}
