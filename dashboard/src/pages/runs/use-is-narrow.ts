// Whether the page is as narrow as a phone's.

import { useSyncExternalStore } from "react";

const narrow = matchMedia("(max-width: 767px)");

export function useIsNarrow(): boolean {
  return useSyncExternalStore(
    (listener) => {
      narrow.addEventListener("change", listener);
      return () => narrow.removeEventListener("change", listener);
    },
    () => narrow.matches,
  );
}
