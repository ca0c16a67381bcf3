// Follows a run to its end over its live stream, and tells the verdict.

import type { Client } from "../client/client.ts";
import type { RunResource } from "../client/resources.ts";
import { stringifyJson } from "../value/stringify-json.ts";
import { FollowLines } from "./follow-lines.ts";
import type { Terminal } from "./terminal.ts";
import { withWholeOutput } from "./with-whole-output.ts";

const redrawMs = 200;

/** Goes on over a restart of the server. Resolves with the run when it has ended. */
export async function followRun(terminal: Terminal, client: Client, id: string): Promise<RunResource> {
  const { steps } = await client.getRun(id);
  const lines = new FollowLines(
    terminal,
    steps.map((step) => step.id),
  );
  let broken = false;
  const onBreak = () => {
    // Said once: nothing is lost meanwhile.
    if (!broken && !terminal.live) process.stderr.write("the connection broke; following on\n");
    broken = true;
  };
  const onOpen = () => {
    if (terminal.live) broken = false;
  };
  const redraw = () => {
    const more = broken ? ["the server does not answer; nothing is lost, trying again"] : [];
    terminal.pending([...lines.pending(Date.now()), ...more]);
  };
  const timer = terminal.live ? setInterval(redraw, redrawMs) : null;
  try {
    for await (const event of client.followRun(id, { onOpen, onBreak, breaksMax: 60 })) {
      broken = false;
      if (terminal.json) terminal.value(stringifyJson({ ...event }));
      else for (const line of lines.take(event)) terminal.line(line);
    }
  } finally {
    if (timer !== null) clearInterval(timer);
    terminal.pending([]);
  }
  const run = await withWholeOutput(client, await client.getRun(id));
  if (terminal.json) terminal.value(stringifyJson(run));
  else await showEnd(terminal, client, run);
  return run;
}

/** The verdict of `explain`, and the output of a run that has one. */
export async function showEnd(terminal: Terminal, client: Client, run: RunResource): Promise<void> {
  const { paint } = terminal;
  const { verdict, cause, next, inner } = await client.explain(run.id);
  terminal.line();
  if (run.status === "completed") {
    terminal.line(paint.green(verdict));
    terminal.line(stringifyJson(run.output));
    return;
  }
  terminal.line(paint.red(verdict));
  if (cause !== null) terminal.line(`${paint.dim("why")}   ${cause}`);
  if (inner !== null) terminal.line(`${paint.dim("in")}    ${inner.run}  ${inner.verdict}`);
  terminal.line(`${paint.dim("next")}  ${next.text}`);
  if (next.note !== null) terminal.line(`      ${next.note}`);
  terminal.line(`      ${paint.dim(`dispatched explain ${run.id}`)}`);
}
