// The simulated sandbox: the real evaluator in this process, slow at times, and not there at times.

import type { LuaSyntaxError, Sandbox, SandboxResult, SandboxTask } from "../../ports/sandbox.ts";
import { sandboxUnavailable } from "../../ports/sandbox-unavailable.ts";
import { createInlineSandbox } from "../../sandbox/inline-sandbox.ts";
import type { TenantId } from "../../value/id.ts";
import type { SimNode } from "../sim-node.ts";

let shared: Sandbox | null = null;

/** Made before a world is played, since making it takes real time. */
export async function prepareSandbox(): Promise<void> {
  shared ??= await createInlineSandbox();
}

export class SimSandbox implements Sandbox {
  readonly #node: SimNode;

  constructor(node: SimNode) {
    this.#node = node;
  }

  evaluate(tenant: TenantId, tasks: readonly SandboxTask[]): Promise<readonly SandboxResult[]> {
    const { world, prng } = this.#node;
    return new Promise((resolve, reject) => {
      if (!this.#node.enter("evaluate")) return;
      const slow = world.faultsOn() && prng.chance(world.plan.sandbox);
      if (slow) world.strike("sandbox_slow", tenant);
      this.#node.later(slow ? prng.between(200, 4_000) : prng.between(1, 8), () => {
        if (!this.#node.enter("evaluated")) return;
        if (world.faultsOn() && prng.chance(world.plan.sandbox / 2)) {
          world.strike("sandbox_failed", tenant);
          reject(sandboxUnavailable("no evaluating process starts"));
          return;
        }
        void shared?.evaluate(tenant, tasks).then(resolve);
      });
    });
  }

  async checkLua(tenant: TenantId, source: string): Promise<LuaSyntaxError | null> {
    return (await shared?.checkLua(tenant, source)) ?? null;
  }

  async close(): Promise<void> {}
}
