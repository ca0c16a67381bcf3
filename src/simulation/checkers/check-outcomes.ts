// No outcome is made up: what the log says of an attempt is what the network did.

import type { Broken, Call, DurableEvent, History } from "../history.ts";
import type { StepModel } from "../workload/model.ts";
import { expectedAnswer } from "./expected-answer.ts";
import { failureOf, isSuccessStatus, type RunLog, runLogs, stepOf } from "./run-log.ts";

export function checkOutcomes(history: History): readonly Broken[] {
  // Beside a zombie an attempt may have been sent by two: one of the two is what was recorded.
  const calls = new Map<string, Call[]>();
  for (const call of history.calls) {
    const key = keyOf(call.run, call.step, call.undo, call.attempt);
    const sent = calls.get(key);
    if (sent === undefined) calls.set(key, [call]);
    else sent.push(call);
  }
  return runLogs(history).flatMap((log) => checkRun(history, log, calls));
}

function keyOf(run: string, step: string, undo: boolean, attempt: number): string {
  return `${run}/${step}/${undo ? "undo" : "do"}/${attempt}`;
}

function checkRun(
  history: History,
  log: RunLog,
  calls: ReadonlyMap<string, readonly Call[]>,
): readonly Broken[] {
  const broken: Broken[] = [];
  const attempts = new Map<string, number>();
  for (const event of log.events) {
    const step = stepOf(log, event);
    if (step === null) continue;
    const undo = event.type.startsWith("compensation.");
    const name = `${undo ? "undo of " : ""}${step.id}`;
    const attempt = attempts.get(name) ?? 0;
    const claim = claimOf(event);
    if (claim !== null && attempt > 0) {
      const sent = calls.get(keyOf(log.run.run, step.id, undo, attempt)) ?? [undefined];
      const wrongs = sent.map((call) => disagreement(history, step, call, claim));
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
  /** `answer` for a success. */
  readonly kind: string;
  readonly status: number | null;
  readonly reach: string;
  readonly body: unknown;
}

const withoutAnswer: ReadonlySet<string> = new Set([
  "crash",
  "step_timeout",
  "request",
  "evaluation",
  "limit",
]);

/** What the event says of the attempt that it ends, or null. */
function claimOf(event: DurableEvent): Claim | null {
  if (event.type === "step.succeeded" || event.type === "compensation.succeeded") {
    const answer = (event.data["result"] ?? event.data["answer"]) as Answered;
    if (answer.type === "value") return null;
    return { kind: "answer", status: answer.status, reach: "answered", body: answer.body };
  }
  if (!("failure" in event.data) || withoutAnswer.has(failureOf(event).kind)) return null;
  return failureOf(event);
}

interface Answered {
  readonly type?: string;
  readonly status: number;
  readonly body: unknown;
}

function disagreement(
  history: History,
  step: StepModel,
  call: Call | undefined,
  claim: Claim,
): string | null {
  if (call === undefined) return "no such call was made";
  const { heard, answer } = call;
  if (heard === null) return "the engine heard nothing of it";
  if (heard.status !== claim.status) return `${claim.status} was recorded, ${heard.status} was answered`;
  if (heard.type === "failure") {
    if (heard.reason !== claim.kind) return `${claim.kind} was recorded, ${heard.reason} happened`;
    const reach = heard.sent ? "unknown" : "no";
    return reach === claim.reach ? null : `${claim.reach} was recorded, ${reach} is so`;
  }
  if (answer === null) return "no service answered it";
  const success = call.undo
    ? heard.status >= 200 && heard.status <= 299
    : isSuccessStatus(step, heard.status);
  const expected = expectedAnswer(history, step, call, answer);
  const verdict = expected.verdict === "ok" ? "answer" : expected.verdict;
  const kind = success ? verdict : "status";
  if (claim.kind !== kind) return `${claim.kind} was recorded, it is ${kind}`;
  const [found, wanted] = [JSON.stringify(claim.body), JSON.stringify(expected.body)];
  return found === wanted ? null : `${found} was recorded for ${wanted}`;
}
