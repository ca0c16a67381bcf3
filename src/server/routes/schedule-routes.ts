// Schedules: the cron triggers of the workflows, and when they are due next.

import { scheduleJson } from "../api-json.ts";
import { answer } from "../describe-route.ts";
import { jsonAnswer, type Route, route } from "../route.ts";
import { page, pageQuery } from "../schemas/parts.ts";
import { schedule } from "../schemas/workflow-schemas.ts";

export const scheduleRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/api/schedules",
    access: "session",
    id: "listSchedules",
    tag: "schedules",
    summary: "Cron triggers and their next times",
    query: pageQuery,
    answers: { 200: answer("Cron triggers", page("schedules", schedule)) },
    errors: ["invalid_cursor"],
    handle: async ({ engine }, { asked }, tenant) => {
      const { rows, next } = await engine.listSchedules(tenant, asked.cursor ?? null, asked.limit);
      return jsonAnswer(200, { schedules: rows.map(scheduleJson), next });
    },
  }),
];
