// What the engine tells as the API's JSON: snake_case, times in ISO 8601. The one place where the two meet.

import type { AuditVerdict, AuditView } from "../engine/audit-reader.ts";
import type { BulkPreview } from "../engine/bulk-api.ts";
import type {
  EventView,
  RunListItem,
  ScheduleView,
  SecretView,
  StoredWorkflow,
} from "../engine/engine-api.ts";
import type { FailureGroupView, RunWaits, StepAgain } from "../engine/review-api.ts";
import type { AuditHead } from "../handshake/confirmation.ts";
import type { DocumentProblem } from "../language/workflow.ts";
import type { BulkRow, BulkRun } from "../ports/bulk-store.ts";
import type { StoredPlace } from "../run/event.ts";
import type { Explanation } from "../run/explain.ts";
import type { Failure } from "../run/failure.ts";
import type { ItemView } from "../run/item-view.ts";
import type { NowLine } from "../run/now-line.ts";
import type { RunView } from "../run/run-view.ts";
import type { ItemsView, StepView, UndoView } from "../run/step-view.ts";
import { base64Url } from "../value/base64-url.ts";
import type { Json, JsonObject } from "../value/json.ts";
import { entityTag } from "./entity-tag.ts";

export function timeJson(at: number): string {
  return new Date(at).toISOString();
}

export function maybeTime(at: number | null): string | null {
  return at === null ? null : timeJson(at);
}

export function runJson(run: RunView): Json {
  return {
    id: run.id,
    workflow: run.workflow,
    version: run.version,
    status: run.status,
    quarantined: run.quarantined === true,
    doing: run.doing,
    ...nowJson(run.now),
    seq: run.seq,
    labels: run.labels,
    created_at: timeJson(run.createdAt),
    started_at: maybeTime(run.startedAt),
    ended_at: maybeTime(run.endedAt),
    output: run.output,
    error: run.error === null ? null : { ...run.error },
    compensation: run.compensation,
    parent: run.parent === null ? null : { ...run.parent },
    rerun_of: run.rerunOf,
    early_signals: run.earlySignals,
    stored: (run.stored ?? []).map((place) => storedJson(run.id, place)),
    steps: run.steps.map(stepJson),
  };
}

function storedJson(run: string, { path, id, kind, bytes }: StoredPlace): Json {
  const pointer = path.map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
  return { pointer, body: id, kind, bytes, location: `/api/runs/${run}/bodies/${id}` };
}

function stepJson(step: StepView): Json {
  return {
    id: step.id,
    status: step.status,
    phase: step.phase,
    attempts: step.attempts,
    started_at: maybeTime(step.startedAt),
    ended_at: maybeTime(step.endedAt),
    next_attempt_at: maybeTime(step.nextAttemptAt),
    waits_until: maybeTime(step.waitsUntil),
    skipped: step.skipped,
    response: step.response === null ? null : { ...step.response },
    output: step.output,
    error: failureJson(step.error),
    compensation: undoJson(step.compensation),
    items: itemsJson(step.items),
    child: step.child,
  };
}

export function stepItemJson(view: ItemView): Json {
  const { startedAt, endedAt, nextAttemptAt, waitsUntil, error, ...item } = view;
  return {
    ...item,
    started_at: maybeTime(startedAt),
    ended_at: maybeTime(endedAt),
    next_attempt_at: maybeTime(nextAttemptAt),
    waits_until: maybeTime(waitsUntil),
    error: error === null ? null : { ...error },
  };
}

function undoJson(undo: UndoView | null): Json {
  if (undo === null) return null;
  return {
    status: undo.status,
    attempts: undo.attempts,
    response: undo.response === null ? null : { ...undo.response },
    error: failureJson(undo.error),
  };
}

function itemsJson(items: ItemsView | null): Json {
  if (items === null) return null;
  const failures = items.failures.map(({ item, error }) => ({ item, error: failureJson(error) }));
  return { ...items, failures };
}

function failureJson(failure: Failure | null): Json {
  return failure === null ? null : { ...failure };
}

export function eventJson(run: string, { seq, type, step, at, data: recorded }: EventView): Json {
  const { stored, ...rest } = recorded as JsonObject;
  const places = (stored ?? []) as unknown as readonly StoredPlace[];
  const data =
    stored === undefined ? recorded : { ...rest, stored: places.map((place) => storedJson(run, place)) };
  return { seq, type, at: timeJson(at), step, data };
}

function nowJson({ line, due }: NowLine): JsonObject {
  return { now: line, due: due === null ? null : { at: timeJson(due.at), what: due.what } };
}

export function runItemJson(item: RunListItem): Json {
  const { id, workflow, version, status, quarantined, doing, now, labels, fingerprint, createdAt, endedAt } =
    item;
  return {
    id,
    workflow,
    version,
    status,
    quarantined,
    doing,
    ...nowJson(now),
    labels,
    fingerprint,
    created_at: timeJson(createdAt),
    ended_at: maybeTime(endedAt),
  };
}

export function runWaitsJson({ waits, ...run }: RunWaits): Json {
  const shown = waits.map(({ since, at, until, ...wait }) => ({
    ...wait,
    since: timeJson(since),
    at: maybeTime(at),
    until: maybeTime(until),
  }));
  return { run: runItemJson(run), waits: shown };
}

export function failureGroupJson(group: FailureGroupView): Json {
  const { fingerprint, workflow, versions, end, count, more, firstAt, lastAt, samples } = group;
  return {
    fingerprint,
    workflow,
    versions,
    step: end?.step ?? null,
    undo: end?.undo ?? false,
    code: end?.code ?? null,
    status: end?.status ?? null,
    count,
    more,
    first_at: timeJson(firstAt),
    last_at: timeJson(lastAt),
    samples: samples.map(runItemJson),
  };
}

export function workflowJson(workflow: StoredWorkflow): Json {
  const { text, deletedAt } = workflow;
  return { ...workflowItemJson(workflow), text, deleted_at: maybeTime(deletedAt) };
}

/** Without its text. */
export function workflowItemJson(workflow: StoredWorkflow): JsonObject {
  const { name, version, description, format, createdAt, tag } = workflow;
  return { name, version, description, format, created_at: timeJson(createdAt), etag: entityTag(tag) };
}

export function secretJson({ name, version, updatedAt, allowedHosts }: SecretView): JsonObject {
  return { name, version, allowed_hosts: allowedHosts, updated_at: timeJson(updatedAt) };
}

export function documentProblemJson(problem: DocumentProblem): Json {
  return { ...problem };
}

export function scheduleJson(schedule: ScheduleView): Json {
  const { workflow, version, schedule: text, timezone, catchUp, jitterMs, next } = schedule;
  return {
    workflow,
    version,
    schedule: text,
    timezone,
    catch_up: catchUp,
    jitter_ms: jitterMs,
    next: next.map(timeJson),
  };
}

export function explanationJson({ failure, next, inner, ...rest }: Explanation): Json {
  return {
    ...rest,
    failure: failure === null ? null : { ...failure },
    next: { ...next },
    inner: inner === undefined ? null : explanationJson(inner),
  };
}

export function stepAgainJson({ items, ...step }: StepAgain): JsonObject {
  const told = items === null ? null : { ...items, ranges: items.ranges.map((range) => ({ ...range })) };
  return { ...step, items: told };
}

export function bulkJson({
  id,
  action,
  state,
  total,
  done,
  refused,
  createdAt,
  endedAt,
}: BulkRow): JsonObject {
  const times = { created_at: timeJson(createdAt), ended_at: maybeTime(endedAt) };
  return { id, action, state, total, done, refused, ...times };
}

export function bulkRunJson({ run, done, code, created }: BulkRun): Json {
  return { run, state: done ? (code === null ? "done" : "refused") : "pending", code, created };
}

export function bulkPreviewJson(preview: BulkPreview): Json {
  const { matched, more, oldestAt, newestAt, bound, samples } = preview;
  const times = { oldest_at: maybeTime(oldestAt), newest_at: maybeTime(newestAt), bound: timeJson(bound) };
  return { matched, more, ...times, samples: samples.map(runItemJson) };
}

export function auditEntryJson({ opened, mac, ...entry }: AuditView): Json {
  return { ...entry, actor: { ...entry.actor }, texts: opened, mac: base64Url(mac) };
}

export function auditVerdictJson({ fault, head, at }: AuditVerdict): Json {
  return {
    valid: fault === null,
    fault: fault === null ? null : { ...fault },
    head: headJson(head),
    at: at === null ? null : headJson(at),
  };
}

function headJson({ seq, mac }: AuditHead): Json {
  return { seq, mac: base64Url(mac) };
}
