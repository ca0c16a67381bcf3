// Numbers of Lua 5.4's C API (lua.h).

export const registryIndex = -1_001_000;
/** Place of the globals in the registry. */
export const globalsPlace = 2n;

export const luaType = {
  nil: 0,
  boolean: 1,
  lightUserdata: 2,
  number: 3,
  string: 4,
  table: 5,
} as const;

export const luaStatus = { ok: 0, runtime: 2, syntax: 3, memory: 4, handler: 5 } as const;
