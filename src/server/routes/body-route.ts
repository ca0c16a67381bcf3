// A body that stands apart from the events of its run, as it was recorded.

import { DispatchedError } from "../../value/problem.ts";
import type { StoredBody } from "../../value/stored-body.ts";
import { streamOf } from "../json-body.ts";
import { type Route, route } from "../route.ts";
import { runIdOf } from "../run-id-of.ts";
import { ofRun, runId } from "../schemas/parts.ts";
import { anything, text } from "../typed-schema.ts";

const types: Readonly<Record<StoredBody["kind"], string>> = {
  json: "application/json; charset=utf-8",
  text: "text/plain; charset=utf-8",
  base64: "application/octet-stream",
};

export const bodyRoute: Route = route({
  method: "GET",
  path: "/api/runs/:id/bodies/:body",
  access: "run",
  id: "getRunBody",
  tag: "runs",
  summary: "A large body of a run, as it was recorded",
  about:
    "Its number stands in `stored` of the run and of its events. What stands in base64 in the run is given as the bytes themselves. An answer that is shorter than its `content-length` could not be read whole.",
  params: { id: runId, body: text("Number of the body") },
  answers: {
    200: {
      about: "The body",
      schema: anything("JSON"),
      content: { "text/plain": text("A text"), "application/octet-stream": text("Bytes") },
      headers: ofRun,
    },
  },
  errors: ["run_not_found", "run_quarantined", "body_not_found", "sealed_data_damaged"],
  handle: async ({ engine }, request, tenant, by) => {
    const run = runIdOf(request);
    const number = request.params["body"] ?? "";
    if (!/^[1-9]\d{0,14}$/.test(number))
      throw new DispatchedError("body_not_found", `${run} has no body ${number}`);
    // A run token opens what the run itself tells, and not what else its events hold.
    if (
      by === "run" &&
      (await engine.getRun(tenant, run)).stored?.some(({ id }) => id === Number(number)) !== true
    )
      throw new DispatchedError("body_not_found", `${run} tells of no body ${number}`);
    const { source, body } = await engine.review.readBody(tenant, run, Number(number));
    return {
      status: 200,
      headers: {
        "content-type": types[body.kind],
        "content-length": String(body.bytes),
        "content-disposition": "attachment",
        "cache-control": "no-store",
        "dispatched-run": run,
      },
      body: streamOf(source.chunks(body)),
    };
  },
});
