// No outcome is made up: what the log says of an attempt is what the network did.

import type { Broken, Call, DurableEvent, History } from "../history.ts";
import { failureOf, type RunLog, runLogs, stepOf } from "./run-log.ts";

export function checkOutcomes(history: History): readonly Broken[] {
  // Beside a zombie an attempt may have been sent by two: one of the two is what was recorded.
  const calls = new Map<string, Call[]>();
  for (const call of history.calls) {
    const key = keyOf(call.run, call.step, call.undo, call.attempt);
    calls.set(key, [...(calls.get(key) ?? []), call]);
  }
  return runLogs(history).flatMap((log) => checkRun(log, calls));
}

function keyOf(run: string, step: string, undo: boolean, attempt: number): string {
  return `${run}/${step}/${undo ? "undo" : "do"}/${attempt}`;
}

function checkRun(log: RunLog, calls: ReadonlyMap<string, readonly Call[]>): readonly Broken[] {
  const broken: Broken[] = [];
  const attempts = new Map<string, number>();
  for (const event of log.events) {
    const step = stepOf(log, event);
    if (step === null) continue;
    const undo = event.type.startsWith("compensation.");
    const name = `${undo ? "undo of " : ""}${step.id}`;
    const attempt = attempts.get(name) ?? 0;
    const what = claimOf(event);
    if (what !== null && attempt > 0) {
      const sent = calls.get(keyOf(log.run.run, step.id, undo, attempt)) ?? [undefined];
      const wrongs = sent.map((call) => disagreement(call, what));
      const wrong = wrongs.includes(null) ? null : (wrongs[0] ?? null);
      if (wrong !== null) {
        broken.push({
          promise: "no outcome is made up",
          run: log.run.run,
          what: `${event.type} ${name} attempt ${attempt}: ${wrong}`,
        });
      }
    }
    if (event.type.endsWith(".started") || event.type.endsWith(".retrying")) {
      attempts.set(name, Number(event.data["attempt"]));
    }
  }
  return broken;
}

interface Claim {
  readonly kind: string;
  readonly status: number | null;
  readonly reach: string;
}

/** What the event says of the attempt that it ends, or null. */
function claimOf(event: DurableEvent): Claim | null {
  if (event.type === "step.succeeded") {
    const result = event.data["result"] as { readonly type: string; readonly status?: number };
    return result.type === "response"
      ? { kind: "answer", status: result.status ?? null, reach: "answered" }
      : null;
  }
  if (event.type === "compensation.succeeded") {
    const answer = event.data["answer"] as { readonly status: number };
    return { kind: "answer", status: answer.status, reach: "answered" };
  }
  return "failure" in event.data ? failureOf(event) : null;
}

function disagreement(call: Call | undefined, claim: Claim): string | null {
  if (["crash", "step_timeout", "request", "evaluation", "limit"].includes(claim.kind)) return null;
  if (call === undefined) return "no such call was made";
  const { heard } = call;
  if (heard === null) return "the engine heard nothing of it";
  if (heard.type === "response") {
    return heard.status === claim.status
      ? null
      : `${claim.status} was recorded, ${heard.status} was answered`;
  }
  if (heard.reason !== claim.kind) return `${claim.kind} was recorded, ${heard.reason} happened`;
  const reach = heard.sent ? "unknown" : "no";
  return reach === claim.reach ? null : `${claim.reach} was recorded, ${reach} is so`;
}
