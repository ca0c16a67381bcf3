// Pushes a JSON value onto Lua's stack.

import { isJsonObject, type Json, type JsonObject } from "../../value/json.ts";
import { limits } from "../../value/limits.ts";
import { Stop } from "../stop.ts";
import { registryIndex } from "./lua-constants.ts";
import type { LuaMemory } from "./lua-memory.ts";
import type { LuaState } from "./lua-module.ts";

const integerMin = -(2n ** 63n);
const integerMax = 2n ** 63n - 1n;
/** A context holds values that are as deep as JSON may be, a few levels down. */
const depthMax = limits.json_depth + 16;

/**
 * Null becomes the sentinel `null`, a list a table with the mark of lists, an integer an integer, any other number a float.
 * An integer beyond 64 bits is a float when a double holds it exactly; at any other it stops with `not_a_value`.
 */
export function pushValue(
  memory: LuaMemory,
  state: LuaState,
  listMark: number,
  value: Json,
  depth = 0,
): void {
  const { api } = memory;
  if (value === null) api.lua_pushlightuserdata(state, 0);
  else if (typeof value === "string") memory.pushText(state, value);
  else if (typeof value === "boolean") api.lua_pushboolean(state, value ? 1 : 0);
  else if (typeof value === "number") pushNumber(memory, state, value);
  else if (typeof value === "bigint") pushInteger(memory, state, value);
  else pushTable(memory, state, listMark, value, depth);
}

function pushNumber({ api }: LuaMemory, state: LuaState, value: number): void {
  // Minus zero is written as 0, and so an integer as soon as it is read again.
  if (Number.isSafeInteger(value)) api.lua_pushinteger(state, BigInt(value));
  else api.lua_pushnumber(state, value);
}

function pushInteger({ api }: LuaMemory, state: LuaState, value: bigint): void {
  if (value >= integerMin && value <= integerMax) api.lua_pushinteger(state, value);
  else if (isDouble(value)) api.lua_pushnumber(state, Number(value));
  else {
    throw new Stop("not_a_value", `the integer ${value.toString().slice(0, 40)} is beyond Lua's 64 bits`);
  }
}

function isDouble(value: bigint): boolean {
  const double = Number(value);
  return Number.isFinite(double) && BigInt(double) === value;
}

function pushTable(
  memory: LuaMemory,
  state: LuaState,
  listMark: number,
  value: readonly Json[] | JsonObject,
  depth: number,
): void {
  const { api } = memory;
  if (depth > depthMax) throw new Stop("not_a_value", `a value is nested deeper than ${depthMax}`);
  if (api.lua_checkstack(state, 8) === 0) throw new Stop("evaluation_memory", "Lua's stack is full");
  if (isJsonObject(value)) {
    const entries = Object.entries(value);
    api.lua_createtable(state, 0, entries.length);
    for (const [key, entry] of entries) {
      memory.pushText(state, key);
      pushValue(memory, state, listMark, entry, depth + 1);
      api.lua_rawset(state, -3);
    }
    return;
  }
  api.lua_createtable(state, value.length, 0);
  value.forEach((entry, index) => {
    pushValue(memory, state, listMark, entry, depth + 1);
    api.lua_rawseti(state, -2, BigInt(index + 1));
  });
  api.lua_rawgetp(state, registryIndex, listMark);
  api.lua_setmetatable(state, -2);
}
