// Puts a JavaScript function where Lua's C code can call it.

import type { LuaApi, LuaState } from "./lua-module.ts";

/** A module that imports a function from i32 to i32 and exports it: only such a function fits into the table. */
const adapter = new WebAssembly.Module(
  Uint8Array.of(
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...[0x01, 0x06, 0x01, 0x60, 0x01, 0x7f, 0x01, 0x7f],
    ...[0x02, 0x07, 0x01, 0x01, 0x65, 0x01, 0x66, 0x00, 0x00],
    ...[0x07, 0x05, 0x01, 0x01, 0x66, 0x00, 0x00],
  ),
);

/** The place in the instance's table of `call`, a `lua_CFunction`. */
export function hostEntry(api: LuaApi, call: (state: LuaState) => number): number {
  const { exports } = new WebAssembly.Instance(adapter, { e: { f: call } });
  return tableEntry(api, exports["f"] as CallableFunction);
}

/** The place of a function that the instance exports: the table takes it once more. */
export function tableEntry(api: LuaApi, callable: CallableFunction): number {
  const place = api.__indirect_function_table.grow(1);
  api.__indirect_function_table.set(place, callable);
  return place;
}
