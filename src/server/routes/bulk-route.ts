// One action on every run that fits a filter.

import { bulkJson } from "../api-json.ts";
import { answer, jsonBody } from "../describe-route.ts";
import { jsonAnswer, type Route, route } from "../route.ts";
import { runFilterQuery, runQueryOf } from "../run-filter.ts";
import { runId } from "../schemas/parts.ts";
import { choice, flag, list, optional, orNull, record, text, whole } from "../typed-schema.ts";

const filter = record("Which runs: at least one member, so that not every run is taken", runFilterQuery);

export const bulkRoute: Route = route({
  method: "POST",
  path: "/api/runs/bulk",
  access: "session",
  id: "bulk",
  tag: "runs",
  summary: "One action on every run that fits a filter",
  body: jsonBody(
    record("A bulk action", {
      action: choice("What is done with each", ["cancel", "pause", "resume", "rerun"]),
      preview: optional(flag("Only tell which runs are taken: nothing is done with them")),
      filter: { ...filter, source: { ...filter.source, minProperties: 1 } },
    }),
  ),
  answers: {
    200: answer(
      "What became of each",
      record("Results", {
        matched: whole("Runs that fit"),
        results: list(
          "Newest run first",
          record("Of one run", {
            run: runId,
            code: orNull(text("Why it was refused")),
            created: orNull(text("The run that goes again from it")),
          }),
        ),
      }),
    ),
  },
  errors: ["invalid_query"],
  handle: async ({ engine }, { body }, tenant) =>
    jsonAnswer(
      200,
      bulkJson(
        await engine.bulk(tenant, {
          action: body.action,
          filter: runQueryOf(body.filter),
          preview: body.preview ?? false,
        }),
      ),
    ),
});
