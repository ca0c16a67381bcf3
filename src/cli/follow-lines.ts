// What a followed run says: each event as no line or as the lines of the step that it ends.

import type { EventResource } from "../client/resources.ts";
import { isJsonObject, type Json, type JsonObject, member } from "../value/json.ts";
import { formatElapsed, formatTime } from "./format-time.ts";
import type { Terminal } from "./terminal.ts";

interface Attempt {
  readonly beganAt: number;
  readonly endedAt: number;
  readonly outcome: string;
  readonly retriedAfterMs: number | null;
}

interface StepProgress {
  beganAt: number;
  firstAt: number;
  readonly failed: Attempt[];
  number: number;
  /** Of a strategy: `47/50 items`. */
  items: ItemCount | null;
}

interface ItemCount {
  readonly count: number;
  succeeded: number;
}

const shapes = {
  succeeded: "✓",
  failed: "✗",
  skipped: "↷",
  cancelled: "⊘",
  undone: "↶",
  rejected: "⊘",
  carried: "=",
  waits: "…",
  sleeps: "…",
  starts: "→",
} as const;
type Word = keyof typeof shapes;

export class FollowLines {
  readonly #terminal: Terminal;
  readonly #width: number;
  readonly #steps = new Map<string, StepProgress>();

  constructor(terminal: Terminal, stepIds: readonly string[]) {
    this.#terminal = terminal;
    this.#width = Math.max(10, ...stepIds.map((id) => id.length)) + 2;
  }

  /** The lines that this event completes. */
  take(event: EventResource): readonly string[] {
    const at = Date.parse(event.at);
    const data = isJsonObject(event.data) ? event.data : {};
    const step = event.step ?? "";
    const undo = event.type.startsWith("compensation.");
    const key = undo ? `${step}/compensate` : step;
    if (undo && member(data, "item") !== undefined) return this.#undoItem(event.type, key, at);
    switch (event.type) {
      case "step.started":
      case "compensation.started":
        this.#begin(key, at, null);
        return [];
      case "strategy.started":
        this.#begin(key, at, { count: Number(member(data, "count") ?? 0), succeeded: 0 });
        return [];
      case "item.succeeded": {
        const items = this.#steps.get(key)?.items ?? null;
        if (items !== null) items.succeeded++;
        return [];
      }
      case "step.retrying":
      case "compensation.retrying":
        this.#retry(key, at, data);
        return [];
      case "step.succeeded":
        return this.#end("succeeded", key, step, at, statusOf(member(data, "result")), null);
      case "step.failed":
        return this.#end("failed", key, step, at, failureWord(data), failureText(data));
      case "wait.started":
      case "sleep.started":
      case "child.started":
        // Those of items would be too many lines.
        if (member(data, "item") !== undefined) return [];
        if (!this.#steps.has(key)) this.#begin(key, at, null);
        return [pauseLine(event.type, data, (word, cells) => this.#line(word, step, cells))];
      case "step.rejected":
        return this.#end("rejected", key, step, at, "", null);
      case "step.carried":
        return [this.#line("carried", step, ["as in the run before"])];
      case "step.skipped":
        return [this.#line("skipped", step, [String(member(data, "reason") ?? "")])];
      case "step.cancelled":
        return [this.#line("cancelled", step, ["the run ends"])];
      case "compensation.succeeded":
        return this.#end("undone", key, step, at, statusOf(member(data, "answer")), null);
      case "compensation.failed":
        return this.#end("failed", key, `undo ${step}`, at, failureWord(data), failureText(data));
      default:
        return [];
    }
  }

  /** Those of items would be too many lines: they are counted for that of their step. */
  #undoItem(type: string, key: string, at: number): readonly string[] {
    const progress = this.#steps.get(key);
    if (progress !== undefined && type === "compensation.started") {
      progress.items = { count: (progress.items?.count ?? 0) + 1, succeeded: progress.items?.succeeded ?? 0 };
    } else if (progress === undefined) {
      this.#begin(key, at, null);
    } else if (type === "compensation.succeeded" && progress.items !== null) {
      progress.items.succeeded++;
    }
    return [];
  }

  #begin(key: string, at: number, items: ItemCount | null): void {
    this.#steps.set(key, { beganAt: at, firstAt: at, failed: [], number: 1, items });
  }

  #retry(key: string, at: number, data: JsonObject): void {
    const progress = this.#steps.get(key);
    if (progress === undefined) return;
    const notBefore = Number(member(data, "notBefore") ?? at);
    progress.failed.push({
      beganAt: progress.beganAt,
      endedAt: at,
      outcome: failureWord(data),
      retriedAfterMs: notBefore - at,
    });
    progress.beganAt = Math.max(notBefore, at);
    progress.number = Number(member(data, "attempt") ?? progress.number + 1);
  }

  #end(
    word: Word,
    key: string,
    name: string,
    at: number,
    outcome: string,
    why: string | null,
  ): readonly string[] {
    const progress = this.#steps.get(key);
    const elapsed = progress === undefined ? "" : formatElapsed(at - progress.firstAt);
    const attempts = progress !== undefined && progress.number > 1 ? `${progress.number} attempts` : "";
    const items = progress?.items ?? null;
    const told = items === null ? outcome : `${items.succeeded}/${items.count} items`;
    const lines = [this.#line(word, name, [told.padEnd(4), elapsed.padStart(7), attempts])];
    progress?.failed.forEach((attempt, index) => {
      const took = formatElapsed(attempt.endedAt - attempt.beganAt).padStart(7);
      const retried =
        attempt.retriedAfterMs === null ? "" : `retried after ${formatElapsed(attempt.retriedAfterMs)}`;
      lines.push(
        this.#terminal.paint.dim(`    ${index + 1}  ${attempt.outcome.padEnd(4)} ${took}   ${retried}`),
      );
    });
    if (why !== null) lines.push(`    ${why}`);
    return lines;
  }

  /** On a terminal a shape, elsewhere the status as a word. */
  #line(word: Word, name: string, cells: readonly string[]): string {
    const { live, paint } = this.#terminal;
    const colour = word === "succeeded" ? paint.green : word === "failed" ? paint.red : paint.yellow;
    const mark = live ? colour(shapes[word]) : word.padEnd(9);
    return `${mark} ${name.padEnd(this.#width)}${cells.join("  ")}`.trimEnd();
  }
}

/** What a step waits for, until when, or the child that it started. */
function pauseLine(
  type: string,
  data: JsonObject,
  line: (word: Word, cells: readonly string[]) => string,
): string {
  const until = member(data, "until");
  const text = typeof until === "number" ? `until ${formatTime(new Date(until).toISOString())}` : "";
  if (type === "child.started") {
    return line("starts", [String(member(data, "workflow") ?? ""), String(member(data, "run") ?? "")]);
  }
  if (type === "sleep.started") return line("sleeps", [text]);
  const event = member(data, "event");
  const wanted =
    event !== undefined && isJsonObject(event) ? `for the event ${String(member(event, "type"))}` : "";
  return line("waits", wanted === "" ? [text] : [wanted, text]);
}

function statusOf(value: Json | undefined): string {
  const status = value !== undefined && isJsonObject(value) ? member(value, "status") : undefined;
  return status === undefined ? "" : String(status);
}

function failureOf(data: JsonObject): JsonObject {
  const failure = member(data, "failure");
  return failure !== undefined && isJsonObject(failure) ? failure : {};
}

/** The status of the answer, or the kind of failure. */
function failureWord(data: JsonObject): string {
  const failure = failureOf(data);
  return String(member(failure, "status") ?? member(failure, "kind") ?? "");
}

function failureText(data: JsonObject): string {
  return String(member(failureOf(data), "message") ?? "");
}
