// Evaluates Lua in this process: no bound of time, so only texts that may be trusted to end, or a process to be killed.

import type { LuaSyntaxError, SandboxCode, SandboxResult } from "../../ports/sandbox.ts";
import type { Json } from "../../value/json.ts";
import { Stop } from "../stop.ts";
import { luaStatus, luaType } from "./lua-constants.ts";
import { LuaMachine, type Subject } from "./lua-machine.ts";
import { compileLua } from "./lua-module.ts";
import { readValue } from "./read-value.ts";

export interface Lua {
  evaluate(task: Subject & { readonly source: string }): SandboxResult;
  /** Null when `source` can be compiled. */
  check(source: string): LuaSyntaxError | null;
}

export interface LuaOptions {
  /** Memory of one evaluation, 16 MiB at least. Default: 32 MiB. */
  readonly memoryBytes?: number;
}

const memoryBytesDefault = 32 * 1024 * 1024;
const messageMax = 500;

export async function createLua(options: LuaOptions = {}): Promise<Lua> {
  const module = await compileLua();
  const memoryBytes = options.memoryBytes ?? memoryBytesDefault;
  let machine = new LuaMachine(module, memoryBytes);

  /** Runs `body` on a machine in good order and leaves one behind. */
  function guarded(subject: Subject, body: () => Json): SandboxResult {
    let value: Json = null;
    let damaged = false;
    try {
      const status = machine.protect(subject, () => {
        value = body();
      });
      return status === luaStatus.ok ? { ok: true, value } : failed(status);
    } catch (error) {
      if (error instanceof Stop) return { ok: false, problem: error.problem };
      damaged = true;
      return error instanceof RangeError
        ? problem("evaluation_memory", "the script nests deeper than the stack")
        : problem("evaluation_failed", "the interpreter stopped");
    } finally {
      if (damaged || machine.grown) machine = new LuaMachine(module, memoryBytes);
    }
  }

  function failed(status: number): SandboxResult {
    if (status === luaStatus.memory) {
      return problem("evaluation_memory", `the script needs more than ${memoryBytes} bytes`);
    }
    const { memory, state } = machine;
    const isText = memory.api.lua_type(state, -1) === luaType.string;
    const text = isText ? memory.text(state, -1) : "an error that is no text";
    return problem("lua_error", tidy(text ?? "an error that is not UTF-8"));
  }

  /** Compiles `source` and leaves the function on the stack. */
  function load(source: string): void {
    const { memory, state, chunkName, textMode } = machine;
    const { pointer, length } = memory.encode(source);
    const status = memory.api.luaL_loadbufferx(state, pointer, length, chunkName, textMode);
    memory.api.free(pointer);
    if (status === luaStatus.memory) throw new Stop("evaluation_memory", "the script is too large");
    if (status !== luaStatus.ok) throw new Stop("lua_syntax", tidy(memory.text(state, -1) ?? "not UTF-8"));
  }

  return {
    evaluate: (task) =>
      guarded(task, () => {
        load(task.source);
        const { memory, state, listMark } = machine;
        memory.api.lua_callk(state, 0, 1, 0, 0);
        return readValue(memory, state, listMark, -1);
      }),
    check: (source) => {
      const result = guarded({ context: {}, now: 0 }, () => {
        load(source);
        return null;
      });
      if (result.ok) return null;
      const parts = /^line (\d+): ([\s\S]*)$/.exec(result.problem.message);
      return parts === null
        ? { line: 1, message: result.problem.message }
        : { line: Number(parts[1]), message: parts[2] ?? "" };
    },
  };
}

function problem(code: SandboxCode, message: string): SandboxResult {
  return { ok: false, problem: { code, message } };
}

/** Lua writes `line:3: what`, because the chunk is named so. */
function tidy(message: string): string {
  return message.replace(/^line:(\d+): /, "line $1: ").slice(0, messageMax);
}
