// What a followed run says: each event as no line or as the lines of the step that it ends, and what is under way.

import type { EventResource } from "../client/resources.ts";
import { isJsonObject, type JsonObject, member } from "../value/json.ts";
import { failureLines, failureWord, objectIn, statusWord } from "./failure-lines.ts";
import { formatElapsed, formatTime } from "./format-time.ts";
import { StepProgress } from "./step-progress.ts";
import type { Terminal } from "./terminal.ts";

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
  readonly #open = new Map<string, StepProgress>();

  constructor(terminal: Terminal, stepIds: readonly string[]) {
    this.#terminal = terminal;
    this.#width = Math.max(10, ...stepIds.map((id) => id.length)) + 2;
  }

  /** The lines that this event completes. */
  take(event: EventResource): readonly string[] {
    const data = isJsonObject(event.data) ? event.data : {};
    const at = Date.parse(event.at);
    const step = event.step ?? "";
    const [subject = "", verb = ""] = event.type.split(".");
    // Those of items would be too many lines: they are counted in that of their step.
    if (subject === "item") this.#open.get(step)?.takeItem(verb);
    else if (subject === "compensation") return this.#undo(verb, step, at, data);
    else if (member(data, "item") === undefined) return this.#ofStep(event.type, step, at, data);
    return [];
  }

  /** One line each for what is under way, for whoever looks at `now`. */
  pending(now: number): readonly string[] {
    return [...this.#open].map(([key, progress]) => {
      const [step = "", undoing] = key.split("/");
      const parts = [progress.itemsText()];
      if (progress.attempt > 1) parts.push(`attempt ${progress.attempt}`);
      if (progress.pause !== null) parts.push(progress.pause);
      else if (progress.nextAt !== null && progress.nextAt > now) {
        const last = progress.failed.at(-1)?.outcome ?? "";
        parts.push(`after ${last}, in ${formatElapsed(progress.nextAt - now)}`);
      } else parts.push(formatElapsed(Math.max(0, now - progress.firstAt)));
      const told = parts.filter((part) => part !== "").join("  ");
      return `${undoing === undefined ? "◌" : "↶"} ${step.padEnd(this.#width)}${told}`;
    });
  }

  #ofStep(type: string, step: string, at: number, data: JsonObject): readonly string[] {
    switch (type) {
      case "step.started":
        this.#begin(step, at, data);
        return [];
      case "strategy.started":
        this.#begin(step, at, data).countItems(Number(member(data, "count") ?? 0));
        return [];
      case "step.retrying":
        this.#retry(step, at, data);
        return [];
      case "step.succeeded":
        return this.#end("succeeded", step, step, at, statusWord(data, "result"));
      case "step.failed":
        return this.#fail(step, step, at, data);
      case "wait.started":
      case "sleep.started":
      case "child.started":
        return [this.#pauses(type, step, at, data)];
      case "step.rejected":
        return this.#end("rejected", step, step, at, "");
      case "step.carried":
        return [this.#line("carried", step, ["as in the run before"])];
      case "step.skipped":
        return [this.#line("skipped", step, [String(member(data, "reason") ?? "")])];
      case "step.cancelled":
        this.#open.delete(step);
        return [this.#line("cancelled", step, ["the run ends"])];
      default:
        return [];
    }
  }

  #undo(verb: string, step: string, at: number, data: JsonObject): readonly string[] {
    const key = `${step}/undo`;
    if (member(data, "item") !== undefined) {
      this.#undoItem(verb, key, at, data);
      return [];
    }
    if (verb === "started") this.#begin(key, at, data);
    if (verb === "retrying") this.#retry(key, at, data);
    if (verb === "succeeded") return this.#end("undone", key, step, at, statusWord(data, "answer"));
    if (verb === "failed") return this.#fail(key, `undo ${step}`, at, data);
    // All undoing has its end.
    if (verb === "ended") return this.#endOfItems(at);
    return [];
  }

  #undoItem(verb: string, key: string, at: number, data: JsonObject): void {
    const progress = this.#open.get(key) ?? this.#begin(key, at, data);
    if (progress.items === null) progress.countItems(0);
    if (progress.items !== null && verb === "started") progress.items.count++;
    progress.takeItem(verb);
  }

  /** Items are undone one by one, and no event says that those of a step are all. */
  #endOfItems(at: number): readonly string[] {
    return [...this.#open].flatMap(([key, { items }]) => {
      if (items === null || !key.endsWith("/undo")) return [];
      return this.#end(items.failed > 0 ? "failed" : "undone", key, key.slice(0, -"/undo".length), at, "");
    });
  }

  #begin(key: string, at: number, data: JsonObject): StepProgress {
    const progress = new StepProgress(at, objectIn(data, "request"));
    this.#open.set(key, progress);
    return progress;
  }

  #retry(key: string, at: number, data: JsonObject): void {
    const progress = this.#open.get(key);
    const notBefore = Number(member(data, "notBefore") ?? at);
    const attempt = Number(member(data, "attempt") ?? (progress?.attempt ?? 0) + 1);
    progress?.retry(at, notBefore, failureWord(data), attempt);
  }

  #fail(key: string, name: string, at: number, data: JsonObject): readonly string[] {
    const request = this.#open.get(key)?.request ?? null;
    const lines = this.#end("failed", key, name, at, failureWord(data));
    return [...lines, ...failureLines(data, request).map((line) => `    ${line}`)];
  }

  #end(word: Word, key: string, name: string, at: number, outcome: string): readonly string[] {
    const progress = this.#open.get(key);
    this.#open.delete(key);
    if (progress === undefined) return [this.#line(word, name, [outcome])];
    const { items, attempt, failed } = progress;
    const cells = [
      (items === null ? outcome : progress.itemsText()).padEnd(4),
      formatElapsed(at - progress.firstAt).padStart(7),
      ...(attempt > 1 ? [`${attempt} attempts`] : []),
      ...(items !== null && items.openMax > 1 ? [`at most ${items.openMax} at once`] : []),
    ];
    const attempts = failed.map(({ outcome: was, tookMs, retriedAfterMs }, index) => {
      const took = formatElapsed(tookMs).padStart(7);
      const text = `    ${index + 1}  ${was.padEnd(4)} ${took}   retried after ${formatElapsed(retriedAfterMs)}`;
      return this.#terminal.paint.dim(text);
    });
    return [this.#line(word, name, cells), ...attempts];
  }

  /** What a step waits for, until when, or the child that it started. */
  #pauses(type: string, step: string, at: number, data: JsonObject): string {
    const progress = this.#open.get(step) ?? this.#begin(step, at, data);
    const until = member(data, "until");
    const time = typeof until === "number" ? `until ${formatTime(new Date(until).toISOString())}` : "";
    if (type === "child.started") {
      progress.pause = `waits for ${String(member(data, "run") ?? "")}`;
      const child = [String(member(data, "workflow") ?? ""), String(member(data, "run") ?? "")];
      return this.#line("starts", step, child);
    }
    const event = objectIn(data, "event");
    const wanted = event === null ? [] : [`for the event ${String(member(event, "type"))}`];
    const told = [...wanted, time];
    progress.pause = `${type === "sleep.started" ? "sleeps" : "waits"} ${told.join(" ")}`;
    return this.#line(type === "sleep.started" ? "sleeps" : "waits", step, told);
  }

  /** On a terminal a shape, elsewhere the status as a word. */
  #line(word: Word, name: string, cells: readonly string[]): string {
    const { live, paint } = this.#terminal;
    const colour = word === "succeeded" ? paint.green : word === "failed" ? paint.red : paint.yellow;
    const mark = live ? colour(shapes[word]) : word.padEnd(9);
    return `${mark} ${name.padEnd(this.#width)}${cells.join("  ")}`.trimEnd();
  }
}
