// What is to be recorded of an answer, by the language's rules: parsed, judged, with the secret's value masked.

import type { Call, History, Served } from "../history.ts";
import type { StepModel } from "../workload/model.ts";
import { memberOf } from "./run-log.ts";

export interface ExpectedAnswer {
  /** `ok` for a body that parses and fits. */
  readonly verdict: "ok" | "parse" | "schema";
  readonly body: unknown;
}

export function expectedAnswer(
  history: History,
  step: StepModel,
  call: Call,
  served: Served,
): ExpectedAnswer {
  const parse = call.undo ? "auto" : step.parse;
  const mask = maskOf(history, step, call);
  const type = (served.headers["content-type"] ?? "").split(";")[0] ?? "";
  if (parse === "base64") {
    return { verdict: "ok", body: Buffer.from(mask(served.body)).toString("base64") };
  }
  if (parse === "text") return { verdict: "ok", body: mask(served.body) };
  if (served.body === "") {
    if (parse === "json") return { verdict: "parse", body: null };
    return judged(step, call, null);
  }
  if (parse === "auto" && !type.endsWith("json")) return judged(step, call, mask(served.body));
  try {
    return judged(step, call, masked(JSON.parse(served.body), mask));
  } catch {
    return { verdict: "parse", body: mask(served.body) };
  }
}

function judged(step: StepModel, call: Call, body: unknown): ExpectedAnswer {
  if (call.undo || !step.schema) return { verdict: "ok", body };
  const id = memberOf(body, "id");
  return { verdict: typeof id === "string" && id.startsWith("r") ? "ok" : "schema", body };
}

/** Every value that the step's secret ever had, in the forms in which the services echo it. */
function maskOf(history: History, step: StepModel, call: Call): (text: string) => string {
  const values = history.secretWrites.flatMap(({ name, value }) =>
    name === step.secret && value !== null ? [value] : [],
  );
  const forms = values.flatMap((value) => [
    value,
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value),
  ]);
  const address = call.headers["x-callback"];
  return (text) => {
    const seen = address === undefined ? text : text.replaceAll(address, "[secret callback.url]");
    return forms.reduce((rest, form) => rest.replaceAll(form, `[secret ${step.secret}]`), seen);
  };
}

function masked(value: unknown, mask: (text: string) => string): unknown {
  if (typeof value === "string") return mask(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((entry) => masked(entry, mask));
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, masked(entry, mask)]));
}
