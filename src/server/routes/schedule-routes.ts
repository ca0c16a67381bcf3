// Schedules: the cron triggers of the workflows, and when they are due next.

import { scheduleJson } from "../api-json.ts";
import { jsonAnswer, pageLimit, queryNumber, type Route } from "../route.ts";

export const scheduleRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/api/schedules",
    access: "session",
    handle: async ({ engine }, request, tenant) => {
      const limit = queryNumber(request, "limit", pageLimit);
      const page = await engine.listSchedules(tenant, request.query.get("cursor"), limit);
      return jsonAnswer(200, { schedules: page.rows.map(scheduleJson), next: page.next });
    },
  },
];
