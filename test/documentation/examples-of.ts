// The examples of a page: each is a workflow and what stands around it until the next.
//
// - `yaml` is a whole workflow, `yaml steps` a part of `steps`; each begins an example. `yaml also` is a further
//   workflow of the example, `yaml refused` one that is not stored, for the reason that the `text` after it shows.
// - `json body` is what the run is started with, `json output` what it gives.
// - `sh` runs in a shell, with the run's id in `RUN` and the address of its callback in `LINK`; `text` after it is what it prints.
// - `ts` is a program, run in the repository's folder with the token in `TOKEN`.
// - `http` is a request that the service got; `http answer` is what the caller was answered.
// - `<!-- test … -->` says in YAML what the services answer and how the run ends.
// - a table of `expression` or `template` and `value` is evaluated over the `json body` before it.

import assert from "node:assert/strict";
import { parse } from "yaml";
import type { Part } from "./read-page.ts";

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly text?: string;
  readonly base64?: string;
  readonly delay_ms?: number;
  readonly callback?: { readonly address: string; readonly body: unknown };
}

/** What `<!-- test … -->` may say. */
export interface Setting {
  /** `POST /payments` to `201 {"id": 1}`, to an `Answer`, or to a list of these for one call after the other. */
  readonly services?: Readonly<Record<string, unknown>>;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly signals?: readonly { readonly name: string; readonly body?: unknown }[];
  /** Each is sent once the run was started. */
  readonly events?: readonly Readonly<Record<string, unknown>>[];
  /** Texts of the workflow that take too long for a test, to others. */
  readonly replace?: Readonly<Record<string, string>>;
  /** What starts the run when no caller does; `shell` is one of the blocks. */
  readonly starts?: "cron" | "shell";
  readonly status?: string;
  readonly step?: string;
  readonly code?: string;
  readonly compensation?: string;
  readonly output?: unknown;
  /** What was asked of the services, in order: `POST /payments`. */
  readonly asked?: readonly string[];
}

const settings: ReadonlySet<string> = new Set([
  ...["services", "secrets", "signals", "events", "replace", "starts"],
  ...["status", "step", "code", "compensation", "output", "asked"],
]);

export interface Block {
  readonly info: string;
  readonly text: string;
}

export interface Example {
  readonly name: string;
  /** The first is the one that runs. */
  readonly workflows: readonly Block[];
  readonly setting: Setting;
  /** `json …`, `sh`, `text` and `http …`, in order. */
  readonly blocks: readonly Block[];
}

export interface ExpressionTable {
  readonly name: string;
  readonly body: string;
  readonly kind: "expression" | "template";
  readonly rows: readonly (readonly string[])[];
}

export interface FieldTable {
  readonly name: string;
  /** Name of the definition in the published schema. */
  readonly of: string;
  readonly rows: readonly (readonly string[])[];
}

export interface PageExamples {
  readonly examples: readonly Example[];
  readonly expressions: readonly ExpressionTable[];
  readonly fields: readonly FieldTable[];
}

const beginnings = ["yaml", "yaml steps", "yaml refused"];
const followers = ["yaml also", "json body", "json output", "sh", "ts", "text", "http", "http answer"];

interface Draft {
  readonly name: string;
  readonly workflows: Block[];
  readonly blocks: Block[];
  setting: Setting;
}

/** Throws for a block that nothing would execute. */
export function examplesOf(page: string, parts: readonly Part[]): PageExamples {
  const examples: Draft[] = [];
  const expressions: ExpressionTable[] = [];
  const fields: FieldTable[] = [];
  let current: Draft | null = null;
  let body: string | null = null;
  let heading = "";
  let definition: string | null = null;
  for (const part of parts) {
    const name = `${page}:${part.line} ${heading}`;
    const wrong = (what: string) => new Error(`${page}:${part.line}: ${what}`);
    if (part.type === "heading") heading = part.text;
    else if (part.type === "comment" && part.kind === "fields") definition = part.text.trim();
    else if (part.type === "comment") {
      if (part.kind !== "test" || current === null) throw wrong("the comment belongs to no example");
      current.setting = settingOf(part.text, wrong);
    } else if (part.type === "table") {
      const [first = "", second] = part.rows[0] ?? [];
      const kind = first === "expression" || first === "template" ? first : null;
      const rows = part.rows.slice(1);
      if (definition !== null) fields.push({ name, of: definition, rows });
      else if (kind !== null && second === "value") {
        if (body === null) throw wrong("a table of expressions needs a `json body` before it");
        expressions.push({ name, body, kind, rows });
      }
      definition = null;
    } else if (beginnings.includes(part.info)) {
      current = { name, workflows: [part], blocks: [], setting: {} };
      examples.push(current);
    } else if (!followers.includes(part.info)) {
      throw wrong(`a block of \`${part.info}\` is not executed`);
    } else if (current === null || part.info === "json body") {
      if (part.info !== "json body") throw wrong("the block belongs to no example");
      body = part.text;
      current?.blocks.push(part);
    } else if (part.info === "yaml also") current.workflows.push(part);
    else current.blocks.push(part);
  }
  for (const example of examples) checkEnd(example);
  return { examples, expressions, fields };
}

function settingOf(text: string, wrong: (what: string) => Error): Setting {
  const setting = parse(text) as Setting;
  const unknown = Object.keys(setting).find((key) => !settings.has(key));
  if (unknown !== undefined) throw wrong(`\`${unknown}\` is no setting of a test`);
  return setting;
}

/** An example that says nothing of its end would prove nothing. */
function checkEnd({ name, blocks, setting }: Draft): void {
  const shown = blocks.some(({ info }) => ["json output", "http answer", "text"].includes(info));
  assert.ok(shown || setting.status !== undefined || setting.output !== undefined, `${name} has no end`);
}
