// The described events are those that the engine records: as types, and by recorded logs.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { eventsPage } from "../../scripts/events-page.ts";
import type { RunEvent, RunEventBody } from "../../src/run/event.ts";
import { eventJson } from "../../src/server/api-json.ts";
import { eventSchemas } from "../../src/server/schemas/event-schemas.ts";
import type { ValueOf } from "../../src/server/typed-schema.ts";
import type { Json, JsonObject } from "../../src/value/json.ts";
import { misfitsOf } from "../process/documented-events.ts";
import { root } from "../tidy/source-files.ts";

type Described = (typeof eventSchemas)[number];

/** Members that may be absent are there, JSON is a word, numbers and flags are any: what is left can be compared. */
type Plain<Value> = [Json] extends [Value]
  ? "json"
  : Value extends object
    ? { readonly [Name in keyof Value]-?: Plain<Exclude<Value[Name], undefined>> }
    : Value extends number
      ? number
      : Value extends boolean
        ? boolean
        : Value;

/** Of facts that are described as one, all members. */
type Merged<Facts> = {
  readonly [Name in Facts extends unknown ? keyof Facts : never]: Facts extends {
    readonly [Its in Name]?: infer Value;
  }
    ? Value
    : never;
};
type MembersOf<Type extends string> = Omit<
  Merged<Extract<RunEventBody, { readonly type: Type }> & { readonly secrets?: RunEvent["secrets"] }>,
  "type" | "step"
>;
type Same<One, Other> = [One, Other] extends [Other, One]
  ? true
  : { readonly one: One; readonly other: Other };

/** By each type, whether what is described is what `src/run/event.ts` declares; this compiles when all are. */
type Compared = {
  readonly [Type in RunEventBody["type"]]: Described extends infer One
    ? One extends { readonly types: readonly (infer Types extends string)[]; readonly data: infer Data }
      ? Type extends Types
        ? Same<Plain<Omit<ValueOf<Data>, "stored">>, Plain<MembersOf<Types>>>
        : never
      : never
    : never;
};
type DescribedType = Described["types"][number];

test("each type of event is described, as src/run/event.ts declares it, and once", () => {
  const same: Readonly<Record<RunEventBody["type"] | DescribedType, true>> = {} as Compared;
  const types = eventSchemas.flatMap((schema): readonly string[] => schema.types);
  assert.deepEqual([same, types.length], [{}, new Set(types).size]);
});

test("what is described of an event is held against it", () => {
  const good = {
    seq: 1,
    type: "run.completed",
    at: "2026-01-31T00:00:00.000Z",
    step: null,
    data: { output: 1 },
  };
  assert.deepEqual(misfitsOf([good]), []);
  for (const bad of [
    { ...good, type: "run.finished" },
    { ...good, step: "a" },
    { ...good, data: {} },
    { ...good, data: { output: 1, more: 2 } },
  ])
    assert.equal(misfitsOf([bad]).length > 0, true, JSON.stringify(bad));
});

test("docs/reference/events.md is what the schemas say (npm run events-page writes it), its example, too", () => {
  const page = readFileSync(join(root, "docs/reference/events.md"), "utf8");
  assert.equal(page, eventsPage());
  const [, shown = ""] = /```json\n(.*)\n```/.exec(page) ?? [];
  assert.deepEqual(misfitsOf([JSON.parse(shown)]), []);
});

test("recorded logs are as described", () => {
  const folder = join(root, "testdata/logs");
  for (const file of readdirSync(folder)) {
    const { events } = JSON.parse(readFileSync(join(folder, file), "utf8")) as {
      readonly events: readonly (JsonObject & {
        readonly type: string;
        readonly at: number;
        readonly step?: number;
      })[];
    };
    const told = events.map(({ type, at, step, ...data }, index) => {
      const id = step === undefined ? null : String(step);
      return eventJson("run_1", { seq: index + 1, type, at, step: id, data }) as { readonly type: string };
    });
    assert.deepEqual(misfitsOf(told), [], file);
  }
});
