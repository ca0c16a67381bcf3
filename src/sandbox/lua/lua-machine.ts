// A Lua whose every evaluation begins in the same memory, byte for byte.

import type { SandboxTask } from "../../ports/sandbox.ts";
import { member } from "../../value/json.ts";
import { hostEntry, tableEntry } from "./host-entry.ts";
import { hostLibraries } from "./host-functions.ts";
import { globalsPlace, luaStatus, luaType, registryIndex } from "./lua-constants.ts";
import { LuaMemory } from "./lua-memory.ts";
import { instantiateLua, type LuaApi, type LuaState } from "./lua-module.ts";
import { prelude } from "./prelude.ts";
import { pushValue } from "./push-value.ts";

/** What is in force while a text runs. */
export type Subject = Pick<SandboxTask, "context" | "now" | "secrets">;

/**
 * After its libraries are set up, the machine keeps a copy of its memory and puts it back before each evaluation. So
 * nothing leaks from one to the next, addresses and the order of `pairs` repeat, and no interrupted evaluation harms.
 */
export class LuaMachine {
  readonly memory: LuaMemory;
  readonly state: LuaState;
  /** Address that names the metatable of lists in the registry. */
  readonly listMark: number;
  readonly chunkName: number;
  readonly textMode: number;
  readonly #api: LuaApi;
  readonly #run: number;
  readonly #fresh: readonly Region[];
  readonly #bytesAtFirst: number;
  #subject: Subject = { context: {}, now: 0 };
  #body: () => void = () => {};

  constructor(module: WebAssembly.Module, memoryBytes: number) {
    this.#api = instantiateLua(module, memoryBytes);
    this.memory = new LuaMemory(this.#api);
    this.#bytesAtFirst = this.memory.bytes.length;
    this.listMark = this.#api.malloc(1);
    this.chunkName = this.memory.constant("=line");
    this.textMode = this.memory.constant("t");
    this.state = this.#api.luaL_newstate();
    this.#run = hostEntry(this.#api, () => {
      this.#body();
      return 0;
    });
    this.#openLibraries();
    this.#addHostLibraries();
    this.#markNull();
    this.#markLists();
    this.#runPrelude();
    this.#addContext();
    this.#fresh = usedRegions(this.#api, this.memory.bytes);
  }

  /** Memory never shrinks: a machine that has grown is given up, lest every later evaluation start with more. */
  get grown(): boolean {
    return this.memory.bytes.length > this.#bytesAtFirst;
  }

  /** Runs `body` within Lua's protection, on fresh memory; returns Lua's status. What `body` throws passes through. */
  protect(subject: Subject, body: () => void): number {
    this.#api.stackRestore(this.#api.emscripten_stack_get_base());
    for (const { start, bytes } of this.#fresh) this.memory.bytes.set(bytes, start);
    this.#subject = subject;
    return this.#call(body);
  }

  #call(body: () => void): number {
    this.#body = body;
    this.#api.lua_pushcclosure(this.state, this.#run, 0);
    return this.#api.lua_pcallk(this.state, 0, 0, 0, 0, 0);
  }

  #openLibraries(): void {
    const api = this.#api;
    for (const [name, opener] of [
      ["_G", api.luaopen_base],
      ["string", api.luaopen_string],
      ["table", api.luaopen_table],
      ["math", api.luaopen_math],
      ["utf8", api.luaopen_utf8],
    ] as const) {
      api.luaL_requiref(this.state, this.memory.constant(name), tableEntry(api, opener), 1);
      api.lua_settop(this.state, 0);
    }
  }

  #addHostLibraries(): void {
    const api = this.#api;
    const libraries = hostLibraries(this.memory, this.listMark, () => this.#subject.now);
    for (const [name, functions] of Object.entries(libraries)) {
      api.lua_createtable(this.state, 0, 4);
      for (const [key, call] of Object.entries(functions)) this.#setFunction(key, call);
      api.lua_setglobal(this.state, this.memory.constant(name));
    }
  }

  /** JSON's null is a light userdata: it equals itself only. */
  #markNull(): void {
    const api = this.#api;
    api.lua_pushlightuserdata(this.state, 0);
    api.lua_createtable(this.state, 0, 3);
    this.#setText("__metatable", "null");
    this.#setFunction("__tostring", (state) => {
      this.memory.pushText(state, "null");
      return 1;
    });
    api.lua_setmetatable(this.state, -2);
    api.lua_setglobal(this.state, this.memory.constant("null"));
  }

  #markLists(): void {
    this.#api.lua_createtable(this.state, 0, 1);
    this.#setText("__metatable", "list");
    this.#api.lua_rawsetp(this.state, registryIndex, this.listMark);
  }

  #runPrelude(): void {
    const { pointer, length } = this.memory.encode(prelude);
    const api = this.#api;
    const status =
      api.luaL_loadbufferx(this.state, pointer, length, this.chunkName, this.textMode) ||
      api.lua_pcallk(this.state, 0, 0, 0, 0, 0);
    if (status !== luaStatus.ok) throw new Error(`the prelude fails: ${this.memory.text(this.state, -1)}`);
    api.free(pointer);
  }

  /** Globals of the context are pushed when a script first names them: most scripts name few. */
  #addContext(): void {
    const api = this.#api;
    api.lua_rawgeti(this.state, registryIndex, globalsPlace);
    api.lua_createtable(this.state, 0, 2);
    this.#setText("__metatable", "globals");
    this.#setFunction("__index", (state) => this.#pushGlobal(state));
    api.lua_setmetatable(this.state, -2);
    api.lua_settop(this.state, 0);
  }

  #pushGlobal(state: LuaState): number {
    const api = this.#api;
    if (api.lua_type(state, 2) !== luaType.string) return 0;
    const name = this.memory.text(state, 2);
    const value = name === null ? undefined : this.#globalValue(name);
    if (value === undefined) return 0;
    pushValue(this.memory, state, this.listMark, value);
    api.lua_pushvalue(state, 2);
    api.lua_pushvalue(state, 3);
    api.lua_rawset(state, 1);
    return 1;
  }

  #globalValue(name: string) {
    const { context, secrets } = this.#subject;
    return name === "secrets" && secrets !== undefined ? secrets : member(context, name);
  }

  #setText(key: string, text: string): void {
    this.memory.pushText(this.state, key);
    this.memory.pushText(this.state, text);
    this.#api.lua_rawset(this.state, -3);
  }

  #setFunction(key: string, call: (state: LuaState) => number): void {
    this.memory.pushText(this.state, key);
    this.#api.lua_pushcclosure(this.state, hostEntry(this.#api, call), 0);
    this.#api.lua_rawset(this.state, -3);
  }
}

interface Region {
  readonly start: number;
  readonly bytes: Uint8Array;
}

/** Static data and heap. Between them lies the C stack, which is empty between evaluations. */
function usedRegions(api: LuaApi, bytes: Uint8Array): readonly Region[] {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  const stackEnd = api.emscripten_stack_get_end();
  const heap = api.emscripten_stack_get_base();
  return [
    { start: 0, bytes: bytes.slice(0, stackEnd) },
    { start: heap, bytes: bytes.slice(heap, Math.min(bytes.length, end + 64)) },
  ];
}
