// One run with its steps, as a table for people.

import type { RunResource, StepResource } from "../client/resources.ts";
import { stringifyJson } from "../value/stringify-json.ts";
import { formatTime } from "./format-time.ts";
import { formatTable } from "./table.ts";
import type { Terminal } from "./terminal.ts";

export function showRun(terminal: Terminal, run: RunResource): void {
  const { paint } = terminal;
  terminal.line(`${paint.bold(run.id)}  ${run.workflow} v${run.version}`);
  terminal.line(`${run.now}  ${paint.dim(`created ${formatTime(run.created_at)}`)}`);
  if (run.parent !== null) terminal.line(paint.dim(`started by ${run.parent.run}`));
  if (run.rerun_of !== null) terminal.line(paint.dim(`goes again from ${run.rerun_of}`));
  const labels = Object.entries(run.labels).map(([name, value]) => `${name}=${value}`);
  if (labels.length > 0) terminal.line(labels.join("  "));
  if (run.early_signals.length > 0) terminal.line(`signals not taken yet: ${run.early_signals.join(", ")}`);
  terminal.line();
  const rows = run.steps.map((step) => [
    step.id,
    step.status,
    detailOf(step),
    step.error === null ? "" : step.error.message,
  ]);
  for (const line of formatTable(["step", "status", "", ""], rows)) terminal.line(line);
  terminal.line();
  if (run.error !== null) {
    terminal.line(`${paint.dim("why")}   ${run.error.message}  ${paint.dim(run.error.code)}`);
    terminal.line(`${paint.dim("next")}  dispatched explain ${run.id}`);
  } else if (run.ended_at !== null) terminal.line(stringifyJson(run.output));
}

function detailOf(step: StepResource): string {
  const parts: string[] = [];
  if (step.items !== null) parts.push(itemsText(step.items));
  if (step.child !== null) parts.push(step.child);
  if (step.phase === "wait") {
    parts.push(step.waits_until === null ? "waits" : `waits until ${formatTime(step.waits_until)}`);
  } else if (step.next_attempt_at !== null) {
    parts.push(`${step.phase === "sleep" ? "sleeps until" : "next at"} ${formatTime(step.next_attempt_at)}`);
  }
  if (step.attempts > 1) parts.push(`${step.attempts} attempts`);
  return parts.join(", ");
}

function itemsText({ succeeded, failed, count, undone }: NonNullable<StepResource["items"]>): string {
  const more = [...(failed > 0 ? [`${failed} failed`] : []), ...(undone > 0 ? [`${undone} undone`] : [])];
  return [`${succeeded}/${count} items`, ...more].join(", ");
}
