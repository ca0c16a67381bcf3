// What every sandbox must do: cases that throw when it does not.

import { assert } from "../value/assert.ts";
import { equalJson } from "../value/equal-json.ts";
import type { TenantId } from "../value/id.ts";
import type { Json, JsonObject } from "../value/json.ts";
import type { Sandbox, SandboxCode, SandboxResult, SandboxTask } from "./sandbox.ts";

export interface SandboxContractCase {
  readonly name: string;
  run(sandbox: Sandbox): Promise<void>;
}

const tenant = "ten_contract" as TenantId;

const context: JsonObject = {
  input: {
    items: [
      { id: 9007199254740993n, tags: [] },
      { id: 2, note: null },
    ],
  },
  steps: { pay: { body: { amount: 12.5 } } },
};

function task(lang: SandboxTask["lang"], source: string): SandboxTask {
  return { lang, source, context, now: 1_764_000_000_123 };
}

async function gives(sandbox: Sandbox, given: SandboxTask, value: Json): Promise<void> {
  const [result] = await sandbox.evaluate(tenant, [given]);
  assert(result?.ok === true && equalJson(result.value, value), `${given.source} gives another value`);
}

async function fails(sandbox: Sandbox, given: SandboxTask, code: SandboxCode): Promise<void> {
  const [result] = await sandbox.evaluate(tenant, [given]);
  assert(result?.ok === false && result.problem.code === code, `${given.source} does not fail with ${code}`);
}

export const sandboxContract: readonly SandboxContractCase[] = [
  {
    name: "a singular query gives its value or null, any other a list",
    async run(sandbox) {
      await gives(sandbox, task("jsonpath", "$.steps.pay.body.amount"), 12.5);
      await gives(sandbox, task("jsonpath", "$.steps.ship"), null);
      await gives(sandbox, task("jsonpath", "$.input.items[?@.id == 9007199254740993].tags"), [[]]);
      await gives(sandbox, task("jsonpath", "$..nothing"), []);
      await fails(sandbox, task("jsonpath", "$.a["), "jsonpath_error");
    },
  },
  {
    name: "Lua reads the context by name and returns a value",
    async run(sandbox) {
      await gives(
        sandbox,
        task("lua", "return input.items"),
        (context["input"] as JsonObject)["items"] ?? null,
      );
      await gives(sandbox, task("lua", "return { #input.items, absent == nil, time.now() }"), [
        2,
        true,
        1_764_000_000_123,
      ]);
      await gives(sandbox, task("lua", "return input.items[1].id + 1"), 9007199254740994n);
      await gives(sandbox, task("lua", "return { input.items[2].note == null, {}, json.array {} }"), [
        true,
        {},
        [],
      ]);
    },
  },
  {
    name: "what fails says why",
    async run(sandbox) {
      await fails(sandbox, task("lua", "return absent.member"), "lua_error");
      await fails(sandbox, task("lua", "return return"), "lua_syntax");
      await fails(sandbox, task("lua", "return print == nil and pairs"), "not_a_value");
      await fails(sandbox, task("lua", "local t = {} t.t = t return t"), "not_a_value");
      await fails(sandbox, task("lua", "return ('x'):rep(6 << 20)"), "result_too_large");
      await fails(sandbox, task("lua", "local t = {} while true do t[#t + 1] = {} end"), "evaluation_memory");
    },
  },
  {
    name: "results come in the order of the tasks, and a failure spares its neighbours",
    async run(sandbox) {
      const tasks = Array.from({ length: 60 }, (_, n) =>
        task("lua", n % 7 === 3 ? "error('x')" : `return ${n}`),
      );
      const results: readonly SandboxResult[] = await sandbox.evaluate(tenant, tasks);
      assert(results.length === tasks.length, "a task has no result");
      results.forEach((result, n) => {
        assert(result.ok === (n % 7 !== 3), `task ${n} has the result of another`);
        assert(!result.ok || result.value === n, `task ${n} has the value of another`);
      });
      assert((await sandbox.evaluate(tenant, [])).length === 0, "no task has a result");
    },
  },
  {
    name: "nothing stays, and the same task gives the same value",
    async run(sandbox) {
      await gives(sandbox, task("lua", "leaked = 1 string.rep = nil input.items = nil"), null);
      await gives(sandbox, task("lua", "return { leaked == nil, ('x'):rep(2), #input.items }"), [
        true,
        "xx",
        2,
      ]);
      const one = task(
        "lua",
        "local keys = {} for key in pairs(input.items[1]) do keys[#keys + 1] = key end return { tostring({}), keys }",
      );
      const [first] = await sandbox.evaluate(tenant, [one]);
      assert(first?.ok === true, "a value is expected");
      for (let again = 0; again < 20; again++) await gives(sandbox, one, first.value);
    },
  },
  {
    name: "secrets are there for the task that has them",
    async run(sandbox) {
      await gives(sandbox, { ...task("lua", "return secrets.key"), secrets: { key: "s3cret" } }, "s3cret");
      await gives(sandbox, task("lua", "return secrets"), null);
    },
  },
  {
    name: "the check of syntax says the line, and runs nothing",
    async run(sandbox) {
      assert((await sandbox.checkLua(tenant, "while true do end")) === null, "this can be compiled");
      assert(
        (await sandbox.checkLua(tenant, "local a = 1\nreturn a a"))?.line === 2,
        "the second line is wrong",
      );
      assert((await sandbox.checkLua(tenant, "\u001bLua")) !== null, "bytecode is no text");
    },
  },
];
