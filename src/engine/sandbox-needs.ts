// Has the sandbox compute what decisions need.

import type { Evaluated } from "../language/workflow.ts";
import type { Sandbox } from "../ports/sandbox.ts";
import type { Computed, ComputedValue, Need } from "../run/need.ts";
import { DispatchedError } from "../value/problem.ts";
import { withBodies } from "../value/stored-body.ts";
import type { ActiveRun } from "./active-run.ts";
import type { Runs } from "./runs.ts";

const againMs = 1_000;

/** Results by the keys of the needs. Errors: those of bodies that cannot be read. */
export async function computeAll(sandbox: Sandbox, needs: readonly Need[]): Promise<Computed> {
  const tasks = await withBodies(() =>
    needs.map((need) => ({
      lang: need.lang,
      source: need.source,
      context: need.context(),
      now: need.now,
    })),
  );
  const results = await sandbox.evaluate(tasks);
  return new Map(
    needs.map(({ key, now }, index): [string, ComputedValue] => [
      key,
      { result: results[index] as Evaluated, now },
    ]),
  );
}

/** What a run needs: given to it, or tried again while a body that it reads cannot be read. */
export function computeFor(runs: Runs, run: ActiveRun, needs: readonly Need[]): void {
  computeAll(runs.ports.sandbox, needs).then(
    (computed) => run.compute(computed),
    (error: unknown) => {
      const { tenant, id } = run.identity;
      if (runs.inMemory(tenant, id) !== run) return;
      if (error instanceof DispatchedError && !error.retryable) runs.quarantine(run, error);
      else runs.timers.set(runs.ports.clock.now() + againMs, () => computeFor(runs, run, needs));
    },
  );
}
