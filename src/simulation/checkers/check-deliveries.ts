// Deliveries: whatever a hook was answered to have taken stands among its deliveries, with the run or the item that was told.

import type { Broken, History } from "../history.ts";

export function checkDeliveries({ granted }: History): readonly Broken[] {
  const kept = new Set(
    granted.deliveries.map(({ tenant, hook, run, item }) => `${tenant}/${hook}/${run ?? item}`),
  );
  return granted.hooked.flatMap(({ tenant, hook, order, told }) =>
    told
      .filter(({ type, what }) => type !== "refused" && !kept.has(`${tenant}/${hook}/${what}`))
      .map(({ type, what }) => ({
        promise: "what a hook took has its delivery",
        run: type === "run" ? what : null,
        what: `${order}: none came to ${what}`,
      })),
  );
}
