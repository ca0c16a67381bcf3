// Every operation of the description, called with made input: what an answer does not keep of what is described, and what
// never succeeds.

import { setTimeout as pause } from "node:timers/promises";
import fc from "fast-check";
import { sideBySide } from "../../src/engine/side-by-side.ts";
import { compileSchema } from "../../src/language/compile-schema.ts";
import type { Schema } from "../../src/language/schema.ts";
import { commonHeaders } from "../../src/server/open-api/common-headers.ts";
import type { Json, JsonObject } from "../../src/value/json.ts";
import { parseJson } from "../../src/value/parse-json.ts";
import { makeOneOfEach, type OneOfEach } from "../process/one-of-each.ts";
import { ScriptedService } from "../process/scripted-service.ts";
import { registerTenant } from "../process/second-tenant.ts";
import type { EngineUnderTest } from "../process/start-engine.ts";
import { goodBody, goodQuery, knownOf } from "./good-input.ts";
import { type Input, inputOf, pathOf } from "./input-of.ts";

/** Headers of answers that clients act by. */
const commonNames = Object.keys(commonHeaders).map((name) => name.toLowerCase());

/** Seconds, at least. */
const triesMax = 60;

export interface Called {
  readonly calls: number;
  /** How many of each status. */
  readonly statuses: ReadonlyMap<number, number>;
  /** One text each. */
  readonly broken: readonly string[];
  /** Operations that did not succeed by the call by which they must, though their description has an answer for that. */
  readonly neverGood: readonly string[];
}

/** Registration must be open there. @param each calls of each operation beside the one by which it must succeed */
export async function callEverything(engine: EngineUnderTest, each: number, seed: number): Promise<Called> {
  const service = new ScriptedService();
  const address = await service.start();
  try {
    const one = await makeOneOfEach(await registerTenant(engine.url), service, address);
    const described = (await (await fetch(`${engine.url}/api/openapi.json`)).json()) as JsonObject;
    const calls = new Calls(engine.url, one, new AnswerSchemas(described));
    const operations = operationsOf(described);
    // What takes away comes after all others.
    const takesAway = ({ method }: Operation) => method === "delete";
    for (const some of [operations.filter((other) => !takesAway(other)), operations.filter(takesAway)]) {
      for (const operation of some) await calls.makeGood(operation);
      for (const operation of some) await calls.makeMore(operation, each, seed);
    }
    return calls;
  } finally {
    service.stop();
  }
}

interface Operation {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly described: JsonObject;
}

function operationsOf(document: JsonObject): readonly Operation[] {
  return Object.entries(document["paths"] as JsonObject).flatMap(([path, methods]) =>
    Object.entries(methods as JsonObject).map(([method, described]) => ({
      ...{ name: `${method.toUpperCase()} ${path}`, method, path },
      described: described as JsonObject,
    })),
  );
}

class Calls implements Called {
  calls = 0;
  readonly statuses = new Map<number, number>();
  readonly broken: string[] = [];
  readonly neverGood: string[] = [];
  readonly #url: string;
  readonly #one: OneOfEach;
  readonly #schemas: AnswerSchemas;

  constructor(url: string, one: OneOfEach, schemas: AnswerSchemas) {
    this.#url = url;
    this.#one = one;
    this.#schemas = schemas;
  }

  /** The call by which it must succeed. */
  async makeGood(operation: Operation): Promise<void> {
    const { name, path, described } = operation;
    const [values = []] = knownOf(name, this.#one);
    const body = await goodBody(name, this.#one);
    const input: Input = { path: pathOf(path, values), query: goodQuery[name] ?? [], headers: {}, body };
    let status = await this.#call(operation, input);
    // The calls before it have done too much that failed.
    for (let tries = 0; tries < triesMax && status === 429; tries++) {
      await pause(1_000);
      status = await this.#call(operation, input);
    }
    const canBeGood = Object.keys(described["responses"] as JsonObject).some(isGood);
    if (canBeGood && !isGood(status)) this.neverGood.push(name);
  }

  async makeMore(operation: Operation, each: number, seed: number): Promise<void> {
    const { name, path, described } = operation;
    const arbitrary = inputOf(path, described, knownOf(name, this.#one), await goodBody(name, null));
    const inputs = fc.sample(arbitrary, { numRuns: each, seed });
    await sideBySide(inputs, 8, async (input) => void (await this.#call(operation, input)));
  }

  /** Gives the status. */
  async #call({ method, path, described }: Operation, input: Input): Promise<number> {
    // It would end the session by which all others are called.
    const token = path === "/api/session" && method === "delete" ? "dst_sess_x" : this.#one.token;
    const answer = await call(this.#url, method, input, token);
    const text = await answer.text();
    const { status } = answer;
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
    this.calls++;
    const fault = this.#schemas.faultOf(described, answer, text);
    if (fault !== null) {
      this.broken.push(
        `${method} ${path} ${status} ${fault}: ${JSON.stringify(input)} ${text.slice(0, 300)}`,
      );
    }
    return status;
  }
}

function isGood(status: number | string): boolean {
  return Number(status) < 400;
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
    const told = Object.keys((described["headers"] ?? {}) as JsonObject).map((name) => name.toLowerCase());
    // What is left of the quota is told with every problem, and described with one.
    const names = status < 400 || status === 429 ? commonNames : ["retry-after"];
    const untold = names.find((name) => answer.headers.has(name) && !told.includes(name));
    if (untold !== undefined) return `has a header ${untold} that is not described`;
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
