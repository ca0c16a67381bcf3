// Lua in this process: values in and out, libraries, errors, and nothing that stays.

import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import type { SandboxResult } from "../../ports/sandbox.ts";
import { equalJson } from "../../value/equal-json.ts";
import type { Json, JsonObject } from "../../value/json.ts";
import { createLua } from "./create-lua.ts";

const lua = await createLua();
const now = 1_764_000_000_123;

function run(source: string, context: JsonObject = {}): SandboxResult {
  return lua.evaluate({ source, context, now });
}

function value(source: string, context: JsonObject = {}): Json {
  const result = run(source, context);
  assert.ok(result.ok, `${source}: ${result.ok ? "" : result.problem.message}`);
  return result.value;
}

function problem(source: string, context: JsonObject = {}) {
  const result = run(source, context);
  assert.ok(!result.ok, `${source} gives a value`);
  return result.problem;
}

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 80 }),
  // With halves of surrogate pairs, as any JSON may have them.
  fc.string({
    unit: fc.constantFrom("\ud83d", "\ude00", "\ud7ff", "\ue000", "\u00e9", "a"),
    maxLength: 2_000,
  }),
);
const json = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: "medium", withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .map((one) =>
        Number.isInteger(one) && !Number.isSafeInteger(one) && Math.abs(one) < 1e21 ? BigInt(one) : one,
      ),
    fc
      .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
      .map((big) => (Number.isSafeInteger(Number(big)) ? Number(big) : big)),
    text,
    fc.array(tie("value"), { maxLength: 8 }),
    fc.dictionary(
      text.filter((key) => key !== "__proto__"),
      tie("value"),
      { maxKeys: 8 },
    ),
  ),
})).value;

test("any value goes in and comes out the same, bare and within others", () => {
  fc.assert(
    fc.property(json, (one) => {
      assert.ok(equalJson(value("return x", { x: one }), one));
      assert.ok(equalJson(value("return { x, { y = x } }", { x: one }), [one, { y: one }]));
      assert.ok(equalJson(value("return json.decode(json.encode(x))", { x: one }), one));
    }),
    { numRuns: 300 },
  );
});

test("half of a surrogate pair is a text in Lua, too, and two that come together are a whole", () => {
  const halves = { a: "\ud83d", b: "\ude00" };
  assert.equal(value("return a .. b", halves), "\u{1f600}");
  assert.equal(value("return #a .. (a == '\\xed\\xa0\\xbd' and ' WTF-8' or '')", halves), "3 WTF-8");
  assert.deepEqual(value("return { [a] = utf8.len(b, 1, -1, true) }", halves), { "\ud83d": 1 });
  assert.equal(value(`return json.decode('"' .. a .. '"') == a`, halves), true);
  for (const broken of ["\\xff", "\\xed\\xa0", "\\xed\\xa0\\xbd\\xc3"])
    assert.equal(problem(`return '${broken}'`).code, "not_a_value", broken);
  assert.equal(problem(`return json.decode('"\\xff"')`).code, "lua_error");
});

test("numbers keep their kind", () => {
  assert.equal(value("return math.type(x)", { x: 3 }), "integer");
  assert.equal(value("return math.type(x)", { x: 3.5 }), "float");
  assert.equal(value("return x + 1", { x: 9007199254740993n }), 9007199254740994n);
  assert.equal(value("return 3.0"), 3);
  assert.equal(
    value("return math.type(x) .. x", { x: -0 }),
    "integer0",
    "as 0 is, which is how it is recorded",
  );
  assert.equal(problem("return x", { x: 2n ** 63n + 1n }).code, "not_a_value");
  assert.equal(value("return 1", { x: 2n ** 63n + 1n }), 1);
  assert.equal(value("return x", { x: 2n ** 63n }), 2n ** 63n);
  assert.equal(value("return 2.0 ^ 60"), 2n ** 60n);
  assert.equal(value("return 1e300"), 1e300);
});

test("null is a value, nil is absence", () => {
  assert.deepEqual(value("return { x == null, y == null, y == nil, x == nil }", { x: null }), [
    true,
    false,
    true,
    false,
  ]);
  assert.deepEqual(value("return { a = null, b = nil }"), { a: null });
  assert.equal(value("return nil"), null);
  assert.equal(value("local a = 1"), null);
  assert.equal(value("return tostring(null)"), "null");
});

test("lists stay lists, and tables without keys are objects", () => {
  assert.deepEqual(value("return { x, {}, json.array {}, json.array { 1 } }", { x: [] }), [[], {}, [], [1]]);
  assert.deepEqual(value("table.remove(x) return x", { x: [1] }), []);
  assert.deepEqual(value("return { [2] = 'b', [1] = 'a', [3] = 'c' }"), ["a", "b", "c"]);
  for (const source of [
    "return { 1, a = 2 }",
    "return { 1, nil, 3 }",
    "return { [1.5] = 1 }",
    "return { [true] = 1 }",
    "return { ['__proto__'] = 1 }",
    "x.a = 1 return x",
    "return '\\xff'",
    "return 1/0",
  ]) {
    assert.equal(problem(source, { x: [] }).code, "not_a_value", source);
  }
});

test("the libraries do what they say", () => {
  assert.equal(value("return time.now()"), now);
  assert.equal(value("return base64.encode('h\\xc3\\xa9\\0')"), Buffer.from("hé\0").toString("base64"));
  assert.equal(value("return base64.decode('aMOpAA==')"), "hé\0");
  assert.equal(problem("return base64.decode('a b')").code, "lua_error");
  for (const algorithm of ["sha1", "sha256", "sha384", "sha512"]) {
    const hash = createHash(algorithm).update("é").digest("hex");
    assert.equal(value(`return crypto.hash('${algorithm}', 'é')`), hash);
    const hmac = createHmac(algorithm, "key").update("é").digest("hex");
    assert.equal(value(`return crypto.hmac('${algorithm}', 'key', 'é')`), hmac);
  }
  assert.match(problem("return crypto.hash('md5', '')").message, /^line 1: crypto: the algorithms are/);
  assert.deepEqual(
    value("return { crypto.equal('a', 'a'), crypto.equal('a', 'b'), crypto.equal('a', 'aa') }"),
    [true, false, false],
  );
  assert.deepEqual(value("return json.decode('[1, null, {}, [], 9007199254740993]')"), [
    1,
    null,
    {},
    [],
    9007199254740993n,
  ]);
  assert.equal(value("return (pcall(json.decode, '{'))"), false);
  assert.equal(
    value("return ('x'):rep(3) .. utf8.char(233) .. #table.concat({ 'a', 'b' }) .. math.max(1, 2)"),
    "xxxé22",
  );
});

test("what a script may name is a closed list", () => {
  const names =
    "assert base64 crypto error getmetatable ipairs json math next null pairs pcall rawequal rawget rawlen rawset select setmetatable string table time tonumber tostring type utf8 xpcall";
  const source =
    "local names = {} for name in pairs(_ENV) do names[#names + 1] = name end table.sort(names) return table.concat(names, ' ')";
  assert.equal(value(source), names);
  assert.deepEqual(
    value("return { math.random == nil, math.randomseed == nil, string.dump == nil, secrets == nil }"),
    [true, true, true, true],
  );
});

test("secrets are there when they are given", () => {
  const task = { source: "return secrets.key", context: { secrets: { key: "context" } }, now };
  assert.deepEqual(lua.evaluate({ ...task, secrets: { key: "s3cret" } }), { ok: true, value: "s3cret" });
  assert.deepEqual(lua.evaluate({ source: "return secrets", context: {}, now }), { ok: true, value: null });
});

test("nothing stays from one evaluation to the next", () => {
  value(
    "string.rep = nil leaked = 1 table.concat = nil getmetatable(json.array{}) math.pi = 3 json.encode = nil",
  );
  problem("local t = {} while true do t[#t + 1] = {} end");
  problem("error('x')");
  assert.deepEqual(
    value("return { leaked == nil, ('x'):rep(2), table.concat({ 1, 2 }), math.pi > 3, json.encode(1) }"),
    [true, "xx", "12", true, "1"],
  );
});

test("the same text gives the same value in every machine, addresses and order included", async () => {
  const other = await createLua();
  const source =
    "local keys = {} for i = 1, 50 do keys['k' .. i * 7919] = i end local out = {} for k in pairs(keys) do out[#out + 1] = k end return { tostring({}), tostring(print), table.concat(out, ',') }";
  problem("local t = {} while true do t[#t + 1] = {} end");
  assert.deepEqual(run(source), other.evaluate({ source, context: {}, now }));
  assert.deepEqual(run(source), run(source));
});

test("errors say the line", () => {
  assert.deepEqual(problem("local a = {}\nreturn a.b.c"), {
    code: "lua_error",
    message: "line 2: attempt to index a nil value (field 'b')",
  });
  assert.deepEqual(problem("error('mine', 0)"), { code: "lua_error", message: "mine" });
  assert.equal(problem("error({})").code, "lua_error");
  assert.equal(problem("\nreturn return").code, "lua_syntax");
  assert.match(problem("setmetatable('', {})").message, /^line 1: bad argument #1/);
});

test("the check of syntax says line and message", () => {
  assert.equal(lua.check("local a = 1\nreturn a"), null);
  assert.deepEqual(lua.check("local a = 1\nreturn a a"), { line: 2, message: "<eof> expected near 'a'" });
  assert.equal(lua.check("\u001bLua")?.line, 1);
  assert.equal(lua.check("while true do end"), null);
});

test("memory is bounded, and a smaller bound stops earlier", async () => {
  const small = await createLua({ memoryBytes: 17 * 1024 * 1024 });
  const source = "return #('x'):rep(10 << 20)";
  assert.deepEqual(run(source), { ok: true, value: 10 << 20 });
  const tight = small.evaluate({
    source: "return #(('x'):rep(9 << 20) .. ('y'):rep(9 << 20))",
    context: {},
    now,
  });
  assert.ok(!tight.ok && tight.problem.code === "evaluation_memory");
  assert.deepEqual(small.evaluate({ source: "return 1", context: {}, now }), { ok: true, value: 1 });
});
