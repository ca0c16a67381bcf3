// The page of docs/reference/events.md, made from the schemas by which events are described.

import { event, eventSchemas } from "../src/server/schemas/event-schemas.ts";
import type { failure } from "../src/server/schemas/run-schemas.ts";
import type { ValueOf } from "../src/server/typed-schema.ts";
import type { Json, JsonObject } from "../src/value/json.ts";

type FailureKind = ValueOf<typeof failure>["kind"];

const failureKinds: Readonly<Record<FailureKind, string>> = {
  status: "a whole answer that is no success",
  parse: "an answer with a status of success whose body does not parse",
  schema: "one whose body does not fit its schema",
  network: "no whole answer came",
  timeout: "no whole answer came in time",
  too_large: "the answer exceeds `max_bytes`",
  blocked: "the address may not be called; nothing was sent",
  request: "the request could not be made, as when a secret is missing; nothing was sent",
  evaluation: "an expression could not be evaluated; nothing was sent",
  crash: "the engine crashed while the attempt was under way",
  step_timeout: "the step's own timeout passed",
  limit: "a limit of the run was reached",
  wait_timeout: "nothing came in time",
  poll_timeout: "the job was not done in time",
  pages: "there were more pages than `max_pages`",
  directive: "the called service said so",
  child: "the child run did not complete",
  strategy: "too few items succeeded",
};

/** Of every event: told once. */
const ofEach: ReadonlySet<string> = new Set(["secrets", "stored"]);

const headings: Readonly<Record<string, string>> = {
  RunEvent: "Of the run",
  StepEvent: "Of steps and items",
  WaitEvent: "Of waits, sleeps and children",
  UndoEvent: "Of undoing",
};

/** A schema with a title is told below, once, and linked. */
function typeWord(schema: JsonObject, parts: Map<string, JsonObject>): string {
  const { title, type, items, anyOf } = schema;
  const choices = schema["enum"] as readonly Json[] | undefined;
  if (typeof title === "string") {
    note(schema, parts);
    return `[${title}](#${title.toLowerCase()})`;
  }
  if (anyOf !== undefined)
    return (anyOf as readonly JsonObject[]).map((one) => typeWord(one, parts)).join(" or ");
  if (choices !== undefined) return choices.map((one) => `\`${one}\``).join(", ");
  if (Array.isArray(type)) return type.map((one) => typeWord({ ...schema, type: one }, parts)).join(" or ");
  if (schema["prefixItems"] !== undefined) {
    return `pair of ${(schema["prefixItems"] as readonly JsonObject[]).map((one) => typeWord(one, parts)).join(" and ")}`;
  }
  if (type === "array") return `list of ${typeWord(items as JsonObject, parts)}`;
  if (type === "object" && schema["properties"] === undefined) {
    return `object of ${typeWord(schema["additionalProperties"] as JsonObject, parts)}`;
  }
  return words[type as string] ?? "JSON";
}

const words: Readonly<Record<string, string>> = {
  string: "text",
  integer: "number",
  boolean: "true or false",
  null: "null",
  object: "object",
};

/** Those that it needs come after it. */
function note(schema: JsonObject, parts: Map<string, JsonObject>): void {
  const title = schema["title"] as string;
  if (parts.has(title)) return;
  parts.set(title, schema);
  const { title: _, ...rest } = schema;
  noteIn(rest, parts);
}

function noteIn(value: Json, parts: Map<string, JsonObject>): void {
  if (typeof value !== "object" || value === null) return;
  const { title } = value as JsonObject;
  if (typeof title === "string") note(value as JsonObject, parts);
  else for (const inner of Object.values(value)) noteIn(inner, parts);
}

/** One row a member, and below an object or a list of objects those of its own. */
function rowsOf(schema: JsonObject, prefix: string, parts: Map<string, JsonObject>): readonly string[] {
  const { properties, required = [] } = schema as {
    readonly properties?: JsonObject;
    readonly required?: Json;
  };
  return Object.entries(properties ?? {}).flatMap(([name, value]) => {
    if (prefix === "" && ofEach.has(name)) return [];
    const member = value as JsonObject;
    const may = (required as readonly string[]).includes(name) ? "" : ", may be absent";
    const row = `| \`${prefix}${name}\` | ${typeWord(member, parts)}${may} | ${aboutOf(member)} |`;
    return [row, ...below(member, `${prefix}${name}`, parts)];
  });
}

function below(member: JsonObject, at: string, parts: Map<string, JsonObject>): readonly string[] {
  if (member["title"] !== undefined) return [];
  const { items, anyOf, properties } = member;
  if (items !== undefined) return below(items as JsonObject, `${at}[]`, parts);
  if (anyOf !== undefined) return (anyOf as readonly JsonObject[]).flatMap((one) => below(one, at, parts));
  return properties === undefined ? [] : rowsOf(member, `${at}.`, parts);
}

function aboutOf({ description, anyOf }: JsonObject): string {
  const one = (anyOf as readonly JsonObject[] | undefined)?.[0];
  return String(description ?? one?.["description"] ?? "");
}

const head = (first: string) => [`| ${first} | is | meaning |`, "| --- | --- | --- |"];

function eventText(schema: JsonObject, parts: Map<string, JsonObject>): string {
  const { properties, description } = schema as unknown as {
    readonly description: string;
    readonly properties: { readonly type: JsonObject; readonly step: JsonObject; readonly data: JsonObject };
  };
  const types = properties.type["enum"] as readonly string[];
  const rows = rowsOf(properties.data, "", parts);
  return [
    `### ${types.join(", ")}`,
    "",
    `${description}.`,
    ...(rows.length === 0 ? [] : ["", ...head("member of `data`"), ...rows]),
  ].join("\n");
}

/** An object, or several of which one is there. */
function partText(schema: JsonObject, parts: Map<string, JsonObject>): string {
  const { title, description, ...rest } = schema;
  const kinds = rest["anyOf"] as readonly JsonObject[] | undefined;
  const told = kinds?.map((kind) => {
    const rows = rowsOf(kind, "", parts);
    const isTold = rows.length > 0 && kind["title"] === undefined;
    return isTold
      ? `${aboutOf(kind)}:\n\n${[...head("member"), ...rows].join("\n")}`
      : `${aboutOf(kind)}: ${typeWord(kind, parts)}`;
  }) ?? [[...head("member"), ...rowsOf(rest, "", parts)].join("\n")];
  const kindRows = title === "Failure" ? [kindsText()] : [];
  return [`### ${title}`, `${description}.`, ...told, ...kindRows].join("\n\n");
}

function kindsText(): string {
  const rows = Object.entries(failureKinds).map(([kind, meaning]) => `| \`${kind}\` | ${meaning} |`);
  return ["| `kind` | means |", "| --- | --- |", ...rows].join("\n");
}

export function eventsPage(): string {
  const parts = new Map<string, JsonObject>();
  const groups = (event.source["anyOf"] as readonly JsonObject[]).map((group) =>
    [
      `## ${headings[group["title"] as string]}`,
      ...(group["anyOf"] as readonly JsonObject[]).map((one) => eventText(one, parts)),
    ].join("\n\n"),
  );
  noteIn(
    eventSchemas.map(({ data }) => data.source),
    parts,
  );
  const inOrder = [...parts.values()].toSorted((a, b) => (String(a["title"]) < String(b["title"]) ? -1 : 1));
  return `${intro}
${groups.join("\n\n")}

## Parts

What \`data\` of several types has.

${inOrder.map((part) => partText(part, parts)).join("\n\n")}
`;
}

const intro = `# Events

What is recorded of a run, in order: the log from which its state is made anew. \`GET /api/runs/:id/events\` answers it,
\`dispatched runs events RUN --json\` and \`dispatched run WORKFLOW --follow --json\` print it, and \`followRun\` of the
[client](client.md#following-a-run) gives it, typed by \`type\`. \`npm run events-page\` writes this page from the schemas of
\`/api/openapi.json\`; a test compares the two, and others hold events of real runs against them.

<!-- held by test/api/events.test.ts -->

\`\`\`json
{"seq":7,"type":"step.succeeded","at":"2026-11-27T07:00:00.000Z","step":"charge","data":{"result":{"type":"response","status":201,"headers":{},"body":{"id":"ch_1"}}}}
\`\`\`

| member | is | meaning |
| --- | --- | --- |
| \`seq\` | number | its place in the log, from 1, without gaps |
| \`type\` | text | what happened |
| \`at\` | text | when (RFC 3339, UTC) |
| \`step\` | text or null | id of the step; null when it is of none |
| \`data\` | object | what is recorded of it, by its type |

In \`data\` names are in camelCase, times are milliseconds since 1970, and steps are numbers, from 0 in the order of the document. With
\`data.item\` an event is of one item of the step's strategy. Any \`data\` may have \`secrets\`, a list of
[SecretUse](#secretuse): what the attempt that it ends used; and \`stored\`, a list of [StoredBody](#storedbody): members that are
[large](http-api.md#large-bodies), which are null in it. A followed run in brief (\`?brief=true\`) leaves requests, headers and bodies out.
More types and members may come: pass over what you do not know. What is recorded stays as it is.
`;
