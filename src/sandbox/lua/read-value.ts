// Reads a JSON value from Lua's stack.

import { wholeNumber } from "../../value/exact-number.ts";
import type { Json } from "../../value/json.ts";
import { limits } from "../../value/limits.ts";
import { textBytes, valueBytesMin } from "../bounded-size.ts";
import { Stop } from "../stop.ts";
import { luaType, registryIndex } from "./lua-constants.ts";
import type { LuaMemory } from "./lua-memory.ts";
import type { LuaState } from "./lua-module.ts";

const typeNames = [
  "nil",
  "boolean",
  "userdata",
  "number",
  "string",
  "table",
  "function",
  "userdata",
  "thread",
];
const sizeMax = limits.response_body_bytes;

/**
 * nil and the sentinel are null. A table with the mark of lists, or with the keys 1 to n, is a list; one without keys is
 * an object. Stops with `not_a_value`, or `result_too_large` beyond `response_body_bytes`. Leaves the stack as it was.
 */
export function readValue(memory: LuaMemory, state: LuaState, listMark: number, index: number): Json {
  const reader = new ValueReader(memory, state, listMark);
  return reader.read(index < 0 ? memory.api.lua_gettop(state) + 1 + index : index, 0);
}

class ValueReader {
  readonly #memory: LuaMemory;
  readonly #state: LuaState;
  readonly #listMark: number;
  #size = 0;

  constructor(memory: LuaMemory, state: LuaState, listMark: number) {
    this.#memory = memory;
    this.#state = state;
    this.#listMark = listMark;
  }

  read(index: number, depth: number): Json {
    const { api } = this.#memory;
    const type = api.lua_type(this.#state, index);
    switch (type) {
      case luaType.nil:
      case luaType.lightUserdata:
        this.#spend(valueBytesMin);
        return null;
      case luaType.boolean:
        this.#spend(valueBytesMin);
        return api.lua_toboolean(this.#state, index) !== 0;
      case luaType.number:
        this.#spend(valueBytesMin);
        return this.#number(index);
      case luaType.string:
        return this.#text(index);
      case luaType.table:
        this.#spend(valueBytesMin);
        return this.#table(index, depth);
      default:
        throw notAValue(`a ${typeNames[type] ?? "value"} is no JSON value`);
    }
  }

  #spend(bytes: number): void {
    this.#size += bytes;
    if (this.#size > sizeMax) {
      throw new Stop("result_too_large", `the value is larger than ${sizeMax} bytes`);
    }
  }

  #number(index: number): Json {
    const { api } = this.#memory;
    const value = api.lua_tonumberx(this.#state, index, 0);
    if (api.lua_isinteger(this.#state, index) !== 0) {
      return Number.isSafeInteger(value) ? value : api.lua_tointegerx(this.#state, index, 0);
    }
    if (!Number.isFinite(value)) throw notAValue(`the number ${value} is no JSON value`);
    return wholeNumber(value);
  }

  #text(index: number): string {
    this.#spend(textBytes(this.#memory.view(this.#state, index).length));
    const text = this.#memory.text(this.#state, index);
    if (text === null) throw notAValue("a text is not UTF-8; base64.encode makes one of any bytes");
    return text;
  }

  #table(index: number, depth: number): Json {
    const { api } = this.#memory;
    const state = this.#state;
    if (depth >= limits.json_depth) {
      throw notAValue(`a table is nested deeper than ${limits.json_depth}, or within itself`);
    }
    if (api.lua_checkstack(state, 8) === 0) throw new Stop("evaluation_memory", "Lua's stack is full");
    const top = api.lua_gettop(state);
    const members: [string, Json][] = [];
    const list: Json[] = [];
    const scattered: [number, Json][] = [];
    api.lua_pushnil(state);
    while (api.lua_next(state, index) !== 0) {
      const type = api.lua_type(state, top + 1);
      if (type === luaType.string) {
        members.push([this.#key(top + 1), this.read(top + 2, depth + 1)]);
      } else {
        const place = this.#place(top + 1, type);
        const value = this.read(top + 2, depth + 1);
        if (place === list.length + 1) list.push(value);
        else scattered.push([place, value]);
      }
      api.lua_settop(state, top + 1);
    }
    append(list, scattered);
    if (list.length > 0 && members.length > 0) throw notAValue("a table has both texts and numbers as keys");
    if (members.length > 0) {
      if (this.#isList(index)) throw notAValue("a list has a text as a key");
      return Object.fromEntries(members);
    }
    return list.length > 0 || this.#isList(index) ? list : {};
  }

  #key(index: number): string {
    const key = this.#text(index);
    if (key === "__proto__") throw notAValue('an object may not have the key "__proto__"');
    return key;
  }

  #place(index: number, type: number): number {
    const { api } = this.#memory;
    if (type === luaType.number && api.lua_isinteger(this.#state, index) !== 0) {
      return api.lua_tonumberx(this.#state, index, 0);
    }
    throw notAValue(
      `a table has a key that is a ${typeNames[type] ?? "value"}; keys are texts, or the integers from 1`,
    );
  }

  #isList(index: number): boolean {
    const { api } = this.#memory;
    if (api.lua_getmetatable(this.#state, index) === 0) return false;
    api.lua_rawgetp(this.#state, registryIndex, this.#listMark);
    const same = api.lua_topointer(this.#state, -1) === api.lua_topointer(this.#state, -2);
    api.lua_settop(this.#state, -3);
    return same;
  }
}

/** Puts entries that came out of order behind the others. */
function append(list: Json[], scattered: [number, Json][]): void {
  for (const [place, value] of scattered.sort(([a], [b]) => a - b)) {
    if (place !== list.length + 1) {
      throw notAValue(
        `a list has no entry ${list.length + 1}, but one at ${place}; null marks an empty place`,
      );
    }
    list.push(value);
  }
}

function notAValue(message: string): Stop {
  return new Stop("not_a_value", message);
}
