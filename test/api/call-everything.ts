// Every operation of the description, called with made input: what an answer does not keep of what is described.

import fc from "fast-check";
import { sideBySide } from "../../src/engine/side-by-side.ts";
import { compileSchema } from "../../src/language/compile-schema.ts";
import type { Schema } from "../../src/language/schema.ts";
import type { Json, JsonObject } from "../../src/value/json.ts";
import { parseJson } from "../../src/value/parse-json.ts";
import type { EngineUnderTest } from "../process/start-engine.ts";
import { type Input, inputOf, type Known } from "./input-of.ts";

const documents = [
  "name: quick\nversion: 1\ntriggers: [{type: http}]\nlabels: {who: ann}\nsteps: {a: {value: 1}}\n",
  "name: asks\nversion: 1\ntriggers: [{type: http}]\nsteps: {a: {wait: {signal: go}}}\n",
];

export interface Called {
  readonly calls: number;
  /** How many of each status. */
  readonly statuses: ReadonlyMap<number, number>;
  /** One text each. */
  readonly broken: readonly string[];
}

/** @param each calls of each operation */
export async function callEverything(engine: EngineUnderTest, each: number, seed: number): Promise<Called> {
  const known = await prepare(engine);
  const described = (await (await fetch(`${engine.url}/api/openapi.json`)).json()) as JsonObject;
  const schemas = new AnswerSchemas(described);
  const statuses = new Map<number, number>();
  const broken: string[] = [];
  let calls = 0;
  for (const [path, methods] of Object.entries(described["paths"] as JsonObject)) {
    for (const [method, operation] of Object.entries(methods as JsonObject)) {
      const inputs = fc.sample(inputOf(path, operation as JsonObject, known), { numRuns: each, seed });
      await sideBySide(inputs, 8, async (input) => {
        // It would end the session by which all others are called.
        const token = path === "/api/session" && method === "delete" ? "dst_sess_x" : engine.token;
        const answer = await call(engine.url, method, input, token);
        const text = await answer.text();
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        calls++;
        const fault = schemas.faultOf(operation as JsonObject, answer, text);
        if (fault === null) return;
        broken.push(
          `${method} ${path} ${answer.status} ${fault}: ${JSON.stringify(input)} ${text.slice(0, 300)}`,
        );
      });
    }
  }
  return { calls, statuses, broken };
}

async function prepare({ client }: EngineUnderTest): Promise<Known> {
  for (const text of documents) await client.putWorkflow(/name: (\w+)/.exec(text)?.[1] ?? "", text, "yaml");
  const runs = [];
  for (const name of ["quick", "quick", "asks", "asks", "asks"]) {
    runs.push((await client.startRun(name, { body: null })).run);
  }
  await client.putSecret("KEY", "value");
  return {
    "workflows.name": ["quick", "asks"],
    "runs.id": runs,
    "runs.name": ["go"],
    "secrets.name": ["KEY"],
  };
}

function call(url: string, method: string, { path, query, headers, body }: Input, token: string) {
  const search = new URLSearchParams(
    query.map(([name, value]): [string, string] => [name, value.toWellFormed()]),
  );
  return fetch(`${url}${path}?${search}`, {
    method: method.toUpperCase(),
    headers: {
      ...headers,
      "dispatched-session": token,
      ...(body === null ? {} : { "content-type": body.type }),
    },
    ...(body === null ? {} : { body: body.text }),
    redirect: "manual",
  });
}

export class AnswerSchemas {
  readonly #document: JsonObject;
  readonly #compiled = new Map<Json, Schema>();

  constructor(document: JsonObject) {
    this.#document = document;
  }

  /** What the answer does not keep, or null. */
  faultOf(operation: JsonObject, answer: Response, text: string): string | null {
    const { status } = answer;
    if (status === 500) return "is an error of ours";
    const described = this.#follow((operation["responses"] as JsonObject)[String(status)]);
    if (described === undefined) return "is a status that is not described";
    const content = described["content"] as JsonObject | undefined;
    if (content === undefined) return text === "" ? null : "has a body that is not described";
    const type = (answer.headers.get("content-type") ?? "").split(";")[0] ?? "";
    const media = content[type] as JsonObject | undefined;
    if (media === undefined) return `has a body of type ${type}`;
    if (!type.includes("json")) return null;
    const parsed = parseJson(text, "ours");
    if (!parsed.ok) return "is not JSON";
    const [problem] = this.#schemaOf(media["schema"] as JsonObject).judge(parsed.value);
    return problem === undefined ? null : `does not fit at ${problem.pointer}: ${problem.message}`;
  }

  #follow(described: Json | undefined): JsonObject | undefined {
    const target = (described as JsonObject | undefined)?.["$ref"];
    if (typeof target !== "string") return described as JsonObject | undefined;
    const keys = target.slice(2).split("/");
    return keys.reduce<Json>((at, key) => (at as JsonObject)[key] as Json, this.#document) as JsonObject;
  }

  #schemaOf(source: JsonObject): Schema {
    const known = this.#compiled.get(source);
    if (known !== undefined) return known;
    const { schemas } = this.#document["components"] as JsonObject;
    const text = JSON.stringify({ ...source, $defs: schemas });
    const result = compileSchema(null, JSON.parse(text.replaceAll("#/components/schemas/", "#/$defs/")));
    if (!result.ok) throw new Error(JSON.stringify(result.defects));
    this.#compiled.set(source, result.schema);
    return result.schema;
  }
}
