// Has the sandbox compute what decisions need.

import type { Evaluated } from "../language/workflow.ts";
import type { Sandbox } from "../ports/sandbox.ts";
import type { Computed, ComputedValue, Need } from "../run/need.ts";
import type { TenantId } from "../value/id.ts";
import { DispatchedError } from "../value/problem.ts";
import { withBodies } from "../value/stored-body.ts";
import type { ActiveRun } from "./active-run.ts";
import type { Runs } from "./runs.ts";

const againMs = 1_000;
/** Contexts made in one go: to make one may take its time, and many hold memory. */
const contextsMax = 64;

/** Results by the keys of the needs. Errors: those of bodies that cannot be read, and `sandbox_unavailable`. */
export async function computeAll(
  sandbox: Sandbox,
  tenant: TenantId,
  needs: readonly Need[],
): Promise<Computed> {
  const computed = new Map<string, ComputedValue>();
  for (let first = 0; first < needs.length; first += contextsMax) {
    const some = needs.slice(first, first + contextsMax);
    const tasks = await withBodies(() =>
      some.map(({ lang, source, context, now }) => ({ lang, source, context: context(), now })),
    );
    const results = await sandbox.evaluate(tenant, tasks);
    for (const [index, { key, now }] of some.entries())
      computed.set(key, { result: results[index] as Evaluated, now });
  }
  return computed;
}

/** What a run needs: given to it, or tried again while the sandbox, or a body that it reads, cannot be had. */
export function computeFor(runs: Runs, run: ActiveRun, needs: readonly Need[]): void {
  computeAll(runs.ports.sandbox, run.identity.tenant, needs).then(
    (computed) => run.compute(computed),
    (error: unknown) => {
      const { tenant, id } = run.identity;
      if (runs.inMemory(tenant, id) !== run) return;
      if (error instanceof DispatchedError && !error.retryable) runs.quarantine(run, error);
      else runs.timers.set(runs.ports.clock.now() + againMs, () => computeFor(runs, run, needs));
    },
  );
}
