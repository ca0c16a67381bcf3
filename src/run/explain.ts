// The verdict on a run: what happened, why, what it means, and what to do next. One pure function, which all ways in show.

import { lateSource } from "../language/late-lua.ts";
import type { Step, Workflow } from "../language/workflow.ts";
import type { Cause } from "./event.ts";
import type { Failure } from "./failure.ts";
import { nowLine } from "./now-line.ts";
import { statusOf } from "./run-status.ts";
import type { RunState, StepState } from "./state.ts";
import { isTerminal, type RunStatus } from "./status.ts";
import { waitOf } from "./step-wait.ts";

export interface Explanation {
  readonly run: string;
  readonly workflow: string;
  readonly version: number;
  readonly status: RunStatus;
  /** One sentence: `failed at notify after 4.2 s · compensation complete`. */
  readonly verdict: string;
  /** The failing attempt, or null when nothing failed. */
  readonly failure: FailureView | null;
  /** Why, in one sentence; null when nothing failed. */
  readonly cause: string | null;
  /** What it means for the steps: undone, not undone, not run. */
  readonly consequence: string | null;
  /** What to do next. */
  readonly next: NextAction;
  /** The child run in which the cause lies, to be asked next; null when it lies here. */
  readonly child: string | null;
  /** The explanation of that child, where it was asked for. */
  readonly inner?: Explanation;
}

interface FailureView {
  readonly step: string | null;
  readonly item: number | null;
  readonly attempt: number | null;
  readonly code: string;
  readonly message: string;
  /** Method and address of the call, as it is recorded: secrets are not in it. */
  readonly request: string | null;
  readonly status: number | null;
}

export interface NextAction {
  readonly action: "none" | "wait" | "signal" | "resume" | "rerun" | "compensate" | "fix";
  readonly text: string;
}

export function explain(workflow: Workflow, state: RunState): Explanation {
  const { created } = state;
  const base = {
    run: created.run,
    workflow: created.workflow,
    version: created.version,
    status: statusOf(state),
  };
  if (!isTerminal(state.status)) return { ...base, ...ofLive(workflow, state) };
  if (state.status === "completed") return { ...base, ...ofCompleted(workflow, state) };
  const failure = failureOf(workflow, state);
  return {
    ...base,
    verdict: verdictOf(workflow, state),
    failure,
    cause: causeOf(state.ending?.cause ?? null, failure),
    consequence: consequenceOf(workflow, state),
    next: nextOf(state),
    child: childOf(state),
  };
}

function ofLive(workflow: Workflow, state: RunState) {
  const open = state.open.map((number) => workflow.steps[number] as Step);
  const waiting = open.find(({ number }) => state.steps[number]?.phase === "wait");
  const failing = open.find(({ number }) => (state.steps[number]?.spent ?? 0) > 0);
  const failure = failing === undefined ? null : viewOf(failing, state.steps[failing.number] as StepState);
  const next: NextAction = state.paused
    ? { action: "resume", text: `dispatched runs resume ${state.created.run}` }
    : nextOfWait(waiting, state);
  const verdict = nowLine(workflow, state);
  return { verdict, failure, cause: failure?.message ?? null, consequence: null, next, child: null };
}

function nextOfWait(waiting: Step | undefined, state: RunState): NextAction {
  const wanted = waiting === undefined ? undefined : waitOf(waiting)?.for;
  switch (wanted?.type) {
    case "signals": {
      const kept = new Set(state.signals.map(({ name }) => name));
      const name = wanted.names.find((one) => !kept.has(one)) ?? wanted.names[0];
      return { action: "signal", text: `dispatched runs signal ${state.created.run} ${name}` };
    }
    case "event": {
      const subject = state.steps[waiting?.number ?? 0]?.awaited?.subject ?? null;
      const about = subject === null ? "" : ` with the subject ${JSON.stringify(subject)}`;
      return { action: "wait", text: `it goes on when the event ${wanted.event}${about} comes` };
    }
    case "callback":
      return { action: "wait", text: "it goes on when the service that was called calls back" };
    default:
      return { action: "wait", text: "nothing is to be done: it goes on by itself" };
  }
}

function ofCompleted(workflow: Workflow, state: RunState) {
  const without = workflow.steps.filter(({ number }) => state.steps[number]?.status === "failed");
  const consequence =
    without.length === 0
      ? null
      : `failed, and the run went on without: ${without.map((step) => step.id).join(", ")}`;
  const next: NextAction = { action: "none", text: "nothing is to be done" };
  const verdict = `completed after ${durationOf(state)}`;
  return { verdict, failure: null, cause: null, consequence, next, child: null };
}

function verdictOf(workflow: Workflow, state: RunState): string {
  const cause = state.ending?.cause;
  const where = cause?.type === "step" ? ` at ${workflow.steps[cause.step]?.id ?? cause.step}` : "";
  const undone =
    state.compensation === null || state.compensation === "none"
      ? ""
      : ` · compensation ${state.compensation}`;
  return `${state.status.replace("_", " ")}${where} after ${durationOf(state)}${undone}`;
}

function durationOf(state: RunState): string {
  const ms = (state.endedAt ?? state.at) - (state.startedAt ?? state.createdAt);
  if (ms < 1_000) return `${ms} ms`;
  if (ms < 120_000) return `${(ms / 1_000).toFixed(1)} s`;
  if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min`;
  return `${Math.round(ms / 3_600_000)} h`;
}

function failureOf(workflow: Workflow, state: RunState): FailureView | null {
  const cause = state.ending?.cause ?? null;
  if (cause === null || !("failure" in cause)) return null;
  if (cause.type !== "step") return ofFailure(cause.failure, null, null, null, null);
  const step = workflow.steps[cause.step] as Step;
  return viewOf(step, state.steps[cause.step] as StepState, cause.failure);
}

function viewOf(step: Step, state: StepState, failure: Failure | null = state.failure): FailureView | null {
  if (failure === null) return null;
  const item = state.items?.firstFailed ?? null;
  const { request } = state;
  const shown = request === null ? null : `${request.method} ${urlOf(request.url)}`;
  return ofFailure(failure, step.id, item, state.attempt === 0 ? null : state.attempt, shown);
}

function ofFailure(
  { code, message, status }: Failure,
  step: string | null,
  item: number | null,
  attempt: number | null,
  request: string | null,
): FailureView {
  return { step, item, attempt, code, message, request, status };
}

function urlOf(url: string | readonly (string | { readonly secret: string })[]): string {
  if (typeof url === "string") return url;
  return url
    .map((part) =>
      typeof part === "string" ? part : `$${lateSource(part.secret) === null ? part.secret : "lua"}`,
    )
    .join("");
}

function causeOf(cause: Cause | null, failure: FailureView | null): string | null {
  if (cause?.type === "cancel") return "it was cancelled";
  if (cause?.type === "timeout") return "it took longer than its timeout";
  if (failure === null) return null;
  const attempts =
    failure.attempt !== null && failure.attempt > 1 ? `, after ${failure.attempt} attempts` : "";
  return `${failure.message}${attempts}`;
}

function consequenceOf(workflow: Workflow, state: RunState): string | null {
  const names = (wanted: (step: StepState) => boolean) =>
    workflow.steps.filter(({ number }) => wanted(state.steps[number] as StepState)).map((step) => step.id);
  const undone = names((step) => step.undo?.status === "succeeded");
  const left = names((step) => step.undo?.status === "failed");
  const parts = [
    undone.length === 0 ? null : `undone: ${undone.join(", ")}`,
    left.length === 0 ? null : `could not be undone: ${left.join(", ")}`,
  ].filter((part) => part !== null);
  return parts.length === 0 ? "nothing was to be undone" : parts.join("; ");
}

function nextOf(state: RunState): NextAction {
  const { run } = state.created;
  const { created, compensation } = state;
  if (compensation === "partial") {
    return { action: "compensate", text: `dispatched runs compensate ${run}` };
  }
  if (created.parent !== undefined) {
    return { action: "rerun", text: `dispatched runs rerun ${created.parent.run}` };
  }
  const cause = state.ending?.cause;
  const ofDocument = cause !== undefined && "failure" in cause && cause.failure.kind === "evaluation";
  if (ofDocument) {
    const text = `put a corrected version, then dispatched runs rerun ${run} --version N`;
    return { action: "fix", text };
  }
  return { action: "rerun", text: `dispatched runs rerun ${run}` };
}

function childOf(state: RunState): string | null {
  const cause = state.ending?.cause;
  if (cause?.type !== "step" || cause.failure.kind !== "child") return null;
  return state.steps[cause.step]?.child?.run ?? null;
}
