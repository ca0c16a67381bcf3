// Lua 5.4 as WebAssembly, wired to nothing: no files, no clock, no environment, no commands.

import { readFileSync } from "node:fs";

/** Address of a `lua_State`. */
export type LuaState = number;

/** What we call of Lua's C API (Lua 5.4 Reference Manual, section 4), by its own names. */
export interface LuaApi {
  readonly memory: WebAssembly.Memory;
  readonly __indirect_function_table: WebAssembly.Table;
  __wasm_call_ctors(): void;
  emscripten_stack_init(): void;
  emscripten_stack_get_base(): number;
  emscripten_stack_get_end(): number;
  stackSave(): number;
  stackRestore(pointer: number): void;
  setThrew(threw: number, value: number): void;
  malloc(bytes: number): number;
  free(pointer: number): void;
  luaL_newstate(): LuaState;
  luaL_requiref(state: LuaState, name: number, opener: number, global: number): void;
  luaL_loadbufferx(state: LuaState, text: number, bytes: number, name: number, mode: number): number;
  luaL_where(state: LuaState, level: number): void;
  luaopen_base(state: LuaState): number;
  luaopen_string(state: LuaState): number;
  luaopen_table(state: LuaState): number;
  luaopen_math(state: LuaState): number;
  luaopen_utf8(state: LuaState): number;
  lua_callk(state: LuaState, args: number, results: number, context: number, next: number): void;
  lua_pcallk(
    state: LuaState,
    args: number,
    results: number,
    handler: number,
    context: number,
    next: number,
  ): number;
  lua_error(state: LuaState): number;
  lua_concat(state: LuaState, count: number): void;
  lua_checkstack(state: LuaState, slots: number): number;
  lua_gettop(state: LuaState): number;
  lua_settop(state: LuaState, index: number): void;
  lua_pushvalue(state: LuaState, index: number): void;
  lua_type(state: LuaState, index: number): number;
  lua_isinteger(state: LuaState, index: number): number;
  lua_toboolean(state: LuaState, index: number): number;
  lua_tonumberx(state: LuaState, index: number, isNumber: number): number;
  lua_tointegerx(state: LuaState, index: number, isNumber: number): bigint;
  lua_tolstring(state: LuaState, index: number, length: number): number;
  lua_topointer(state: LuaState, index: number): number;
  lua_next(state: LuaState, index: number): number;
  lua_pushnil(state: LuaState): void;
  lua_pushboolean(state: LuaState, value: number): void;
  lua_pushnumber(state: LuaState, value: number): void;
  lua_pushinteger(state: LuaState, value: bigint): void;
  lua_pushlstring(state: LuaState, text: number, bytes: number): number;
  lua_pushlightuserdata(state: LuaState, pointer: number): void;
  lua_pushcclosure(state: LuaState, entry: number, upvalues: number): void;
  lua_createtable(state: LuaState, list: number, record: number): void;
  lua_rawset(state: LuaState, index: number): void;
  lua_rawseti(state: LuaState, index: number, place: bigint): void;
  lua_rawgetp(state: LuaState, index: number, pointer: number): number;
  lua_rawsetp(state: LuaState, index: number, pointer: number): void;
  lua_getmetatable(state: LuaState, index: number): number;
  lua_setmetatable(state: LuaState, index: number): number;
  lua_setglobal(state: LuaState, name: number): void;
  lua_rawgeti(state: LuaState, index: number, place: bigint): number;
}

/** How the C code unwinds: an error of Lua is a long jump, and that is this value thrown. */
const longJump = Number.POSITIVE_INFINITY;

let compiled: Promise<WebAssembly.Module> | undefined;

/** The compiled module; it is compiled once a process. */
export function compileLua(): Promise<WebAssembly.Module> {
  compiled ??= WebAssembly.compile(readFileSync(new URL("glue.wasm", import.meta.resolve("wasmoon"))));
  return compiled;
}

/** A fresh instance whose memory never grows beyond `memoryBytes` (it begins with 16 MiB). */
export function instantiateLua(module: WebAssembly.Module, memoryBytes: number): LuaApi {
  const imports: Record<string, Record<string, (...values: number[]) => unknown>> = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    imports[from] ??= {};
    imports[from][name] = () => {
      throw new Error(`Lua asks for ${name}, which it does not have`);
    };
  }
  const { exports } = new WebAssembly.Instance(module, {
    ...imports,
    env: {
      ...imports["env"],
      emscripten_date_now: () => 0,
      emscripten_resize_heap: (bytes: number) => grow(api, bytes >>> 0, memoryBytes),
      _emscripten_throw_longjmp: () => {
        throw longJump;
      },
      invoke_vii: (entry: number, first: number, second: number) => invoke(api, entry, first, second),
    },
    wasi_snapshot_preview1: {
      ...imports["wasi_snapshot_preview1"],
      environ_get: () => 0,
      environ_sizes_get: (count: number, size: number) => {
        const view = new DataView(api.memory.buffer);
        view.setUint32(count, 0, true);
        view.setUint32(size, 0, true);
        return 0;
      },
    },
  });
  const api = exports as unknown as LuaApi;
  api.emscripten_stack_init();
  api.__wasm_call_ctors();
  return api;
}

/** Where the C code sets its mark for long jumps: everything else that is thrown passes through. */
function invoke(api: LuaApi, entry: number, first: number, second: number): void {
  const stack = api.stackSave();
  try {
    api.__indirect_function_table.get(entry)(first, second);
  } catch (error) {
    api.stackRestore(stack);
    if (error !== longJump) throw error;
    api.setThrew(1, 0);
  }
}

const pageBytes = 65_536;

function grow(api: LuaApi, bytes: number, memoryBytes: number): number {
  if (bytes > memoryBytes) return 0;
  const now = api.memory.buffer.byteLength;
  const wanted = Math.min(memoryBytes, Math.max(bytes, now * 1.25));
  try {
    api.memory.grow(Math.ceil((wanted - now) / pageBytes));
    return 1;
  } catch {
    return 0;
  }
}
