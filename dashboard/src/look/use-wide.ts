// Whether the window is as wide as that, now and when it changes.

import { useSyncExternalStore } from "react";

/** @param points of width, as CSS counts them */
export function useWide(points: number): boolean {
  const query = `(min-width: ${points}px)`;
  return useSyncExternalStore(
    (listener) => {
      const media = matchMedia(query);
      media.addEventListener("change", listener);
      return () => media.removeEventListener("change", listener);
    },
    () => matchMedia(query).matches,
  );
}
