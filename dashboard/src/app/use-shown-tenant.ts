// Whose pages are shown. Ids and filters in the address are of one tenant: they are gone before the next is shown.

import { useEffect, useState } from "react";
import { places } from "./places.ts";
import { pageHistory } from "./router.tsx";

/** The current tenant, null when nobody is signed in; `nobody` while the address of the one before is left. */
export function useShownTenant(current: string | null): string | null {
  const [shown, setShown] = useState(current);
  useEffect(() => {
    // Who signs in is shown the page that was asked for.
    if (shown !== null && shown !== current) leaveAddress();
    setShown(current);
  }, [shown, current]);
  return shown === current ? current : "nobody";
}

/** To the beginning of the part that was looked at, without its filters. */
function leaveAddress(): void {
  const part = places.find(({ to }) => `${location.pathname}/`.startsWith(`${to}/`));
  pageHistory.replace(part?.to ?? "/runs", undefined, { ignoreBlocker: true });
}
