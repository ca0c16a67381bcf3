// Tasks that try to hold up, fill or leave the sandbox, each with what may come of it.

import type { SandboxCode, SandboxTask } from "../../src/ports/sandbox.ts";
import type { Json, JsonObject } from "../../src/value/json.ts";

export interface HostileTask {
  readonly name: string;
  readonly task: SandboxTask;
  /** Codes that it may end with; `ok` for one that is harmless here. A timeout is always allowed: machines are slow. */
  readonly ends: readonly (SandboxCode | "ok")[];
}

function lua(
  name: string,
  source: string,
  ends: readonly (SandboxCode | "ok")[],
  context: JsonObject = {},
): HostileTask {
  return { name, task: { lang: "lua", source, context, now: 0 }, ends };
}

function jsonPath(
  name: string,
  source: string,
  context: JsonObject,
  ends: readonly (SandboxCode | "ok")[],
): HostileTask {
  return { name, task: { lang: "jsonpath", source, context, now: 0 }, ends };
}

const endless: readonly HostileTask[] = [
  lua("endless loop", "while true do end", []),
  lua("endless goto", "::again:: goto again", []),
  lua("endless repeat", "repeat until false", []),
  lua("huge numeric for", "for i = 1, math.maxinteger do end", []),
  lua("endless loop within pcall", "pcall(function() while true do end end)", []),
  lua("pcall loop that swallows every error", "while true do pcall(error, 'x') end", []),
  lua(
    "nested pcall that goes on after errors",
    "local function f() pcall(function() error(1) end) return f() end return f()",
    [],
  ),
  lua("xpcall whose handler fails", "while true do xpcall(error, function(m) error(m) end) end", []),
  lua(
    "pcall loop that swallows memory errors",
    "while true do pcall(function() local t = {} while true do t = {t, {}} end end) end",
    [],
  ),
  lua("memory error swallowed once", "pcall(string.rep, 'x', 1 << 30) return 1", ["ok"]),
  lua(
    "to-be-closed variable that never closes",
    "local x <close> = setmetatable({}, { __close = function() while true do end end }) error('x')",
    [],
  ),
  lua(
    "comparison that never ends",
    "local m = { __eq = function() while true do end end } return setmetatable({}, m) == setmetatable({}, m)",
    [],
  ),
  lua("endless length", "return #setmetatable({}, { __len = function() while true do end end })", []),
  lua("endless iterator", "for _ in function() return 1 end do end", []),
  lua("endless next on a table that refills", "local t = {} while true do t[#t % 9 + 1] = next(t) end", []),
];

const patterns: readonly HostileTask[] = [
  lua("pattern of many lazy repetitions", "return ('a'):rep(3000):find(('a-'):rep(30) .. 'b')", []),
  lua("pattern of many greedy repetitions", "return ('a'):rep(60):match(('a*'):rep(40) .. 'b')", []),
  lua("quadratic gsub", "return ('a'):rep(1 << 20):gsub('.-b', '')", []),
  lua("gsub that multiplies", "local s = 'xxxxxxxx' while true do s = s:gsub('x', 'xxxxxxxx') end", [
    "evaluation_memory",
  ]),
  lua(
    "gsub with a callback that never returns",
    "return ('x'):gsub('.', function() while true do end end)",
    [],
  ),
  lua("balanced match of a long text", "return ('('):rep(200000):gsub('%b()', '')", []),
  lua("deep captures", "return ('x'):find(('('):rep(10000))", ["lua_error"]),
];

const memory: readonly HostileTask[] = [
  lua("string.rep of a gigabyte", "return ('x'):rep(1 << 30)", ["evaluation_memory", "lua_error"]),
  lua("string.rep beyond every size", "return ('x'):rep(math.maxinteger)", ["lua_error"]),
  lua("table without end", "local t = {} while true do t[#t + 1] = {} end", ["evaluation_memory"]),
  lua("concatenation that doubles", "local s = 'x' while true do s = s .. s end", ["evaluation_memory"]),
  lua("table.concat that doubles", "local s = 'x' while true do s = table.concat({ s, s, s }) end", [
    "evaluation_memory",
  ]),
  lua("string.format that doubles", "local s = 'x' while true do s = ('%s%s'):format(s, s) end", [
    "evaluation_memory",
  ]),
  lua("string.format of a wide number", "return ('%99999999d'):format(1)", ["lua_error"]),
  lua("string.pack of a wide field", "return string.pack('!16 s8', ('x'):rep(1 << 26))", [
    "evaluation_memory",
  ]),
  lua("table.unpack of everything", "return table.unpack({}, 1, 1e7)", ["lua_error", "evaluation_memory"]),
  lua("table.move across everything", "return table.move({}, 1, math.maxinteger - 1, 2)", []),
  lua("utf8.char without end", "local s = '' while true do s = s .. utf8.char(0x10ffff):rep(9999) end", [
    "evaluation_memory",
  ]),
  lua("utf8.codepoint of a long text", "return utf8.codepoint(('x'):rep(1e6), 1, -1)", ["lua_error"]),
  lua("closures without end", "local f = print while true do local g = f f = function() return g end end", [
    "evaluation_memory",
  ]),
  lua("many long texts", "local t = {} for i = 1, 1e9 do t[i] = ('x'):rep(1e5) .. i end", [
    "evaluation_memory",
  ]),
  lua("json.encode that grows", "local t = {} while true do t = { t, t } json.encode(t) end", ["lua_error"]),
];

const stacks: readonly HostileTask[] = [
  lua("deep recursion", "local function f(n) return 1 + f(n + 1) end return f(1)", [
    "lua_error",
    "evaluation_memory",
  ]),
  lua("recursion through pcall", "local function f() return pcall(f) end return f()", [
    "ok",
    "lua_error",
    "evaluation_memory",
  ]),
  lua(
    "recursion through __index",
    "local t = setmetatable({}, {}) getmetatable(t).__index = function(s, k) return s[k] end return t.x",
    ["lua_error"],
  ),
  lua("__index chain in a ring", "local t = {} setmetatable(t, { __index = t }) return t.x", ["lua_error"]),
  lua(
    "recursion through tostring",
    "local t = setmetatable({}, { __tostring = function(s) return tostring(s) end }) return tostring(t)",
    ["lua_error"],
  ),
  lua("recursion through gsub", "local function f(s) return (s:gsub('.', f)) end return f('x')", [
    "lua_error",
  ]),
  lua("recursion through sort", "local function f() table.sort({ 3, 2, 1 }, f) end return f()", [
    "lua_error",
  ]),
  lua(
    "sort with a comparison that lies",
    "local t = {} for i = 1, 1e5 do t[i] = i end table.sort(t, function() return true end)",
    ["lua_error", "ok"],
  ),
  lua("deeply nested source", `return ${"(".repeat(10_000)}1${")".repeat(10_000)}`, ["lua_syntax"]),
  lua("deeply nested functions", `${"return function() ".repeat(1_000)}${"end ".repeat(1_000)}`, [
    "lua_syntax",
  ]),
  lua("json.decode of deep brackets", "return json.decode(('['):rep(1e6))", ["lua_error"]),
];

const escapes: readonly HostileTask[] = [
  lua("load of a text", "return load('return 1')()", ["lua_error"]),
  lua("bytecode as source", "\u001bLua\u0054\u0000\u0019", ["lua_syntax"]),
  lua("string.dump", "return string.dump(function() end)", ["lua_error"]),
  lua("require", "return require('os')", ["lua_error"]),
  lua("io.open", "return io.open('/etc/passwd')", ["lua_error"]),
  lua("os.execute", "return os.execute('true')", ["lua_error"]),
  lua("debug.getregistry", "return debug.getregistry()", ["lua_error"]),
  lua("package.loaded", "return package.loaded.os", ["lua_error"]),
  lua("dofile", "return dofile('/etc/passwd')", ["lua_error"]),
  lua("collectgarbage", "collectgarbage('stop')", ["lua_error"]),
  lua("coroutines", "return coroutine.wrap(function() while true do coroutine.yield() end end)", [
    "lua_error",
  ]),
  lua("finalizer that never ends", "setmetatable({}, { __gc = function() while true do end end })", [
    "lua_error",
  ]),
  lua(
    "finalizer set later",
    "local m = {} setmetatable({}, m) m.__gc = function() while true do end end for i = 1, 1e4 do local _ = {} end",
    ["ok"],
  ),
  lua("metatable of texts", "getmetatable('').__index = function() return 'mine' end", ["lua_error"]),
  lua(
    "libraries overwritten",
    "string.rep = nil math.floor = error json.encode = error tostring = nil pairs = nil next = nil",
    ["ok"],
  ),
  lua("globals overwritten", "_ENV = {} string = 1 null = 2", ["ok"]),
  lua("metatable of null", "getmetatable(null).__tostring = nil", ["lua_error"]),
  lua("metatable of globals", "setmetatable(_ENV, {})", ["lua_error"]),
];

const results: readonly HostileTask[] = [
  lua("result within itself", "local t = {} t.t = t return t", ["not_a_value"]),
  lua("result that shares itself", "local t = {} for i = 1, 60 do t = { t, t } end return t", [
    "result_too_large",
  ]),
  lua("result of many bytes", "return ('x'):rep(6 << 20)", ["result_too_large"]),
  lua("result of many small values", "local t = {} for i = 1, 4e5 do t[i] = {} end return t", [
    "ok",
    "result_too_large",
  ]),
  lua("result that is a function", "return string.rep", ["not_a_value"]),
  lua("result that is no number", "return 0/0", ["not_a_value"]),
  lua("list of one far entry", "return { [math.maxinteger] = 1 }", ["not_a_value"]),
  lua("error of many bytes", "error(('x'):rep(1 << 22), 0)", ["lua_error"]),
  lua("error that is a table", "error(setmetatable({}, { __tostring = function() while true do end end }))", [
    "lua_error",
  ]),
];

/** About five megabytes in many small values. */
function large(): JsonObject {
  return { list: Array.from({ length: 60_000 }, (_, id) => ({ id, text: "x".repeat(50), tags: [id, "a"] })) };
}

function deep(levels: number): Json {
  let value: Json = 1;
  for (let level = 0; level < levels; level++) value = { a: value, b: [value === 1 ? 1 : 0] };
  return value;
}

const queries: readonly HostileTask[] = [
  jsonPath("every node of a large value", "$..*", large(), ["result_too_large"]),
  jsonPath("descendants of descendants", "$..*..*..*", large(), ["jsonpath_error", "result_too_large"]),
  jsonPath("selectors that multiply", "$..[*,*,*]..[*,*,*]..[*,*,*]", large(), [
    "jsonpath_error",
    "result_too_large",
  ]),
  jsonPath("nested descendants in filters", "$..[?@..[?@..[?@..id]]]", { a: deep(200) }, [
    "ok",
    "jsonpath_error",
  ]),
  jsonPath("every node compared with every node", "$..[?$..[?@ == @.x]]", large(), ["ok", "jsonpath_error"]),
  jsonPath("root compared with root", "$..[?$ == $]", large(), ["ok", "jsonpath_error", "result_too_large"]),
  jsonPath(
    "catastrophic expression in match",
    "$.list[?match(@, '(a+)+b')]",
    { list: ["a".repeat(50_000)] },
    ["ok"],
  ),
  jsonPath(
    "catastrophic expression in search",
    "$.list[?search(@, '(a|a|a)*(a|a)*c')]",
    { list: ["a".repeat(50_000)] },
    ["ok"],
  ),
  jsonPath(
    "expression of many repetitions",
    "$.list[?match(@, '((a{1,99}){1,99}){1,99}')]",
    { list: ["a"] },
    ["jsonpath_error"],
  ),
  jsonPath(
    "many expressions from the data",
    "$.list[?search('x', @)]",
    { list: Array.from({ length: 5_000 }, (_, n) => `a{${n % 900}}b${n}`) },
    ["ok", "jsonpath_error"],
  ),
  jsonPath("slices of everything", `$.list[${Array.from({ length: 400 }, () => "::1").join()}]`, large(), [
    "jsonpath_error",
    "result_too_large",
  ]),
  jsonPath("slice with a huge step", "$.list[::9007199254740991]", large(), ["ok"]),
  jsonPath("deeply nested query", `$[?${"(".repeat(1_500)}@.a${")".repeat(1_500)}]`, {}, [
    "ok",
    "jsonpath_error",
  ]),
  jsonPath("long query", `$${".a".repeat(100_000)}`, {}, ["jsonpath_error"]),
];

export const hostileTasks: readonly HostileTask[] = [
  ...endless,
  ...patterns,
  ...memory,
  ...stacks,
  ...escapes,
  ...results,
  ...queries,
];
