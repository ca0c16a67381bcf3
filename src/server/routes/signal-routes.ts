// Signals to runs.

import { acceptedItem } from "../accepted-answer.ts";
import { answer, jsonBody } from "../describe-route.ts";
import { idempotencyKeyOf } from "../idempotency-key-of.ts";
import { jsonAnswer, type Route, route } from "../route.ts";
import { runIdOf } from "../run-id-of.ts";
import { anyId, idempotencyKey, ofRun, runId } from "../schemas/parts.ts";
import { anything, optional, record, text } from "../typed-schema.ts";

const item = optional(anyId("Id of the item of the inbox that waits", "itm"));
const location = optional(text("Where the item is"));

export const signalRoutes: readonly Route[] = [
  route({
    method: "POST",
    path: "/api/runs/:id/signal/:name",
    access: "run_or_key",
    id: "sendSignal",
    tag: "runs",
    summary: "Sends a signal",
    params: { id: runId, name: text("Name of the signal") },
    headers: { "idempotency-key": idempotencyKey },
    body: jsonBody(anything("What the signal brings"), { none: null }),
    answers: {
      202: answer(
        "Taken: the run has it, or it waits in the inbox as `item`",
        record("What was taken", {
          run: optional(runId),
          signal: optional(text("Its name")),
          item,
          location,
        }),
        ofRun,
      ),
    },
    errors: [
      "run_not_found",
      "signal_unknown",
      "run_ended",
      "run_quarantined",
      "schema_mismatch",
      "too_many_signals",
      "inbox_bytes_full",
      "inbox_full",
      "idempotency_conflict",
    ],
    handle: async ({ engine }, request, tenant) => {
      const run = runIdOf(request);
      const signal = request.params["name"] as string;
      const waits = await engine.acceptSignal(tenant, run, signal, request.body, idempotencyKeyOf(request));
      if (waits !== null) return acceptedItem(waits);
      return jsonAnswer(202, { run, signal }, { "dispatched-run": run });
    },
  }),
];
