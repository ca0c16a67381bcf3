// Events from outside: CloudEvents that start runs and end waits.

import { readCloudEvents } from "../read-cloud-events.ts";
import { jsonAnswer, type Route } from "../route.ts";

export const eventRoutes: readonly Route[] = [
  {
    method: "POST",
    path: "/api/events",
    access: "key",
    handle: async ({ engine }, request, tenant) => {
      const receipts = await engine.putEvents(tenant, await readCloudEvents(request));
      return jsonAnswer(202, { events: receipts.map((receipt) => ({ ...receipt })) });
    },
  },
];
