// `dispatched explain`: what happened, why, what it means and what to do next, down to the child that it comes from.

import type { ExplanationResource } from "../../client/resources.ts";
import { stringifyJson } from "../../value/stringify-json.ts";
import { exitCode } from "../exit-code.ts";
import { openConnection } from "../open-client.ts";
import type { Terminal } from "../terminal.ts";

export async function explain(terminal: Terminal, id: string): Promise<number> {
  const { client } = openConnection();
  const explanation = await client.explain(id);
  if (terminal.json) terminal.value(stringifyJson(explanation));
  else show(terminal, explanation, "");
  return exitCode.completed;
}

function show(terminal: Terminal, explanation: ExplanationResource, indent: string): void {
  const { paint } = terminal;
  const { status, verdict, failure, cause, consequence, next, inner } = explanation;
  const colour =
    status === "completed" ? paint.green : explanation.failure === null ? paint.yellow : paint.red;
  const line = (name: string, text: string) => terminal.line(`${indent}${paint.dim(name.padEnd(5))} ${text}`);
  terminal.line(`${indent}${colour(verdict)}`);
  if (cause !== null) line("why", cause);
  if (failure !== null) line("at", attemptOf(failure));
  if (consequence !== null) line("so", consequence);
  if (inner !== null) {
    line("in", `${inner.workflow} v${inner.version}  ${inner.run}`);
    show(terminal, inner, `${indent}      `);
  }
  line("next", next.text);
  if (next.note !== null) line("", next.note);
}

/** `attempt 3 of mail · POST https://… · 503 · http_503` */
function attemptOf(failure: NonNullable<ExplanationResource["failure"]>): string {
  const { step, item, attempt, request, status, code } = failure;
  const where = step === null ? "" : ` of ${step}${item === null ? "" : `[${item}]`}`;
  const parts = [
    attempt === null ? where.replace(/^ of /, "") : `attempt ${attempt}${where}`,
    request ?? "",
    status === null ? "" : String(status),
    code,
  ];
  return parts.filter((part) => part !== "").join(" · ");
}
