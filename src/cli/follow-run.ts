// Follows a run to its end: by long polls of its events, each line once.

import type { Client } from "../client/client.ts";
import type { RunResource } from "../client/resources.ts";
import { stringifyJson } from "../value/stringify-json.ts";
import { FollowLines } from "./follow-lines.ts";
import { formatElapsed } from "./format-time.ts";
import type { Terminal } from "./terminal.ts";

const pollSeconds = 20;
const breathMs = 500;
const triesMax = 60;

/** Goes on over a restart of the server. Resolves with the run when it has ended. */
export async function followRun(terminal: Terminal, client: Client, id: string): Promise<RunResource> {
  const first = await client.getRun(id);
  const lines = new FollowLines(
    terminal,
    first.steps.map((step) => step.id),
  );
  let after = 0;
  let tries = 0;
  for (;;) {
    try {
      const page = await client.listEvents(id, after, pollSeconds);
      tries = 0;
      for (const event of page.events) {
        after = event.seq;
        if (terminal.json) terminal.value(stringifyJson({ ...event }));
        else for (const line of lines.take(event)) terminal.line(line);
      }
      if (page.ended) break;
      if (terminal.live) terminal.pending((await client.getRun(id)).now);
    } catch (error) {
      // The server may be starting again: nothing is lost meanwhile.
      tries++;
      if (tries > triesMax) throw error;
      await new Promise((resolve) => setTimeout(resolve, breathMs));
    }
  }
  const run = await client.getRun(id);
  if (terminal.json) terminal.value(stringifyJson({ ...run } as never));
  else showEnd(terminal, run);
  return run;
}

export function showEnd(terminal: Terminal, run: RunResource): void {
  const { paint } = terminal;
  const elapsed = formatElapsed(Date.parse(run.ended_at ?? run.created_at) - Date.parse(run.created_at));
  const at = run.error?.step == null ? "" : ` at ${run.error.step}`;
  const undone =
    run.compensation === null || run.compensation === "none" ? "" : ` · compensation ${run.compensation}`;
  const status = run.status.replace("_", " ");
  const colour = run.status === "completed" ? paint.green : paint.red;
  terminal.line();
  terminal.line(`${colour(status)}${at} after ${elapsed}${undone}`);
  if (run.error !== null) {
    terminal.line(`${paint.dim("why")}   ${run.error.message}`);
    terminal.line(`${paint.dim("next")}  dispatched explain ${run.id}`);
  } else {
    terminal.line(stringifyJson(run.output));
  }
}
