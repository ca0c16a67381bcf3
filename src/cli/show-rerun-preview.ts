// What going again would do: outcomes that are kept, calls that are made again and by which idempotency key.

import type { RerunPreviewResource } from "../client/resources.ts";
import { formatTable } from "./table.ts";
import type { Terminal } from "./terminal.ts";

type StepAgain = RerunPreviewResource["again"][number];

const rangesShown = 12;

export function showRerunPreview(terminal: Terminal, { version, kept, again }: RerunPreviewResource): void {
  const outcomes = `${kept.length} ${kept.length === 1 ? "outcome is" : "outcomes are"} kept`;
  terminal.line(kept.length === 0 ? outcomes : `${outcomes}: ${kept.join(", ")}`);
  terminal.line(
    `${again.length} ${again.length === 1 ? "step runs" : "steps run"} again, by version ${version}`,
  );
  const rows = again.map((step) => [step.step, callOf(step), keyOf(step), noteOf(step)]);
  if (rows.length === 0) return;
  for (const line of formatTable(["step", "call", "idempotency key", ""], rows)) terminal.line(line);
}

function callOf({ method, host, began, items }: StepAgain): string {
  if (method !== null) return `${method} ${host ?? ""}`.trimEnd();
  if (items !== null) return "of each item";
  return began ? "none in that run" : "not called before";
}

function keyOf({ key }: StepAgain): string {
  return key === "old" ? "the old one" : "a new one";
}

function noteOf({ undone, items }: StepAgain): string {
  return [undone ? "was undone, runs anew" : "", items === null ? "" : itemsOf(items)]
    .filter(Boolean)
    .join("; ");
}

function itemsOf({ count, again, ranges }: NonNullable<StepAgain["items"]>): string {
  const said = ranges.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`));
  const shown = said.length > rangesShown ? `${said.slice(0, rangesShown).join(", ")} …` : said.join(", ");
  return `${again} of ${count} items${shown === "" ? "" : `: ${shown}`}`;
}
