// The functions that scripts are given beside Lua's own libraries.

import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { parseJson } from "../../value/parse-json.ts";
import { stringifyJson } from "../../value/stringify-json.ts";
import { Stop } from "../stop.ts";
import { luaType, registryIndex } from "./lua-constants.ts";
import type { LuaMemory } from "./lua-memory.ts";
import type { LuaState } from "./lua-module.ts";
import { pushValue } from "./push-value.ts";
import { readValue } from "./read-value.ts";
import { decodeWtf8 } from "./wtf-8.ts";

/** Pushes results and returns how many. */
export type HostFunction = (state: LuaState) => number;

/** Libraries by name, each with its functions by name. `now` tells the time of the evaluation. */
export type HostLibraries = Readonly<Record<string, Readonly<Record<string, HostFunction>>>>;

const algorithms = ["sha1", "sha256", "sha384", "sha512"];

export function hostLibraries(memory: LuaMemory, listMark: number, now: () => number): HostLibraries {
  return {
    json: jsonLibrary(memory, listMark),
    base64: base64Library(memory),
    crypto: cryptoLibrary(memory),
    time: {
      now: (state) => {
        memory.api.lua_pushinteger(state, BigInt(Math.trunc(now())));
        return 1;
      },
    },
  };
}

function jsonLibrary(memory: LuaMemory, listMark: number): Readonly<Record<string, HostFunction>> {
  const { api } = memory;
  return {
    decode: (state) => {
      const text = decodeWtf8(argument(memory, state, 1));
      if (text === null) return fail(memory, state, "json.decode: the text is not UTF-8");
      const parsed = parseJson(text, "data");
      if (!parsed.ok) return fail(memory, state, `json.decode: ${parsed.message}`);
      pushValue(memory, state, listMark, parsed.value);
      return 1;
    },
    encode: (state) => {
      let text: string;
      try {
        text = stringifyJson(readValue(memory, state, listMark, 1));
      } catch (error) {
        if (error instanceof Stop) return fail(memory, state, `json.encode: ${error.message}`);
        throw error;
      }
      memory.pushText(state, text);
      return 1;
    },
    array: (state) => {
      const free = api.lua_type(state, 1) === luaType.table && api.lua_getmetatable(state, 1) === 0;
      if (!free) return fail(memory, state, "json.array: a table without a metatable is needed");
      api.lua_settop(state, 1);
      api.lua_rawgetp(state, registryIndex, listMark);
      api.lua_setmetatable(state, 1);
      return 1;
    },
  };
}

function base64Library(memory: LuaMemory): Readonly<Record<string, HostFunction>> {
  return {
    encode: (state) => {
      memory.pushText(state, Buffer.from(argument(memory, state, 1)).toString("base64"));
      return 1;
    },
    decode: (state) => {
      const text = Buffer.from(argument(memory, state, 1)).toString("latin1");
      if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(text))
        return fail(memory, state, "base64.decode: this is no base64");
      memory.pushBytes(state, Buffer.from(text, "base64"));
      return 1;
    },
  };
}

function cryptoLibrary(memory: LuaMemory): Readonly<Record<string, HostFunction>> {
  const algorithm = (state: LuaState): string => {
    const name = Buffer.from(argument(memory, state, 1)).toString("latin1");
    if (algorithms.includes(name)) return name;
    fail(memory, state, `crypto: the algorithms are ${algorithms.join(", ")}`);
    return "";
  };
  return {
    hash: (state) => {
      const hash = createHash(algorithm(state)).update(argument(memory, state, 2));
      memory.pushText(state, hash.digest("hex"));
      return 1;
    },
    hmac: (state) => {
      const key = Buffer.from(argument(memory, state, 2));
      const hmac = createHmac(algorithm(state), key).update(argument(memory, state, 3));
      memory.pushText(state, hmac.digest("hex"));
      return 1;
    },
    equal: (state) => {
      const first = Buffer.from(argument(memory, state, 1));
      const second = argument(memory, state, 2);
      const equal = first.length === second.length && timingSafeEqual(first, second);
      memory.api.lua_pushboolean(state, equal ? 1 : 0);
      return 1;
    },
  };
}

/** The bytes of a text argument: a view that the next call into Lua may spoil. */
function argument(memory: LuaMemory, state: LuaState, place: number): Uint8Array {
  const type = memory.api.lua_type(state, place);
  if (type !== luaType.string && type !== luaType.number) {
    fail(memory, state, `argument ${place} must be a text`);
  }
  return memory.view(state, place);
}

/** Raises an error of Lua, which a script may catch: it does not return. */
function fail(memory: LuaMemory, state: LuaState, message: string): number {
  memory.api.luaL_where(state, 1);
  memory.pushText(state, message);
  memory.api.lua_concat(state, 2);
  return memory.api.lua_error(state);
}
