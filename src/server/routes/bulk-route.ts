// One action on every run that fits a filter.

import type { BulkRequest, RunQuery } from "../../engine/engine-api.ts";
import type { Json } from "../../value/json.ts";
import { bulkJson } from "../api-json.ts";
import { invalidBody, objectOf, textOf, textsOf } from "../body-members.ts";
import { readJsonBody } from "../read-json-body.ts";
import { jsonAnswer, type Route } from "../route.ts";
import { labelOf, statusesOf, timeOf } from "../run-filter.ts";

const actions: readonly BulkRequest["action"][] = ["cancel", "pause", "resume", "rerun"];
const narrowing = ["workflow", "status", "label", "from", "to"];

function filterOf(value: Json): RunQuery {
  const object = objectOf(value, "filter", narrowing);
  const [workflow, label] = [textOf(object, "workflow"), textOf(object, "label")];
  const [from, to] = [textOf(object, "from"), textOf(object, "to")];
  const statuses = textsOf(object, "status");
  if (statuses?.length === 0) throw invalidBody("status names no status, and would take runs of every one");
  const filter: RunQuery = {
    ...(workflow === undefined ? {} : { workflow }),
    ...(statuses === undefined ? {} : { statuses: statusesOf(statuses) }),
    ...(label === undefined ? {} : { label: labelOf(label) }),
    ...(from === undefined ? {} : { createdFrom: timeOf(from, "from") }),
    ...(to === undefined ? {} : { createdTo: timeOf(to, "to") }),
  };
  if (Object.keys(filter).length > 0) return filter;
  throw invalidBody("filter is empty, and would take every run", `name one of ${narrowing.join(", ")}`);
}

export const bulkRoute: Route = {
  method: "POST",
  path: "/api/runs/bulk",
  access: "session",
  handle: async ({ engine }, request, tenant) => {
    const { value } = await readJsonBody(request);
    const object = objectOf(value, "a bulk action", ["action", "filter"]);
    const action = actions.find((name) => name === textOf(object, "action"));
    if (action === undefined) throw invalidBody(`action is one of ${actions.join(", ")}`);
    const filter = filterOf(object["filter"] ?? null);
    return jsonAnswer(200, bulkJson(await engine.bulk(tenant, { action, filter })));
  },
};
